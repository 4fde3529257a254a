//! Synthetic digests for benchmarks: own text with the n-gram variety of real prose, in every text format.
//! Given a number of incidents, a seed and a folder; `jikenbo gen` and the benchmarks call [`generate`].
//!
//! `grammar` holds the language (`assets/synth`), `case` invents an incident, `voice` and `spell` speak about it,
//! `notice` and `post` compose the entries of a digest, `document` puts them into files. Posts are written one at a
//! time, so memory does not grow with the number of incidents; the same plan gives the same bytes everywhere.

mod case;
mod document;
mod grammar;
mod notice;
mod post;
mod rng;
mod spell;
mod voice;

use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// What to generate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// How many entries of kind `incident`; claims and other posts come on top.
    pub incidents: usize,
    /// The same seed gives the same bytes.
    pub seed: u64,
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files.
    pub documents: usize,
    /// Entries of kind `incident`.
    pub incidents: usize,
    /// Victims in the lists of ransomware gangs.
    pub claims: usize,
    /// Posts that are no incidents.
    pub others: usize,
    /// Bytes in all files.
    pub bytes: u64,
}

/// Why generating stopped.
#[derive(Debug, Error)]
pub enum SynthError {
    /// The folder cannot be made.
    #[error("cannot make the folder {}: {source}; choose another folder", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file of this name is there already; it was left as it is.
    #[error("{} exists already and was kept; choose an empty folder", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// A file cannot be written.
    #[error("cannot write {}: {source}; the file is incomplete", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A built-in vocabulary or rule is wrong.
    #[error("the grammar of synthetic digests is wrong at {place}: {problem}; please report this")]
    Grammar {
        /// The file or rule.
        place: String,
        /// What is wrong with it.
        problem: String,
    },
}

/// Writes the digests of `plan` into `dir`, which is made if missing; existing files are never overwritten.
///
/// # Errors
/// The first [`SynthError`]; files finished before it stay.
pub fn generate(plan: &Plan, dir: &Path) -> Result<Summary, SynthError> {
    document::write_all(plan, dir)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, HashSet};
    use std::fs;

    fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
        let entries = fs::read_dir(dir).unwrap().map(|e| e.unwrap().path());
        entries.map(|p| (p.file_name().unwrap().to_string_lossy().into_owned(), fs::read(p).unwrap())).collect()
    }

    fn run(incidents: usize, seed: u64) -> (Summary, BTreeMap<String, Vec<u8>>) {
        let dir = tempfile::tempdir().unwrap();
        let summary = generate(&Plan { incidents, seed }, dir.path()).unwrap();
        (summary, files(dir.path()))
    }

    fn decoded(name: &str, bytes: &[u8]) -> String {
        if name.contains("sjis") {
            let (text, _, broken) = encoding_rs::SHIFT_JIS.decode(bytes);
            assert!(!broken && !text.contains("&#"), "{name} holds what Shift_JIS cannot say");
            text.into_owned()
        } else {
            String::from_utf8(bytes.to_vec()).unwrap()
        }
    }

    /// Counts the incidents of a file by the marks of its form.
    fn incidents_in(name: &str, text: &str) -> usize {
        let text = text.replace("\r\n", "\n");
        if name.starts_with("jikenbo") {
            let related = text.matches("関連事件簿\n\n【セキュリティ事件簿#").count();
            return text.matches("\n【セキュリティ事件簿#").count() + usize::from(text.starts_with('【')) - related;
        }
        match name.split('-').next() {
            Some("news") => text.lines().filter(|l| l.starts_with('◎')).count(),
            Some("category") => text.lines().filter(|l| *l == "\u{a0}").count(),
            _ => text.matches("日\n\n\n").count(),
        }
    }

    #[test]
    fn the_same_plan_gives_the_same_bytes_and_another_seed_others() {
        let (first, files) = run(60, 7);
        assert_eq!((first, files.clone()), run(60, 7));
        let (_, others) = run(60, 8);
        let bytes: HashSet<&Vec<u8>> = files.values().collect();
        assert!(others.values().all(|b| !bytes.contains(b)));
    }

    #[test]
    fn the_bytes_of_a_plan_never_change_between_platforms() {
        use sha2::Digest as _;
        let (_, files) = run(24, 1);
        let mut hash = sha2::Sha256::new();
        for bytes in files.values() {
            hash.update(bytes);
        }
        let hex = crate::text::hex(hash.finalize());
        assert!(
            hex.starts_with("897e0ac2fdc7"),
            "{hex}: a change of the grammar changes this; a change of the platform must not"
        );
    }

    #[test]
    fn incidents_are_exactly_as_many_as_asked() {
        for incidents in [1, 2, 11, 97, 700] {
            let (summary, files) = run(incidents, 3);
            let counted: usize = files.iter().map(|(n, b)| incidents_in(n, &decoded(n, b))).sum();
            assert_eq!((summary.incidents, counted), (incidents, incidents));
            assert_eq!(summary.documents, files.len());
            assert_eq!(summary.bytes, files.values().map(|b| b.len() as u64).sum::<u64>());
        }
        assert_eq!(run(0, 3).0, Summary::default());
    }

    #[test]
    fn every_form_is_there_and_every_file_decodes_into_short_lines() {
        let (summary, files) = run(2000, 11);
        for form in ["jikenbo-2", "jikenbo-sjis", "jikenbo-crlf", "blog", "news", "category"] {
            assert!(files.keys().any(|n| n.starts_with(form)), "{form}: {:?}", files.keys());
        }
        let mut all = String::new();
        for (name, bytes) in &files {
            let text = decoded(name, bytes);
            assert_eq!(text.contains("\r\n"), name.contains("crlf"), "{name}");
            assert!(text.lines().all(|l| l.len() < 20_000), "{name}");
            assert!(!text.contains(['{', '}']), "{name}");
            all.push_str(&text);
        }
        assert!(summary.others > 5 && summary.claims > 5, "{summary:?}");
        assert_eq!(all.matches("\nランサムウエアギャング").count(), summary.claims);
        for mark in ["リリース分】", "関連事件簿", "(第", "ラベル インシデント", "令和", "同日", "翌日"]
        {
            assert!(all.contains(mark), "{mark} never stands");
        }
    }

    #[test]
    fn an_incident_takes_about_three_kilobytes() {
        let (summary, _) = run(700, 5);
        let average = summary.bytes / 700;
        assert!((2500..3100).contains(&average), "{average}");
    }

    #[test]
    fn case_numbers_ascend_and_contractors_victims_share_one() {
        let (_, files) = run(1500, 2);
        let mut shared = 0;
        let mut last = (0, 0);
        for (_, bytes) in files.iter().filter(|(n, _)| n.starts_with("jikenbo-2")) {
            let text = String::from_utf8(bytes.clone()).unwrap().replace("関連事件簿\n\n【", "");
            last.1 = 0;
            for line in text.lines().filter_map(|l| l.strip_prefix("【セキュリティ事件簿#")) {
                let (number, rest) = line.split_once('】').unwrap();
                let (year, serial) = number.split_once('-').unwrap();
                let key: (i32, u32) = (year.parse().unwrap(), serial.parse().unwrap());
                assert!((2019..=2025).contains(&key.0));
                if ["報)", "報】"].iter().any(|m| rest.contains(m)) {
                    continue;
                }
                assert!(key.0 != last.0 || key.1 >= last.1, "{line}");
                shared += usize::from(key == last);
                last = key;
            }
        }
        assert!(shared > 10, "{shared}");
    }

    #[test]
    fn an_existing_file_is_named_and_kept() {
        let dir = tempfile::tempdir().unwrap();
        let plan = Plan { incidents: 3, seed: 1 };
        let inside = dir.path().join("new");
        generate(&plan, &inside).unwrap();
        let before = files(&inside);
        let error = generate(&plan, &inside).unwrap_err();
        assert!(
            matches!(&error, SynthError::Exists { path } if before.contains_key(path.file_name().unwrap().to_str().unwrap()))
        );
        assert_eq!(files(&inside), before);
        let blocked = dir.path().join("file");
        fs::write(&blocked, "x").unwrap();
        assert!(matches!(generate(&plan, &blocked), Err(SynthError::Folder { .. })));
    }

    fn grams(text: &str, n: usize) -> HashSet<Vec<char>> {
        let chars: Vec<char> = text.chars().collect();
        chars.windows(n).map(<[char]>::to_vec).collect()
    }

    /// 100 KB of real digests hold 1,078 characters, 8,618 bigrams and 16,462 trigrams (counted on real pages).
    #[test]
    fn n_grams_are_as_many_as_in_real_prose() {
        let (_, files) = run(700, 13);
        let numbered: Vec<String> = files
            .iter()
            .filter(|(n, _)| n.starts_with("jikenbo-2"))
            .map(|(_, b)| String::from_utf8(b.clone()).unwrap())
            .collect();
        let all = numbered.concat();
        let (mut head, mut tail) = (String::new(), String::new());
        for c in all.chars() {
            let part = if head.len() < 100_000 { &mut head } else { &mut tail };
            part.push(c);
        }
        let (bigrams, trigrams) = (grams(&head, 2).len(), grams(&head, 3).len());
        assert!((12_300..20_600).contains(&trigrams), "{trigrams} trigrams");
        assert!((6_400..10_800).contains(&bigrams), "{bigrams} bigrams");
        let later = grams(&tail, 3).len();
        assert!(later > trigrams * 2, "{later} trigrams in the {} bytes after", tail.len());
    }
}
