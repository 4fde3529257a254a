//! Whether data came into other hands, whether misuse is known, and who was told of it.
//!
//! Given the sentences by `extract`, after the actions are known: what a lost carrier or a misdirected mail means for
//! the data follows from its kind, what a break-in means has to be stated.

use super::doc::{Doc, Sentence};
use super::modality::{clause_behind, denies, first_chars, is_report};
use crate::domain::{Confidence, Exposure, Facts, Field, SecondaryDamage, Span};

pub fn extract(doc: &Doc, facts: &mut Facts) {
    secondary(doc, facts);
    told(doc, facts);
    exposure(doc, facts);
}

fn span_of(doc: &Doc, s: &Sentence) -> Span {
    doc.span(s.start, s.end)
}

/// Break-ins by way of an account.
const ENTERED: &[&str] = &["hacking.brute_force", "hacking.use_of_stolen_creds"];

type Found = (Exposure, Vec<Span>, &'static str);

fn exposure(doc: &Doc, facts: &mut Facts) {
    let Some((value, spans, rule)) = judged(doc, facts) else { return };
    facts.exposure = Some(value);
    // What follows from the kind of act alone is proved by the act's words.
    let spans = if spans.is_empty() { facts.evidence.get(&Field::Actions).cloned().unwrap_or_default() } else { spans };
    let weak = [
        "exposure.stated",
        "exposure.outage",
        "exposure.data_entry",
        "exposure.entered",
        "exposure.silent",
        "exposure.unsaid",
    ]
    .contains(&rule);
    facts.prove(Field::Exposure, spans, if weak { Confidence::Low } else { Confidence::Medium }, rule);
}

fn judged(doc: &Doc, facts: &Facts) -> Option<Found> {
    let primary = facts.actions.first().map(String::as_str).unwrap_or_default();
    let denied = tells(doc, |text| rules_out(doc, text));
    let open = tells(doc, |text| fears(doc, text));
    match primary {
        "error.malfunction" => Some((Exposure::None, denied.into_iter().collect(), "exposure.outage")),
        "error.misdelivery"
        | "error.loss"
        | "physical.theft"
        | "misuse.data_mishandling"
        | "misuse.privilege_abuse"
        | "error.disposal" => match denied {
            Some(s) if primary == "error.disposal" => Some((Exposure::None, vec![s], "exposure.denied")),
            _ if hedged(doc, primary).is_some() => {
                Some((Exposure::Suspected, hedged(doc, primary).into_iter().collect(), "exposure.possible"))
            }
            _ => Some((Exposure::Confirmed, evidence(doc), "exposure.lost_control")),
        },
        "error.publishing" | "error.misconfiguration" | "error.programming" => {
            if let Some(s) = tells(doc, |text| {
                doc.has("viewed", text)
                    && (!doc.has("possible", text) || text.contains("実際に"))
                    && !doc.has("none_found", text)
                    && !is_open_question(text)
            }) {
                return Some((Exposure::Confirmed, vec![s], "exposure.viewed"));
            }
            match open {
                Some(s) => Some((Exposure::Suspected, vec![s], "exposure.open")),
                None if denied.is_some() => Some((Exposure::None, denied.into_iter().collect(), "exposure.denied")),
                None => Some(match tells(doc, |text| doc.has("viewed", text) && is_open_question(text)) {
                    Some(s) => (Exposure::Suspected, vec![s], "exposure.unknown"),
                    None => (Exposure::Confirmed, evidence(doc), "exposure.stated"),
                }),
            }
        }
        "error.data_entry" => {
            let seen =
                tells(doc, |text| doc.has("viewed", text) && !doc.has("possible", text) && !is_open_question(text));
            match seen.filter(|_| denied.is_none()) {
                Some(s) => Some((Exposure::Confirmed, vec![s], "exposure.viewed")),
                None => Some((Exposure::None, denied.into_iter().collect(), "exposure.data_entry")),
            }
        }
        "error.other" => Some(match (denied, open) {
            (Some(s), _) => (Exposure::None, vec![s], "exposure.denied"),
            (None, Some(s)) => (Exposure::Suspected, vec![s], "exposure.open"),
            (None, None) => (Exposure::Confirmed, evidence(doc), "exposure.stated"),
        }),
        "environmental" => Some((Exposure::None, denied.into_iter().collect(), "exposure.outage")),
        _ => break_in(doc, facts, denied, open),
    }
}

/// A mail that went astray or papers taken home: the notice may say that somebody may have read them, and no more.
fn hedged(doc: &Doc, primary: &str) -> Option<Span> {
    if !["error.misdelivery", "misuse.data_mishandling"].contains(&primary) {
        return None;
    }
    // What the headline states is not taken back by what a sentence fears of somebody else's data.
    let title = doc.title_text();
    if primary == "misuse.data_mishandling" && doc.has("leaks", title) && !doc.has("possible", title) {
        return None;
    }
    tells(doc, |text| doc.has("read_perhaps", text) && fears(doc, text))
}

/// Whether it was seen is not known: `実際に閲覧されたかどうかは分かっていない`.
fn is_open_question(text: &str) -> bool {
    ["かどうか", "か否か", "の有無"].iter().any(|w| text.contains(w))
}

/// A break-in: a leak that is stated as a fact, else one that is feared, else one that is denied.
fn break_in(doc: &Doc, facts: &Facts, denied: Option<Span>, open: Option<Span>) -> Option<Found> {
    let title = doc.title_text();
    let elsewhere = |text: &str| text.contains("他社") || text.contains("他サービス");
    let sure = tells(doc, |text| {
        doc.has("leaked", text) && !doc.has("possible", text) && !doc.has("none_found", text) && !elsewhere(text)
    });
    let result = title.contains("調査結果") || title.contains("最終報告");
    let cleared = tells(doc, |text| doc.has("no_leak", text) && !doc.has("possible_leak", text));
    if let Some(s) = cleared.filter(|_| result && sure.is_none()) {
        return Some((Exposure::None, vec![s], "exposure.cleared"));
    }
    if doc.has("possible", title) {
        return Some((Exposure::Suspected, vec![doc.span(doc.title.0, doc.title.1)], "exposure.title"));
    }
    let weakly = || tells(doc, |text| doc.has("leaked_weak", text) && !doc.has("possible", text) && !elsewhere(text));
    let sure = if open.is_none() { sure.or_else(weakly) } else { sure };
    let entered = facts.actions.iter().any(|a| ENTERED.contains(&a.as_str()));
    // Who spends what an account holds has been in it.
    let spent = || facts.evidence.get(&Field::SecondaryDamage).and_then(|s| s.first().copied());
    let found = facts.secondary_damage == Some(SecondaryDamage::Found);
    let sure = if entered && found { sure.or_else(spent) } else { sure };
    // That pages can be read again is no fear for data.
    let open = open.filter(|s| denied.is_none() || of_data(doc, s));
    match (sure, open, denied) {
        (Some(s), ..) => Some((Exposure::Confirmed, vec![s], "exposure.stated")),
        (None, Some(s), _) => Some((Exposure::Suspected, vec![s], "exposure.possible")),
        (None, None, Some(s)) => Some((Exposure::None, vec![s], "exposure.denied")),
        (None, None, None) if entered => {
            // Who is in an account sees what it holds.
            Some((Exposure::Confirmed, evidence(doc), "exposure.entered"))
        }
        (None, None, None) => {
            let said = ["漏えい", "漏洩", "流出"].iter().any(|w| title.contains(w));
            if said {
                return Some((Exposure::Confirmed, vec![doc.span(doc.title.0, doc.title.1)], "exposure.title"));
            }
            // A break-in where data lies puts it in doubt; where of data no word is said, there is none to leak.
            let silent = !doc.has("silent_break", doc.text());
            (!facts.actions.is_empty()).then_some(match silent {
                true => (Exposure::None, Vec::new(), "exposure.silent"),
                false => (Exposure::Suspected, Vec::new(), "exposure.unsaid"),
            })
        }
    }
}

fn tells(doc: &Doc, test: impl Fn(&str) -> bool) -> Option<Span> {
    doc.reports().iter().find(|s| test(doc.of(s))).map(|s| span_of(doc, s))
}

/// A sentence that names data or a leak.
fn of_data(doc: &Doc, span: &Span) -> bool {
    let at = doc.folded.forward(span.start);
    doc.sentence_at(at).is_some_and(|s| {
        let text = doc.of(s);
        doc.has("leaks", text) || ["情報", "データ", "ファイル", "窃取", "盗"].iter().any(|w| text.contains(w))
    })
}

/// A leak is called possible, and not called impossible: `漏えいの可能性はありません`.
fn fears(doc: &Doc, text: &str) -> bool {
    doc.hits("possible_leak", text).any(|h| !is_nil(text.get(h.end..).unwrap_or_default()))
}

fn rules_out(doc: &Doc, text: &str) -> bool {
    doc.has("nothing_leaked", text)
        || denies_leak(doc, text)
        || doc.hits("possible_leak", text).any(|h| is_nil(text.get(h.end..).unwrap_or_default()))
}

/// `外部への流出や悪用のおそれはない`, `情報の漏えい等は発生していない`: a word of leaking, and its clause says that there
/// was none; that none is known of says less.
fn denies_leak(doc: &Doc, text: &str) -> bool {
    doc.hits("leaks", text).any(|h| {
        let clause = first_chars(text.get(h.end..).unwrap_or_default(), 22);
        let clause = clause.split(['。', '、', '(', '※']).next().unwrap_or_default();
        let nil = |(at, word): (usize, &str)| {
            let between = clause.get(..at).unwrap_or_default();
            let after = clause.get(at + word.len()..).unwrap_or_default();
            !doc.has("known", between)
                && !["よう", "か", "とは限", "とは言", "わけ"].iter().any(|w| after.starts_with(w))
        };
        NIL.iter().filter_map(|w| Some((crate::text::find(clause, w)?, *w))).any(nil)
    })
}

/// Endings that say of a leak that it did not happen or cannot.
const NIL: &[&str] = &[
    "はない",
    "はなく",
    "はなかった",
    "もない",
    "もなく",
    "はありません",
    "もありません",
    "はございません",
    "もございません",
    "は発生していない",
    "は発生しておりません",
    "は発生していません",
    "は生じていない",
    "は起きていない",
    "はしていない",
    "はしておりません",
    "は一切ない",
    "は一切ありません",
    "は一切ございません",
];

fn is_nil(after: &str) -> bool {
    let after = first_chars(after, 12).trim_start_matches("など").trim_start_matches('等');
    let bare = after.trim_start_matches(['は', 'も', 'が', 'の', '一', '切']);
    bare.len() < after.len()
        && ["ありません", "ございません", "ない", "なく", "無い", "なし"].iter().any(|w| bare.starts_with(w))
}

fn evidence(doc: &Doc) -> Vec<Span> {
    tells(doc, |text| doc.has("exposed", text)).into_iter().collect()
}

fn secondary(doc: &Doc, facts: &mut Facts) {
    let found = doc.sentences.iter().find(|s| {
        let text = doc.of(s);
        doc.has("found", text) && is_report(doc, s) && !doc.has("none_found", text) && !doc.has("possible", text)
            || doc.has("misused", text) && is_report(doc, s) && !doc.has("none_found", text)
    });
    if let Some(s) = found {
        facts.secondary_damage = Some(SecondaryDamage::Found);
        facts.prove(Field::SecondaryDamage, [span_of(doc, s)], Confidence::Medium, "secondary.found");
        return;
    }
    let none = doc.sentences.iter().find(|s| {
        let text = doc.of(s);
        // The words of misuse have to stand before the denial: `漏えいは確認されていない` alone says nothing of it.
        let misuse = doc.hits("misuse", text).next();
        misuse.is_some_and(|m| {
            let rest = text.get(m.start..).unwrap_or_default();
            doc.has("none_found", rest) || denies(doc, &clause_behind(text, m.start, 60), "damage_verbs")
        })
    });
    if let Some(s) = none {
        facts.secondary_damage = Some(SecondaryDamage::NoneFound);
        facts.prove(Field::SecondaryDamage, [span_of(doc, s)], Confidence::High, "secondary.none_found");
    }
}

/// Reports to the commission and to the police, where they are done and not only planned.
fn told(doc: &Doc, facts: &mut Facts) {
    let done = |s: &&Sentence, who: &str| {
        let text = doc.of(s);
        doc.hits(who, text).any(|h| {
            let after = first_chars(text.get(h.end..).unwrap_or_default(), 60);
            let named = doc.has("told", after) || doc.has("told", text.get(h.start..).unwrap_or_default());
            // `報告するとともに…公表する`: the last verb says whether it is done.
            let ahead = ["するとともに", "するほか", "するなど"].iter().any(|w| after.contains(w))
                && ["する。", "するという。", "するとしている。", "する方針。", "する予定。"]
                    .iter()
                    .any(|w| text.ends_with(w));
            named && !ahead && !doc.has("not_done", after)
        })
    };
    if let Some(s) = doc.sentences.iter().find(|s| done(s, "ppc")) {
        facts.ppc = true;
        facts.prove(Field::Ppc, [span_of(doc, s)], Confidence::High, "ppc.reported");
    }
    // The police need not be told of what is their own.
    let own = facts.org.as_deref().is_some_and(|o| o.contains("警察"));
    if let Some(s) = doc.sentences.iter().find(|s| done(s, "police")).filter(|_| !own) {
        facts.police = true;
        facts.prove(Field::Police, [span_of(doc, s)], Confidence::High, "police.told");
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::facts_of;
    use crate::domain::{Exposure, Facts, SecondaryDamage};

    fn read(title: &str, body: &str) -> Facts {
        facts_of(title, body)
    }

    #[test]
    fn what_is_said_of_a_leak_decides() {
        for (title, body, expected) in [
            ("不正アクセスについて", "顧客情報が漏えいした可能性はありません。", Exposure::None),
            ("不正アクセスについて", "顧客情報が漏えいした可能性があります。", Exposure::Suspected),
            ("不正アクセスについて", "顧客情報が外部へ流出しました。", Exposure::Confirmed),
            ("サイトの改ざんについて", "第三者による不正アクセスでページが書き換えられました。", Exposure::None),
            ("設定不備について", "アクセス権限の設定不備で、回答が他の方から見られる状態でした。", Exposure::Suspected),
            ("設定不備について", "公開範囲の設定ミスで誰でも閲覧でき、二名が閲覧しました。", Exposure::Confirmed),
            ("宛先の誤りについて", "誤送信しました。第三者に閲覧された可能性があります。", Exposure::Suspected),
            ("書類の紛失について", "申請書を紛失しました。", Exposure::Confirmed),
            ("帳票の誤廃棄", "誤って廃棄しました。溶解済みで、外部への流出や悪用のおそれはない。", Exposure::None),
            ("帳票の誤廃棄", "誤って廃棄しました。外部へ流失した懸念はないと判断した。", Exposure::None),
            ("帳票の誤廃棄", "誤って廃棄しました。流出による被害はないという。", Exposure::Confirmed),
            ("帳票の誤廃棄", "誤って廃棄しました。流出の可能性は低い。", Exposure::Confirmed),
            (
                "図面の誤公開",
                "誤って公開しました。閲覧できる状態でした。来訪者がコピーを所持していました。",
                Exposure::Confirmed,
            ),
            (
                "顧客名簿の流出",
                "元社員が名簿を持ち出し、売っていた。別の店でも漏えいした可能性があるという。",
                Exposure::Confirmed,
            ),
            (
                "リスト型攻撃による不正ログイン",
                "不正ログインがあり、ポイントが勝手に交換されました。漏えいした可能性があります。",
                Exposure::Confirmed,
            ),
            (
                "サイトの不正アクセスについて",
                "不正アクセスを受けました。個人情報が漏洩した可能性はありません。案内のページは閲覧可能となっています。",
                Exposure::None,
            ),
        ] {
            assert_eq!(read(title, body).exposure, Some(expected), "{body}");
        }
    }

    #[test]
    fn misuse_is_found_denied_or_not_spoken_of() {
        for (body, expected) in [
            (
                "書類を紛失しました。これまでに情報が悪用されたとの連絡は一件も寄せられていません。",
                Some(SecondaryDamage::NoneFound),
            ),
            ("書類を紛失しました。二次被害の情報もありません。", Some(SecondaryDamage::NoneFound)),
            ("書類を紛失しました。一部のカードで不正利用が確認されています。", Some(SecondaryDamage::Found)),
            ("書類を紛失しました。二次被害が生じないよう努めます。", None),
        ] {
            assert_eq!(read("書類の紛失について", body).secondary_damage, expected, "{body}");
        }
    }
}
