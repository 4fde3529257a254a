//! Lays posts out in files: which form a document has, which day a post bears, what is between the incidents.
//! Given the plan and the folder; [`super::generate`] calls it.

use super::case::Case;
use super::post::{CaseNumber, Composer, Release};
use super::rng::Rng;
use super::spell::{civil, day_number};
use super::{Plan, Summary, SynthError};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

/// Incidents in a document of a large plan, before its size varies.
const USUAL_SIZE: usize = 350;
/// A small plan is cut into about this many documents, so that every form is among them.
const FEWEST_DOCUMENTS: usize = 12;
/// Incidents between two lists of ransomware victims.
const GANG_EVERY: usize = 300;
/// How many releases are remembered for later ones to continue.
const REMEMBERED: usize = 48;

/// The form of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Numbered,
    Unmarked,
    News,
    Category,
}

/// How a document's bytes are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bytes {
    Utf8,
    ShiftJis,
    Crlf,
}

/// The form of document number `at`: mostly the numbered blog, every tenth another, all of them among the first eight.
fn form_of(at: usize) -> (Form, Bytes, &'static str) {
    let other = match at {
        1 => return (Form::Numbered, Bytes::ShiftJis, "jikenbo-sjis"),
        2 => return (Form::Numbered, Bytes::Crlf, "jikenbo-crlf"),
        5 => Form::News,
        7 => Form::Category,
        _ if at % 10 != 3 => Form::Numbered,
        _ => match at / 10 % 3 {
            0 => Form::Unmarked,
            1 => Form::News,
            _ => Form::Category,
        },
    };
    let name = match other {
        Form::Numbered => "jikenbo",
        Form::Unmarked => "blog",
        Form::News => "news",
        Form::Category => "category",
    };
    (other, Bytes::Utf8, name)
}

/// One open file.
struct Sink {
    path: PathBuf,
    file: BufWriter<File>,
    bytes: Bytes,
    written: u64,
}

impl Sink {
    fn create(path: PathBuf, bytes: Bytes) -> Result<Self, SynthError> {
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => Ok(Self { path, file: BufWriter::with_capacity(1 << 16, file), bytes, written: 0 }),
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Err(SynthError::Exists { path }),
            Err(source) => Err(SynthError::Write { path, source }),
        }
    }

    fn put(&mut self, text: &str) -> Result<(), SynthError> {
        let encoded = match self.bytes {
            Bytes::Utf8 => text.as_bytes().into(),
            Bytes::Crlf => text.replace('\n', "\r\n").into_bytes().into(),
            Bytes::ShiftJis => encoding_rs::SHIFT_JIS.encode(text).0,
        };
        self.written += encoded.len() as u64;
        self.file.write_all(&encoded).map_err(|source| SynthError::Write { path: self.path.clone(), source })
    }

    fn close(mut self) -> Result<u64, SynthError> {
        self.file.flush().map_err(|source| SynthError::Write { path: self.path, source })?;
        Ok(self.written)
    }
}

/// Contractor's breaches in progress: whose, how many victims are still to come, under which number.
struct Outbreak {
    first: Case,
    number: CaseNumber,
    left: u64,
}

/// What goes on from document to document.
struct Desk<'a> {
    composer: &'a Composer,
    plan: &'a Plan,
    rng: Rng,
    summary: Summary,
    number: CaseNumber,
    remembered: Vec<Release>,
    outbreak: Option<Outbreak>,
    next_gang_list: usize,
    entry: String,
}

/// Writes every document of the plan.
pub(super) fn write_all(plan: &Plan, dir: &Path) -> Result<Summary, SynthError> {
    fs::create_dir_all(dir).map_err(|source| SynthError::Folder { path: dir.to_owned(), source })?;
    let composer = Composer::built_in()?;
    let mut desk = Desk {
        composer: &composer,
        plan,
        rng: Rng::new(plan.seed, 0),
        summary: Summary::default(),
        number: CaseNumber { year: 0, serial: 0 },
        remembered: Vec::new(),
        outbreak: None,
        next_gang_list: (plan.incidents / 2).min(GANG_EVERY / 2),
        entry: String::new(),
    };
    while desk.summary.incidents < plan.incidents {
        desk.rng = Rng::new(plan.seed, desk.summary.documents as u64 + 1);
        desk.document(dir)?;
    }
    Ok(desk.summary)
}

impl Desk<'_> {
    /// The day on which the next incident is published: all of them spread evenly over 2019 to 2025.
    fn today(&self) -> i32 {
        let first = day_number(2019, 1, 4);
        let span = i64::from(day_number(2025, 12, 26) - first);
        let at = i64::try_from(self.summary.incidents).unwrap_or(0) * span;
        first + i32::try_from(at / i64::try_from(self.plan.incidents).unwrap_or(1).max(1)).unwrap_or(0)
    }

    fn size(&mut self) -> usize {
        let usual = self.plan.incidents.div_ceil(FEWEST_DOCUMENTS).clamp(1, USUAL_SIZE);
        let spread = (usual * 2 / 5) as u64;
        let size = usual + self.rng.range(0, spread) as usize - (spread / 2) as usize;
        size.min(self.plan.incidents - self.summary.incidents)
    }

    /// Writes one document; it ends early where the year does, for a digest's name carries the year.
    fn document(&mut self, dir: &Path) -> Result<(), SynthError> {
        let at = self.summary.documents;
        let (form, bytes, name) = form_of(at);
        let (year, month, _) = civil(self.today());
        let mut sink = Sink::create(dir.join(format!("{name}-{year}-{month:02}-{at:05}.txt")), bytes)?;
        let topic = self.composer.world.any_kind(&mut self.rng);
        let label = self.composer.world.kinds.get(topic).map_or("", |k| k.label.as_str());
        self.outbreak = None;
        self.entry.clear();
        if form == Form::Category {
            self.entry.push_str(label);
            self.entry.push_str("\n\n");
        } else if form == Form::Numbered && (at % 8 == 4 || self.rng.percent(8)) {
            let banner = format!("ラベル インシデント:{label} の投稿を表示しています。 すべての投稿を表示\n\n");
            self.entry.push_str(&banner.repeat(2));
        }
        for _ in 0..self.size() {
            let today = self.today();
            if civil(today).0 != year {
                break;
            }
            self.incident(form, bytes, topic, today);
            self.summary.incidents += 1;
            if form == Form::Numbered {
                self.between(bytes, today);
            }
            sink.put(&self.entry)?;
            self.entry.clear();
        }
        self.summary.documents += 1;
        self.summary.bytes += sink.close()?;
        Ok(())
    }

    /// Writes one incident in the document's form.
    fn incident(&mut self, form: Form, bytes: Bytes, topic: usize, today: i32) {
        let start = self.entry.len();
        if form == Form::Numbered {
            self.numbered(bytes, today);
        } else {
            let kind = if form == Form::Category { topic } else { self.composer.world.any_kind(&mut self.rng) };
            let Some(case) = Case::invent(&self.composer.world, &self.composer.grammar, kind, today, &mut self.rng)
            else {
                return;
            };
            let title = self.composer.title(&case, &mut self.rng);
            match form {
                Form::News => self.composer.news(&case, &title, &mut self.rng, &mut self.entry),
                Form::Category => self.composer.category(&case, &title, &mut self.rng, &mut self.entry),
                _ => self.composer.unmarked(&case, &title, &mut self.rng, &mut self.entry),
            }
        }
        if form != Form::News && bytes != Bytes::ShiftJis {
            roughen(&mut self.entry, start, &mut self.rng);
        }
    }

    /// Writes a numbered post: a later release, a further victim of a contractor, or a case of its own.
    fn numbered(&mut self, bytes: Bytes, today: i32) {
        let Some(release) = self.next_release(today) else { return };
        self.composer.numbered(&release, bytes == Bytes::ShiftJis, &mut self.rng, &mut self.entry);
        if release.case.days.before.is_some() {
            return;
        }
        if self.remembered.len() < REMEMBERED {
            self.remembered.push(release);
        } else if self.rng.percent(8) {
            let at = self.rng.index(REMEMBERED);
            if let Some(place) = self.remembered.get_mut(at) {
                *place = release;
            }
        }
    }

    fn next_release(&mut self, today: i32) -> Option<Release> {
        let (world, grammar) = (&self.composer.world, &self.composer.grammar);
        if let Some(outbreak) = self.outbreak.take_if(|o| o.left == 0 || o.number.year != civil(today).0) {
            drop(outbreak);
        }
        if let Some(outbreak) = &mut self.outbreak {
            outbreak.left -= 1;
            let case = outbreak.first.fellow_victim(world, grammar, today, &mut self.rng)?;
            let number = outbreak.number;
            let title = self.composer.title(&case, &mut self.rng);
            return Some(Release { case, title, number });
        }
        if self.rng.percent(4) {
            let ripe: Vec<usize> = (0..self.remembered.len())
                .filter(|at| self.remembered.get(*at).is_some_and(|r| r.case.days.published + 4 <= today))
                .collect();
            if !ripe.is_empty() {
                let earlier = self.remembered.swap_remove(self.rng.pick(&ripe));
                let case = earlier.case.continued(today);
                let mark = self.rng.pick(&["(第2報)", "(第二報)", "(続報)", "(最終報)", "【第2報】"]);
                return Some(Release { case, title: format!("{}{mark}", earlier.title), number: earlier.number });
            }
        }
        let kind = world.any_kind(&mut self.rng);
        let case = Case::invent(world, grammar, kind, today, &mut self.rng)?;
        let title = self.composer.title(&case, &mut self.rng);
        let number = self.next_number(today);
        if world.kind_named("vendor") == Some(kind) && self.rng.percent(55) {
            self.outbreak = Some(Outbreak { first: case.clone(), number, left: self.rng.range(1, 6) });
        }
        Some(Release { case, title, number })
    }

    /// The next case number: they ascend within a year, with gaps.
    fn next_number(&mut self, today: i32) -> CaseNumber {
        let year = civil(today).0;
        if self.number.year != year {
            self.number = CaseNumber { year, serial: 0 };
        }
        self.number.serial += if self.rng.percent(4) { 2 } else { 1 };
        self.number
    }

    /// Writes what stands between numbered incidents: posts that are none, and lists of victims when due.
    fn between(&mut self, bytes: Bytes, today: i32) {
        let plain = bytes == Bytes::ShiftJis;
        if self.rng.percent(4) {
            self.composer.other(&mut self.rng, plain, &mut self.entry);
            self.summary.others += 1;
        }
        if self.summary.incidents > self.next_gang_list {
            self.next_gang_list = self.summary.incidents + GANG_EVERY;
            self.summary.claims +=
                self.composer.gang_list(today, &self.remembered, plain, &mut self.rng, &mut self.entry);
        }
    }
}

/// Gives a few posts the roughness of pages copied out of PDF files: spaced numbers, full-width digits, radicals.
fn roughen(entry: &mut String, start: usize, rng: &mut Rng) {
    let way = rng.below(40);
    if way > 5 {
        return;
    }
    let tail = entry.split_off(start);
    for (at, line) in tail.split_inclusive('\n').enumerate() {
        if at == 0 || line.contains("://") || line.contains('@') || line.starts_with('【') {
            entry.push_str(line);
            continue;
        }
        match way {
            0..=2 => space_numbers(line, entry),
            3 | 4 => entry.extend(line.chars().map(full_width)),
            _ => entry.extend(line.chars().map(radical)),
        }
    }
}

fn space_numbers(line: &str, out: &mut String) {
    let mut before = '\n';
    for c in line.chars() {
        let turns = before.is_ascii_digit() != c.is_ascii_digit();
        if turns && !before.is_ascii_whitespace() && !c.is_ascii_whitespace() && is_word(before) && is_word(c) {
            out.push(' ');
        }
        out.push(c);
        before = c;
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_digit() || (!c.is_ascii() && c.is_alphabetic())
}

fn full_width(c: char) -> char {
    if c.is_ascii_digit() { char::from_u32(c as u32 - 0x30 + 0xff10).unwrap_or(c) } else { c }
}

/// The Kangxi radical that looks the same, as some PDF files give it.
fn radical(c: char) -> char {
    match c {
        '人' => '⼈',
        '月' => '⽉',
        '日' => '⽇',
        '方' => '⽅',
        '一' => '⼀',
        '生' => '⽣',
        '行' => '⾏',
        '見' => '⾒',
        _ => c,
    }
}
