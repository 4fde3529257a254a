//! The command line before clap sees it: `tag` removes a tag with `-TAG`, which clap would read as a flag.

use std::ffi::{OsStr, OsString};

/// Rewrites every `-TAG` that stands before the first `--` of a `tag` command to `--remove=TAG`. `-h` stays the help,
/// and the value of a long flag stays what it is: `takes_value` tells the names, without their dashes, of those that
/// have one.
pub(super) fn prepare(args: Vec<OsString>, takes_value: &dyn Fn(&str) -> bool) -> Vec<OsString> {
    let mut out = Vec::with_capacity(args.len());
    let mut words = args.into_iter();
    out.extend(words.next());
    let (mut in_tag, mut value) = (None, false);
    for word in words.by_ref() {
        if word == "--" || in_tag == Some(false) {
            out.push(word);
            break;
        }
        let is_value = std::mem::take(&mut value);
        if is_value || !is_dashed(&word) {
            if !is_value && in_tag.is_none() {
                in_tag = Some(word == "tag");
            }
            out.push(word);
            continue;
        }
        value = word.to_str().and_then(|w| w.strip_prefix("--")).is_some_and(takes_value);
        out.push(if in_tag == Some(true) { removal(word) } else { word });
    }
    out.extend(words);
    out
}

fn is_dashed(word: &OsStr) -> bool {
    word.to_str().is_some_and(|w| w.len() > 1 && w.starts_with('-'))
}

fn removal(word: OsString) -> OsString {
    match word.to_str().and_then(|w| w.strip_prefix('-')) {
        Some(tag) if tag != "h" && !tag.starts_with('-') => format!("--remove={tag}").into(),
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prepared(line: &str) -> String {
        let args = line.split(' ').map(OsString::from).collect();
        let out = prepare(args, &|name| matches!(name, "db" | "as"));
        out.iter().map(|w| w.to_str().unwrap()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn only_removals_of_tag_are_rewritten() {
        for (line, expected) in [
            ("j tag +a -b -- -件名", "j tag +a --remove=b -- -件名"),
            ("j tag -a/若宮 +b --as x -c -- q", "j tag --remove=a/若宮 +b --as x --remove=c -- q"),
            ("j --db tag tag -a -- q", "j --db tag tag --remove=a -- q"),
            ("j --db=x --plain tag -a -- -- -b", "j --db=x --plain tag --remove=a -- -- -b"),
            ("j tag --as -x -y -- q", "j tag --as -x --remove=y -- q"),
            ("j tag -h", "j tag -h"),
            ("j list tag -x", "j list tag -x"),
            ("j --db x list -x -- tag -y", "j --db x list -x -- tag -y"),
            ("j -- tag -x", "j -- tag -x"),
            ("j", "j"),
        ] {
            assert_eq!(prepared(line), expected, "{line}");
        }
    }
}
