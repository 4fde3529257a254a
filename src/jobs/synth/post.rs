//! Composes the posts of each digest form: the numbered and the plain blog, the news digest, the category page.
//! Given a case and the grammar; the writer of documents calls it and puts the text into files.

use super::SynthError;
use super::case::{Case, Kind, World};
use super::grammar::{Grammar, NoSlots, RuleId};
use super::notice::NoticeRules;
use super::rng::Rng;
use super::spell::{Habits, civil};
use super::voice::Voice;
use std::fmt::Write as _;

/// A no-break space, which stands alone on lines where a page had an empty block.
const NO_BREAK: char = '\u{a0}';

/// The number that the case book gives an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CaseNumber {
    pub(super) year: i32,
    pub(super) serial: u64,
}

impl CaseNumber {
    fn write(self, out: &mut String) {
        let _ = write!(out, "【セキュリティ事件簿#{}-{:03}】", self.year, self.serial);
    }
}

/// What a composed incident is remembered by when a later release continues it.
#[derive(Clone, Debug)]
pub(super) struct Release {
    pub(super) case: Case,
    pub(super) title: String,
    pub(super) number: CaseNumber,
}

/// Composes posts.
#[derive(Debug)]
pub(super) struct Composer {
    pub(super) grammar: Grammar,
    pub(super) world: World,
    notice: NoticeRules,
    news_source: RuleId,
    news_end: RuleId,
    url: RuleId,
    other_title: RuleId,
    other_caption: RuleId,
    other_text: RuleId,
    gang: RuleId,
    gang_note: RuleId,
    victim: [RuleId; 3],
}

impl Composer {
    /// Compiles the built-in assets.
    ///
    /// # Errors
    /// [`SynthError::Grammar`] when an asset is wrong.
    pub(super) fn built_in() -> Result<Self, SynthError> {
        let grammar = Grammar::built_in()?;
        Ok(Self {
            world: World::built_in(&grammar)?,
            notice: NoticeRules::find(&grammar)?,
            news_source: grammar.id("news.source")?,
            news_end: grammar.id("news.end")?,
            url: grammar.id("url")?,
            other_title: grammar.id("other.title")?,
            other_caption: grammar.id("other.caption")?,
            other_text: grammar.id("other.text")?,
            gang: grammar.id("gang.name")?,
            gang_note: grammar.id("gang.note")?,
            victim: [grammar.id("victim.first")?, grammar.id("victim.second")?, grammar.id("victim.trade")?],
            grammar,
        })
    }

    fn kind(&self, case: &Case) -> Option<&Kind> {
        self.world.kinds.get(case.kind)
    }

    /// Invents the title of a case's first release.
    pub(super) fn title(&self, case: &Case, rng: &mut Rng) -> String {
        let mut out = String::new();
        if let Some(kind) = self.kind(case) {
            let mut voice = Voice::new(case, Habits::of_notice(rng, case.public));
            self.grammar.expand(kind.title, &mut voice, rng, &mut out);
        }
        out
    }

    /// Writes a post of the numbered blog.
    pub(super) fn numbered(&self, release: &Release, plain: bool, rng: &mut Rng, out: &mut String) {
        let case = &release.case;
        release.number.write(out);
        if rng.percent(5) {
            out.push(' ');
        }
        let glued = case.days.before.is_none() && rng.percent(3);
        let _ = write!(out, "{}{}{}", case.org, if glued { "における" } else { " " }, release.title);
        let (year, month, day) = civil(case.days.published);
        let _ = match rng.below(20) {
            0 | 1 => Ok(()),
            2 => write!(out, " {year}年{month}月{day}日"),
            3 | 4 => write!(out, "  {year}/{month}/{day}"),
            5 => write!(out, " {year}年{month:02}月{day:02}日"),
            _ => write!(out, " {year}/{month}/{day}"),
        };
        out.push_str("\n\n");
        self.caption(case, plain, rng, out);
        self.notice_body(case, plain, rng, out);
        out.push_str("リリース文アーカイブ\n\n");
        if let Some(before) = case.days.before {
            let (year, month, day) = civil(before);
            let _ = match rng.percent(70) {
                true => writeln!(out, "【{year}/{month}/{day}リリース分】\n"),
                false => writeln!(out, "【{year}年{month}月{day}日リリース分】\n"),
            };
        }
    }

    /// Writes the picture's caption or the empty block that stands for one.
    fn caption(&self, case: &Case, plain: bool, rng: &mut Rng, out: &mut String) {
        let blank = if plain { '\u{3000}' } else { NO_BREAK };
        match rng.below(10) {
            0..=2 => {
                let by_contractor = self.kind(case).is_some_and(|k| k.key == "vendor");
                let name = if by_contractor { &case.third } else { &case.org };
                let _ = writeln!(out, "{}", name.trim_start_matches("株式会社").trim_end_matches("株式会社"));
                let _ = writeln!(out, "{blank}\n");
            }
            3 | 4 => {
                let _ = writeln!(out, "{blank}\n");
            }
            _ => out.push('\n'),
        }
    }

    fn notice_body(&self, case: &Case, plain: bool, rng: &mut Rng, out: &mut String) {
        if let Some(kind) = self.kind(case) {
            self.notice.body(&self.grammar, kind, case, plain, rng, out);
        }
    }

    /// Writes a post of the blog's years without marker.
    pub(super) fn unmarked(&self, case: &Case, title: &str, rng: &mut Rng, out: &mut String) {
        let (year, month, day) = civil(case.days.published);
        let _ = write!(out, "{} {title}", case.org);
        let _ = match rng.below(6) {
            0 => writeln!(out, " {year}年{month:02}月{day:02}日\n\n"),
            1 => writeln!(out, "  {year}年{month}月{day}日\n\n"),
            _ => writeln!(out, " {year}年{month}月{day}日\n\n"),
        };
        self.notice_body(case, false, rng, out);
        if rng.percent(80) {
            out.push_str("リリース文アーカイブ\n\n");
        }
    }

    /// Writes an item of the news digest.
    pub(super) fn news(&self, case: &Case, title: &str, rng: &mut Rng, out: &mut String) {
        let Some(kind) = self.kind(case) else { return };
        let mut voice = Voice::new(case, Habits::of_news(rng));
        let _ = write!(out, "◎{}、", case.org);
        self.grammar.expand(kind.news_title, &mut voice, rng, out);
        let _ = write!(out, "\n{}は", case.org);
        voice.day(case.days.published, rng, out);
        out.push('、');
        self.grammar.expand(kind.news, &mut voice, rng, out);
        self.grammar.expand(self.news_source, &mut voice, rng, out);
        let wanted = rng.range(2, 4) as usize;
        for picked in self.grammar.several(self.news_end, wanted, rng) {
            self.grammar.expand_at(picked, &mut voice, rng, out);
        }
        let mark = if rng.percent(25) { "[PDF]" } else { "" };
        let _ = write!(out, "\n・{title}{mark}({}) ", case.org);
        self.grammar.expand(self.url, &mut NoSlots, rng, out);
        out.push('\n');
    }

    /// Writes an entry of a category page: the title closes it as a link, a no-break space parts it from the next.
    pub(super) fn category(&self, case: &Case, title: &str, rng: &mut Rng, out: &mut String) {
        let (year, month, day) = civil(case.days.published);
        let date = match rng.below(8) {
            0 => String::new(),
            1 => format!("{year} 年 {month} 月 {day} 日"),
            2 => format!("{year}年{month}月{day}日"),
            _ => format!("{year}年{month:02}月{day:02}日"),
        };
        let lines = match (rng.below(6), date.is_empty()) {
            (_, true) => [title, ""],
            (0 | 1, _) => [date.as_str(), title],
            (2, _) => [date.as_str(), ""],
            _ => [title, date.as_str()],
        };
        let _ = writeln!(out, "{}\n", case.org);
        for line in lines.into_iter().filter(|l| !l.is_empty()) {
            let _ = writeln!(out, "{line}\n");
        }
        self.notice_body(case, false, rng, out);
        let _ = writeln!(out, "{title}\n\n{NO_BREAK}");
    }

    /// Writes a post that is no incident.
    pub(super) fn other(&self, rng: &mut Rng, plain: bool, out: &mut String) {
        let blank = if plain { '\u{3000}' } else { NO_BREAK };
        self.grammar.expand(self.other_title, &mut NoSlots, rng, out);
        out.push_str("\n\n");
        self.grammar.expand(self.other_caption, &mut NoSlots, rng, out);
        let _ = writeln!(out, "\n{blank}\n");
        let paragraphs = rng.range(4, 9) as usize;
        for picked in self.grammar.several(self.other_text, paragraphs, rng) {
            self.grammar.expand_at(picked, &mut NoSlots, rng, out);
            out.push_str("\n\n");
        }
    }

    /// Writes the list of a month's ransomware victims; gives how many it names.
    pub(super) fn gang_list(
        &self,
        published: i32,
        known: &[Release],
        plain: bool,
        rng: &mut Rng,
        out: &mut String,
    ) -> usize {
        let blank = if plain { '\u{3000}' } else { NO_BREAK };
        let (year, month, _) = civil(published);
        let _ = writeln!(out, "ランサムウェアギャングが発表した被害組織リスト({year}年{month}月)\n\n{blank}\n");
        let _ = writeln!(out, "{year}年{month}月にリークサイトへ掲載された日系企業の一覧。\n");
        let victims = rng.range(5, 16) as usize;
        for _ in 0..victims {
            self.claim(known, rng, out);
            let _ = writeln!(out, "{blank}\n");
        }
        out.push_str("リリース文アーカイブ\n\n");
        victims
    }

    /// Writes one victim: the name in Latin letters, the name, the gang, and a note or the case that it belongs to.
    fn claim(&self, known: &[Release], rng: &mut Rng, out: &mut String) {
        let [first, second, trade] = self.victim.map(|id| self.grammar.name(id, rng));
        let halves = |pair: &str| pair.split_once('=').map(|(l, j)| (l.to_owned(), j.to_owned())).unwrap_or_default();
        let ((l1, j1), (l2, j2), (l3, j3)) = (halves(&first), halves(&second), halves(&trade));
        let _ = writeln!(out, "{l1}{l2} {l3} Co.,Ltd{}\n", rng.pick(&["", "."]));
        let _ = writeln!(out, "組織名\n\n株式会社{j1}{j2}{j3}\n");
        let _ = writeln!(out, "ランサムウエアギャング\n\n{}\n", self.grammar.name(self.gang, rng));
        let related = known.get(rng.index(known.len()));
        match related.filter(|_| rng.percent(20)) {
            Some(release) => {
                let (year, month, day) = civil(release.case.days.published);
                out.push_str("関連事件簿\n\n");
                release.number.write(out);
                let _ = writeln!(out, "{} {}  {year}/{month}/{day}\n", release.case.org, release.title);
            }
            None => {
                let _ = writeln!(out, "その他\n\n{}\n", self.grammar.name(self.gang_note, rng));
            }
        }
    }
}
