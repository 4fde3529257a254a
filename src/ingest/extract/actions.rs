//! What happened, as VERIS action varieties: cue words weighed over title and body.

use super::doc::{Doc, Section, Sentence};
use super::modality::{clause_behind, denies, first_chars, is_supposed, last_chars};
use crate::domain::{Confidence, Facts, Field, Span};
use crate::lexicon::facts::{Group, Hit};
use std::collections::BTreeMap;

#[derive(Default)]
struct Tally {
    score: i32,
    title: bool,
    first: usize,
    spans: Vec<Span>,
    /// Nothing was said but that there was an attack.
    vague: bool,
    /// A sentence gives it for the cause or the result of an inquiry.
    cause: bool,
    /// Told by a word that leaves no doubt about its kind.
    strong: bool,
    /// Told by a word of some weight, not only by what might have another cause.
    plain: bool,
    /// What took the things away, not what it came to: `置き引きに遭い、紛失した`.
    befell: bool,
    /// Where the body first speaks of it.
    told: Option<usize>,
    /// A sentence takes it for likely.
    guessed: bool,
}

impl Tally {
    /// What decides about the order: a headline names the thing itself.
    fn rank(&self, code: &str) -> i32 {
        self.score + if self.title && !GENERAL.contains(&code) { HEADLINE } else { 0 }
    }
}

/// How much a hit in the title counts against one in the body.
const TITLE: i32 = 3;
/// How far a code that the title names is ahead of the others.
const HEADLINE: i32 = 8;
/// Codes that only say that somebody broke in.
const GENERAL: &[&str] = &["hacking.unknown", "malware.other"];
const MISDELIVERY: &str = "error.misdelivery";
/// The score from which a finer code is believed beside a general one that ranks higher.
const SPECIFIC: i32 = 5;
/// The weight of a word that leaves no doubt.
const STRONG: i32 = 6;
/// The weight from which a word says more than that something showed.
const PLAIN: i32 = 5;
/// Most hits of one code that count, so that repetition does not win.
const ENOUGH: usize = 3;

pub fn extract(doc: &Doc, facts: &mut Facts) {
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    if doc.title.1 > doc.title.0 {
        let title = Sentence { start: doc.title.0, end: doc.title.1, section: Section::Preface, heading: false };
        tally(doc, &title, TITLE, &mut tallies);
    }
    for s in doc.reports() {
        let weight = if s.section == Section::Preface || doc.has("cause", doc.of(s)) { 2 } else { 1 };
        tally(doc, s, weight, &mut tallies);
    }
    settle(doc, &mut tallies);
    let mut ranked: Vec<(&String, &Tally)> = tallies.iter().filter(|(_, t)| t.score > 0).collect();
    ranked.sort_by_key(|(c, t)| (std::cmp::Reverse(t.rank(c)), t.first));
    let Some(top) = ranked.iter().map(|(_, t)| t.score).max() else {
        discipline(doc, facts);
        return;
    };
    let mut spans = Vec::new();
    let general = ranked.first().is_some_and(|(c, _)| GENERAL.contains(&c.as_str()));
    // Beside a break-in of no known kind a finer code counts by itself.
    let measure = ranked.iter().filter(|(c, t)| general && is_finer(c) && t.score >= SPECIFIC).map(|(_, t)| t.score);
    let measure = measure.max().unwrap_or(top);
    for (code, t) in &ranked {
        let measure = if is_finer(code) || GENERAL.contains(&code.as_str()) { measure } else { top };
        let finer = general && is_finer(code) && t.score >= SPECIFIC;
        let named = t.title || t.cause && t.score * 4 >= measure;
        if !finer && !is_cause(code, t, &ranked) && (t.score * 2 < measure && !named || t.score * 4 < measure) {
            continue;
        }
        facts.actions.push((*code).clone());
        spans.extend(t.spans.iter().copied());
    }
    drop_general(&mut facts.actions);
    put_cause_first(&mut facts.actions, &tallies);
    let clear = ranked.get(1).is_none_or(|(_, t)| t.score * 2 < top) && ranked.first().is_some_and(|(_, t)| t.title);
    let level = if clear { Confidence::Medium } else { Confidence::Low };
    facts.prove(Field::Actions, spans, level, "actions.cues");
}

/// What explains an account's abuse or a ransom: how its password was got is told once, the abuse over and over.
fn is_cause(code: &str, t: &Tally, ranked: &[(&String, &Tally)]) -> bool {
    let Some((top, _)) = ranked.first() else { return false };
    let explains = match top.as_str() {
        "hacking.brute_force" => code == "hacking.use_of_stolen_creds" && t.strong,
        "hacking.use_of_stolen_creds" => code.starts_with("social.phishing") || code == "hacking.brute_force",
        "malware.ransomware" => ["hacking.use_of_stolen_creds", "hacking.exploit_vuln"].contains(&code),
        "error.loss" if code == "error.disposal" => t.strong,
        // What was lost or stolen outside had been taken there.
        "error.loss" | "physical.theft" => code == "misuse.data_mishandling" && t.strong,
        _ => false,
    };
    explains && t.score >= SPECIFIC
}

/// Drops what only follows from another act: the outage after an attack, the attack that was a virus, the person named
/// beside the data that he took.
fn settle(doc: &Doc, tallies: &mut BTreeMap<String, Tally>) {
    let score = |t: &BTreeMap<String, Tally>, kind: &str| {
        t.iter().filter(|(c, _)| c.starts_with(kind)).map(|(_, t)| t.score).max().unwrap_or(0)
    };
    let titled = |t: &BTreeMap<String, Tally>, code: &str| t.get(code).is_some_and(|t| t.title);
    let attack = score(tallies, "malware.ransomware") >= SPECIFIC || score(tallies, "hacking.") >= 2 * SPECIFIC;
    if tallies.get("error.programming").is_some_and(|t| !t.plain) && tallies.values().any(|t| t.strong) {
        // Somebody else's data on the screen: another cause for it is told.
        tallies.remove("error.programming");
    }
    let bug = score(tallies, "error.programming");
    if titled(tallies, "error.malfunction") {
        // An outage has a bug for its cause often enough.
        tallies.remove("error.programming");
    }
    if bug >= score(tallies, "error.misconfiguration")
        && tallies.get("error.misconfiguration").is_some_and(|t| !t.strong)
    {
        // What stood open by a bug stood open.
        tallies.remove("error.misconfiguration");
    }
    // A flood of requests is an attack that comes to nothing but the outage.
    let flood = titled(tallies, "error.malfunction") && doc.text().contains("DDoS");
    if attack && !flood || bug > 0 && bug >= score(tallies, "error.malfunction") {
        tallies.remove("error.malfunction");
    }
    if attack && !titled(tallies, "error.publishing") {
        // What was stolen was put on a site by those who stole it.
        tallies.remove("error.publishing");
    }
    if tallies.contains_key("hacking.brute_force")
        && tallies.get("hacking.use_of_stolen_creds").is_some_and(|t| !t.strong)
    {
        // A log-in by a guessed password; the password was nobody's loot.
        tallies.remove("hacking.use_of_stolen_creds");
    }
    if ["physical.theft", "error.disposal"].iter().any(|c| titled(tallies, c))
        && !(titled(tallies, "error.loss") && titled(tallies, "error.disposal"))
    {
        // The loss is what the theft or the disposal came to.
        tallies.remove("error.loss");
    }
    if tallies.get("physical.theft").is_some_and(|t| t.befell && t.strong) {
        // What a headline calls lost was taken by a thief.
        tallies.remove("error.loss");
    }
    if score(tallies, "malware.") > 0 && tallies.get("hacking.unknown").is_some_and(|t| t.vague) {
        tallies.remove("hacking.unknown");
    }
    if score(tallies, "malware.") > 0 && titled(tallies, "social.phishing") {
        // The bogus mails that a notice warns of were sent by what infected its own machines.
        tallies.remove("social.phishing");
    }
    let taken = score(tallies, "misuse.data_mishandling");
    if taken > SPECIFIC && tallies.get("misuse.privilege_abuse").is_some_and(|t| t.score <= taken) {
        tallies.remove("misuse.privilege_abuse");
    }
}

/// A notice on a disciplinary act that names no known deed is about the abuse of a position.
fn discipline(doc: &Doc, facts: &mut Facts) {
    let title = doc.title_text();
    if title.contains("懲戒") || title.contains("処分") && title.contains("職員") {
        facts.actions.push("misuse.privilege_abuse".to_owned());
        facts.prove(Field::Actions, [doc.span(doc.title.0, doc.title.1)], Confidence::Low, "actions.discipline");
    }
}

fn tally(doc: &Doc, s: &Sentence, weight: i32, tallies: &mut BTreeMap<String, Tally>) {
    let text = doc.of(s);
    let frames = doc.frame_hits(text);
    let code = |h: &Hit| doc.lexicon.actions.group(h.group).map_or("", |g| g.code.as_str());
    let meets = |a: &Hit, b: &Hit| a.start < b.end && b.start < a.end;
    // A general word inside two that say more together says nothing more.
    let covered = |w: &Hit| GENERAL.contains(&code(w)) && frames.iter().any(|f| meets(w, f));
    let plain: Vec<Hit> = doc.action_hits(text).filter(|w| !covered(w)).collect();
    // Two words that say one thing more surely than the word in them alone: `持ち出しは禁止だった`.
    let lesser = |w: &Hit, f: &Hit| {
        let (one, two) = (doc.lexicon.actions.group(w.group), doc.lexicon.action_frames.group(f.group));
        one.zip(two).is_some_and(|(one, two)| two.weight > one.weight && two.code == one.code)
    };
    let surer = |f: &Hit| plain.iter().filter(|w| meets(w, f)).all(|w| lesser(w, f));
    let (sure, rest): (Vec<Hit>, Vec<Hit>) = frames.into_iter().partition(surer);
    let words: Vec<Hit> = plain.iter().filter(|w| !sure.iter().any(|f| meets(w, f))).copied().collect();
    let frames = sure.into_iter().chain(rest);
    for hit in &words {
        if let Some(g) = doc.lexicon.actions.group(hit.group) {
            count(doc, s, g, *hit, weight, tallies);
        }
    }
    for hit in frames {
        let told = plain.iter().any(|w| meets(w, &hit) && !lesser(w, &hit));
        if let Some(g) = doc.lexicon.action_frames.group(hit.group).filter(|_| !told) {
            count(doc, s, g, hit, weight, tallies);
        }
    }
}

fn count(doc: &Doc, s: &Sentence, g: &Group, hit: Hit, weight: i32, tallies: &mut BTreeMap<String, Tally>) {
    let text = doc.of(s);
    if is_supposed(doc, text, hit.end) || is_denied(doc, text, hit.end) || is_aside(doc, text, g, hit) {
        return;
    }
    let code = if is_sending(doc, text, g, hit) { MISDELIVERY } else { &g.code };
    let t = tallies.entry(code.to_owned()).or_insert_with(|| Tally {
        first: s.start + hit.start,
        vague: true,
        ..Tally::default()
    });
    t.vague &= text.get(hit.start..hit.end) == Some("サイバー攻撃");
    t.cause |= doc.has("cause", text);
    t.guessed |= doc.has("guess", text);
    t.strong |= g.weight >= STRONG;
    t.plain |= g.weight >= PLAIN;
    t.befell |= weight != TITLE && befalls(first_chars(text.get(hit.end..).unwrap_or_default(), 8));
    if weight != TITLE {
        t.told.get_or_insert(s.start + hit.start);
    }
    if weight == TITLE {
        t.title = true;
    } else if t.spans.len() >= ENOUGH {
        return;
    }
    t.score += g.weight * weight;
    t.spans.push(doc.span(s.start + hit.start, s.start + hit.end));
}

/// `に遭い、`: the words behind a cue that go on to what it came to.
fn befalls(after: &str) -> bool {
    after.strip_prefix(['に', 'の']).is_some_and(|rest| {
        ["遭い、", "あい、", "遭って", "遭い紛失", "被害に遭い", "被害により"].iter().any(|w| rest.starts_with(w))
    })
}

/// `改ざんは確認されておりません`; what a fact brought about may be denied, not the fact: `感染した端末からの流出はない`.
fn is_denied(doc: &Doc, text: &str, at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    // `盗難ではないとみて`, `不正アクセス等により発生したものではなく`.
    if ["ではない", "ではなく", "ではありませ"].iter().any(|w| rest.starts_with(w))
        || first_chars(rest, 24)
            .split('。')
            .next()
            .is_some_and(|c| c.contains("ものではな") || c.contains("ものではあ"))
    {
        return true;
    }
    let near = first_chars(rest, 8);
    if doc.hits("asserted", near).next().is_some_and(|h| h.start == 0) {
        return false;
    }
    let clause = clause_behind(text, at, 30);
    doc.has("none_found", &clause) || doc.has("negation", &clause) || denies(doc, &clause, "damage_verbs")
}

/// A wrong entry or setting in what sends mail sends it to the wrong ones: `宛先の入力を誤り`.
fn is_sending(doc: &Doc, text: &str, g: &Group, hit: Hit) -> bool {
    ["error.data_entry", "error.misconfiguration"].contains(&g.code.as_str())
        && (doc.has("sending", last_chars(text.get(..hit.end).unwrap_or_default(), 24))
            || ["による誤送", "による誤配", "による誤発"]
                .iter()
                .any(|w| text.get(hit.end..).is_some_and(|r| r.starts_with(w)))
            // `一括送信の機能を誤って選択し、…を送信した`
            || text.get(hit.start..hit.end).is_some_and(|w| w.ends_with("選択"))
                && ["送信", "配信", "送付"]
                    .iter()
                    .any(|w| first_chars(text.get(hit.end..).unwrap_or_default(), 50).contains(w)))
}

/// An apology is put on the web site and sent out too: that is the answer to what happened.
fn is_aside(doc: &Doc, text: &str, g: &Group, hit: Hit) -> bool {
    let before = text.get(..hit.start).unwrap_or_default();
    match g.code.as_str() {
        "error.publishing" => doc.has("replies", last_chars(before, 24)),
        // `障害者手帳`, `障害等級` break nothing down.
        "error.malfunction" => {
            let after = text.get(hit.end..).unwrap_or_default();
            text.get(hit.start..hit.end).is_some_and(|w| w.ends_with("障害"))
                && ["者", "児", "等級", "等種", "種別", "支援", "福祉", "手帳", "年金", "の程度", "の有無", "名"]
                    .iter()
                    .any(|w| after.starts_with(w))
        }
        // A stranger does not misuse a post that he never had.
        "misuse.data_mishandling" | "misuse.privilege_abuse" => {
            ["第三者による", "第三者が", "第三者から", "何者か"].iter().any(|w| before.contains(w))
        }
        // `痕跡は見つかっていない` misses nothing.
        "error.loss" => {
            text.get(hit.start..hit.end).is_some_and(|w| w.starts_with("見つか"))
                && doc.has("traces", last_chars(before, 10))
        }
        _ => false,
    }
}

/// Papers that are missed because they were thrown away were thrown away first: where the text takes that for likely, or
/// tells it before it misses them.
fn put_cause_first(actions: &mut [String], tallies: &BTreeMap<String, Tally>) {
    let (Some(thrown), Some(missed)) = (tallies.get("error.disposal"), tallies.get("error.loss")) else { return };
    let before = thrown.told.is_some_and(|t| missed.told.is_none_or(|m| t < m));
    if let Some(i) = actions.iter().position(|a| a == "error.disposal")
        && (thrown.guessed || before)
        && actions.first().is_some_and(|a| a == "error.loss")
    {
        actions.swap(0, i);
    }
}

fn is_finer(code: &str) -> bool {
    !GENERAL.contains(&code) && ["hacking.", "malware.", "social."].iter().any(|k| code.starts_with(k))
}

/// A general code says nothing beside a finer one of its kind, and a break-in has its cause for a first name.
fn drop_general(actions: &mut Vec<String>) {
    let finer = |list: &[String], kind: &str, general: &str| list.iter().any(|a| a.starts_with(kind) && a != general);
    let caused = ["hacking.", "social.", "malware.ransomware"].iter().any(|k| finer(actions, k, "hacking.unknown"));
    if caused {
        actions.retain(|a| a != "hacking.unknown");
    }
    let guessed = actions.iter().position(|a| a == "hacking.brute_force");
    let used = actions.iter().position(|a| a == "hacking.use_of_stolen_creds");
    if let (Some(a), Some(b)) = (guessed, used)
        && b < a
    {
        // The log-in that is told over and over was tried before.
        actions.swap(a, b);
    }
    if let Some(i) = actions.iter().position(|a| a == "social.phishing")
        && actions.first().is_some_and(|a| a == "hacking.use_of_stolen_creds")
    {
        // The password was phished before it was used.
        actions.swap(0, i);
    }
    if actions.first().is_some_and(|a| a == "malware.other") && finer(actions, "hacking.", "hacking.unknown") {
        // What the intruder planted comes after the hole that let him in.
        actions.rotate_left(1);
    }
    if finer(actions, "malware.", "malware.other") {
        actions.retain(|a| a != "malware.other");
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::facts_of;

    fn read(title: &str, body: &str) -> Vec<String> {
        facts_of(title, body).actions
    }

    #[test]
    fn two_words_together_tell_the_act() {
        for (title, body, expected) in [
            (
                "文書の取扱いについて",
                "職員が、隣の地区の会長宛ての通知を誤って別の会長の自宅へ投函しました。",
                "error.misdelivery",
            ),
            ("お詫び", "担当者が誤って入会者の一覧を協会のブログに掲載しました。", "error.publishing"),
            ("お詫び", "保管していた申込書を不要文書と一緒に溶解処理に出しました。", "error.disposal"),
            (
                "お詫び",
                "ストレージのアクセス権限が適切に設定されていなかったことによるものです。",
                "error.misconfiguration",
            ),
            ("旧サイトについて", "以前使っていたドメインを第三者が取得していることが分かりました。", "error.other"),
            ("台帳について", "台帳の所在が分からなくなっていることが判明しました。", "error.loss"),
            ("会員の口座について", "窓口で、同姓同名の会員の口座番号を誤って紐付けました。", "error.data_entry"),
        ] {
            assert_eq!(read(title, body).first().map(String::as_str), Some(expected), "{body}");
        }
    }

    #[test]
    fn denials_plans_and_warnings_are_no_acts() {
        let quiet = [
            "なお、ウイルスへの感染は確認されておりません。",
            "今後は、誤送信の防止に努めてまいります。",
            "不審な相手からの遠隔操作の案内にはご注意ください。",
            "盗難に備え、保管庫を改めました。",
            "改ざんの形跡は見つかっていません。",
        ];
        for body in quiet {
            assert_eq!(read("ご報告", body), Vec::<String>::new(), "{body}");
        }
        // What a fact brought about may be denied without the fact.
        assert_eq!(
            read("ご報告", "マルウェアに感染した端末から外部への通信は確認されておりません。"),
            ["malware.other"]
        );
    }

    #[test]
    fn the_headline_names_the_act_and_causes_follow() {
        let body = "委託先の帳票出力プログラムの不具合により、宛名がずれ、別の組合員へ郵送しました。";
        assert_eq!(read("決算書の誤送付について", body), ["error.misdelivery", "error.programming"]);
        let body = "教諭は許可を得ずに名簿を自宅へ持ち帰り、駐車中に窓ガラスが割られました。";
        assert_eq!(read("名簿の盗難について", body), ["physical.theft", "misuse.data_mishandling"]);
    }

    #[test]
    fn what_is_missed_because_it_was_thrown_away_was_thrown_away() {
        let body = "綴りが見当たらず、保存期限を過ぎた文書とともに誤って廃棄した可能性が高いとみています。";
        assert_eq!(read("綴りの紛失について", body), ["error.disposal", "error.loss"]);
    }

    #[test]
    fn an_answer_on_the_web_site_is_no_publication() {
        let body = "名簿を紛失しました。お詫びをホームページに掲載しました。";
        assert_eq!(read("名簿の紛失について", body), ["error.loss"]);
    }

    #[test]
    fn a_wrong_address_sends_astray() {
        let body = "宛先の入力を誤り、名簿を添付したメールが外部へ届きました。";
        assert_eq!(read("メールについて", body), ["error.misdelivery"]);
    }

    #[test]
    fn what_befell_the_carrier_goes_before_its_loss() {
        let body = "職員の手提げ袋が置き引きに遭い、名簿を紛失したものです。";
        assert_eq!(read("名簿の紛失について", body), ["physical.theft"]);
        let body = "名簿を紛失しました。拾得物として届けられ、盗難届は出していません。";
        assert_eq!(read("名簿の紛失について", body).first().map(String::as_str), Some("error.loss"));
    }

    #[test]
    fn what_a_rule_forbids_beside_a_theft_was_done() {
        let body = "教諭が車上荒らしに遭い、名簿を盗まれました。名簿の持ち出しは禁止だった。";
        assert_eq!(read("名簿の盗難について", body), ["physical.theft", "misuse.data_mishandling"]);
    }

    #[test]
    fn a_screen_of_somebody_else_has_a_bug_for_its_cause_unless_another_is_told() {
        let body = "会員ページに他の会員の情報が表示される事象が起きました。";
        assert_eq!(read("会員ページについて", body), ["error.programming"]);
        let body = "サーバーの保守メンテナンスの後、ほかの方の住所が画面に表示されました。";
        assert_eq!(read("会員ページについて", body).first().map(String::as_str), Some("error.programming"));
        let body = "公開範囲の設定ミスにより、回答後に他の回答者の情報が表示されました。";
        assert_eq!(read("申込フォームについて", body), ["error.misconfiguration"]);
    }

    #[test]
    fn other_cases_and_other_causes_are_not_this_one() {
        for body in [
            "組合では昨年に伝票の紛失があったばかり。",
            "本件は不正アクセス等により発生したものではなく、原因を調べています。",
            "「サポート詐欺」とは、偽の警告画面を出して電話をかけさせる詐欺のことをいいます。",
            "書庫の様子から盗難ではないとみています。",
        ] {
            assert_eq!(read("ご報告", body), Vec::<String>::new(), "{body}");
        }
    }

    #[test]
    fn who_had_no_need_to_look_or_to_hand_over_mishandled() {
        for body in [
            "係長は知人の税額を職務と関係なく端末で調べていました。",
            "代理店へ派遣されていた出向社員2名が、契約者の一覧を出向元へ渡していました。",
            "主任は同僚の住所を不正に集め、手帳に書き留めていました。",
        ] {
            assert_eq!(read("ご報告", body), ["misuse.data_mishandling"], "{body}");
        }
        let body = "第三者が組合の端末に侵入し、届いたメールを不正に閲覧していました。";
        assert!(!read("ご報告", body).iter().any(|a| a.starts_with("misuse")));
    }

    #[test]
    fn a_flood_of_requests_is_an_attack_with_an_outage() {
        let body =
            "DDoS攻撃を受け、回線がつながりにくい状態となりました。外部から侵入された不正アクセスではありません。";
        let found = read("攻撃による通信障害について", &format!("{body}サイバー攻撃への対処を終えました。"));
        assert!(["hacking.unknown", "error.malfunction"].iter().all(|a| found.iter().any(|f| f == a)), "{found:?}");
    }
}
