//! Why two incidents are linked: the words of the record, in the order of their strength.

use super::node::Node;

/// Most days from a gang's claim to the victim's notice.
const CLAIM_BEFORE: i64 = 365;
/// Most days from the victim's notice to a gang's claim.
const CLAIM_AFTER: i64 = 90;

/// Why another incident is linked to one, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Why {
    CaseNumber,
    NearDuplicate,
    LaterRelease,
    EarlierRelease,
    NoticeOfThird,
    NamesItThird,
    SameThird,
    Claim,
    NoticeOfVictim,
    SameCase,
    SameSubject,
    SameOrg,
}

impl Why {
    /// The words of the record.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CaseNumber => "same case number",
            Self::NearDuplicate => "near duplicate",
            Self::LaterRelease => "later release",
            Self::EarlierRelease => "earlier release",
            Self::NoticeOfThird => "notice of the third party",
            Self::NamesItThird => "names it as third party",
            Self::SameThird => "same third party",
            Self::Claim => "claim of a gang",
            Self::NoticeOfVictim => "notice of the victim",
            Self::SameCase => "same case",
            Self::SameSubject => "same subject",
            Self::SameOrg => "same organisation",
        }
    }

    /// Place in the order; releases before and after are equally strong.
    pub fn rank(self) -> u8 {
        match self {
            Self::EarlierRelease => Self::LaterRelease as u8,
            Self::NamesItThird => Self::NoticeOfThird as u8,
            Self::NoticeOfVictim => Self::Claim as u8,
            other => other as u8,
        }
    }

    /// The release that `other` is to `one`. An undated one is known by the day of another that it names: it is later.
    pub fn release(one: &Node, other: &Node) -> Self {
        let at = |n: &Node| (n.day.is_none(), n.day, n.ident);
        if at(other) > at(one) { Self::LaterRelease } else { Self::EarlierRelease }
    }

    /// Why `other` is linked to `one` by the keys that both have, however far they are apart in time.
    pub fn of_keys(one: &Node, other: &Node) -> Option<Self> {
        let is = |a: Option<i64>, b: Option<i64>| a.is_some() && a == b;
        if one.case_no.is_some() && one.case_no == other.case_no {
            Some(Self::CaseNumber)
        } else if one.same_org(other) && one.claim != other.claim && claimed_near(one, other) {
            Some(if other.claim { Self::Claim } else { Self::NoticeOfVictim })
        } else if is(one.third, other.org) {
            Some(Self::NoticeOfThird)
        } else if is(one.org, other.third) {
            Some(Self::NamesItThird)
        } else if one.same_subject(other) {
            Some(Self::SameSubject)
        } else if is(one.third, other.third) {
            Some(Self::SameThird)
        } else {
            one.same_org(other).then_some(Self::SameOrg)
        }
    }
}

/// Tells whether a claim and a notice are near enough in time to be of one attack.
fn claimed_near(one: &Node, other: &Node) -> bool {
    let (claim, notice) = if one.claim { (one, other) } else { (other, one) };
    match (claim.day, notice.day) {
        (Some(claim), Some(notice)) => (-CLAIM_AFTER..=CLAIM_BEFORE).contains(&(notice - claim)),
        _ => false,
    }
}
