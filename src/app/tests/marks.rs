//! Queries that ask for what is marked.

use super::*;

/// What the searches among the effects ask for.
pub(super) fn wanted(effects: &[Effect]) -> Vec<(String, Vec<i64>)> {
    let of = |e: &Effect| match e {
        Effect::Store(Request::Search { wanted, .. }) => {
            Some((wanted.query.clone(), wanted.marks.iter().map(|k| k.0).collect()))
        }
        _ => None,
    };
    effects.iter().filter_map(of).collect()
}

#[test]
fn a_query_for_marks_is_told_them_and_asked_anew_when_they_change() {
    let mut app = open();
    press(&mut app, "j<Space>");
    assert_eq!(wanted(&type_unanswered(&mut app, "/x")), [("x".into(), vec![])]);
    press(&mut app, "<Backspace>");
    let last = wanted(&type_unanswered(&mut app, "is:marked")).pop();
    assert_eq!(last, Some(("is:marked".into(), vec![2])));
    press(&mut app, "<Enter>");
    assert_eq!(wanted(&type_unanswered(&mut app, "gg<Space>")), [("is:marked".into(), vec![1, 2])]);
    assert_eq!(wanted(&type_unanswered(&mut app, "jj")), []);
}
