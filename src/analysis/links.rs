//! The link keys of an incident: what it shares with others that belong to it. Given its facts and search-folded text
//! by the jobs that take documents in; the store keeps the keys and finds who shares them.

use super::near::{mixed, sketches};
use super::org::{is_platform, organisation};
use super::subject::subject;
use crate::domain::{Facts, Kind, LinkKeys};

/// The link keys of an incident. A post that is none is linked by its text only; a claim has no subject of its own.
pub fn keys(kind: Kind, facts: &Facts, folded: &str) -> LinkKeys {
    let near = sketches(folded);
    if kind == Kind::Other {
        return LinkKeys { near, ..LinkKeys::default() };
    }
    let org = facts.org.as_deref().and_then(organisation);
    let third = facts.third_party.as_deref().and_then(organisation).filter(|t| Some(t) != org.as_ref());
    let title = facts.title.as_deref().filter(|_| kind == Kind::Incident).map(subject).unwrap_or_default();
    LinkKeys {
        contractor: kind == Kind::Incident && third.as_deref().is_some_and(|t| !is_platform(t)),
        third: third.as_deref().map(hash),
        subject: org.as_deref().zip(title.core.as_deref()).map(|(org, core)| hash(&format!("{org}\n{core}"))),
        continues: title.continues || !facts.follows.is_empty(),
        org: org.as_deref().map(hash),
        near,
    }
}

/// FNV-1a, mixed once more so that every bit counts. It is stored: it may never change.
fn hash(text: &str) -> i64 {
    let fnv = text.bytes().fold(0xCBF2_9CE4_8422_2325u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01B3));
    mixed(fnv).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(org: &str, title: &str, third: Option<&str>) -> Facts {
        let third_party = third.map(str::to_owned);
        Facts { org: Some(org.into()), title: Some(title.into()), third_party, ..Facts::default() }
    }

    fn of(facts: &Facts) -> LinkKeys {
        keys(Kind::Incident, facts, "")
    }

    #[test]
    fn equal_names_have_equal_keys_on_both_sides() {
        let client = of(&facts("青葉市", "宛名印刷の委託先への攻撃", Some("若宮印刷(株)")));
        let contractor = of(&facts("株式会社若宮印刷", "サーバーへの攻撃", None));
        assert_eq!(client.third, contractor.org);
        assert!(client.contractor && !contractor.contractor);
        assert_ne!(client.org, contractor.org);
        assert_eq!(of(&facts("若宮印刷", "攻撃", Some("㈱若宮印刷"))).third, None);
        assert!(!of(&facts("青葉市", "誤設定", Some("Googleフォーム"))).contractor);
    }

    #[test]
    fn the_subject_belongs_to_its_organisation() {
        let first = of(&facts("青葉市", "名簿の紛失について", None));
        let second = of(&facts("青葉市", "名簿の紛失について（第2報）", None));
        assert_eq!(first.subject, second.subject);
        assert!(second.continues && !first.continues);
        assert_ne!(first.subject, of(&facts("白樺市", "名簿の紛失について", None)).subject);
    }

    #[test]
    fn posts_and_claims_have_fewer() {
        let facts = facts("青葉市", "名簿の紛失について", Some("若宮印刷"));
        assert_eq!(keys(Kind::Other, &facts, ""), LinkKeys::default());
        let claim = keys(Kind::Claim, &facts, "");
        assert!(claim.org.is_some() && claim.subject.is_none() && !claim.contractor);
    }

    #[test]
    fn stored_hashes_stay_what_they_are() {
        assert_eq!(hash("若宮印刷"), hash("若宮印刷"));
        assert_ne!(hash("若宮印刷"), hash("若宮製本"));
        assert_eq!(hash(""), mixed(0xCBF2_9CE4_8422_2325).cast_signed());
    }
}
