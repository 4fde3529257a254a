//! What Japanese a word of letters stands for: `rouei` is ろうえい, ロウエイ and 漏えい.
//!
//! Given a search-folded word, tells its kana and the words of `assets/lexicon/readings.toml` whose reading begins with it;
//! `query` asks while it parses, the fuzzy search while it matches.

use crate::text::search_fold;
use serde::Deserialize;
use std::sync::LazyLock;
use wana_kana::{ConvertJapanese, IsJapaneseChar};

/// Fewest letters that are read.
pub const MIN_LETTERS: usize = 3;
/// Most words that one word is read as.
pub const MAX_READ: usize = 24;

/// Fewest letters that find a word by its reading without regard to long vowels and double consonants.
const MIN_LOOSE: usize = 4;

pub(super) const SOURCE: &str = include_str!("../../assets/lexicon/readings.toml");

static TABLE: LazyLock<Readings> = LazyLock::new(|| Readings::of(&super::built_in("readings", SOURCE)));

/// The table as it is written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    /// Spellings of one sound: what is written, what it counts as.
    letters: Vec<(String, String)>,
    /// A word and its readings.
    words: Vec<Vec<String>>,
}

/// A word by one of its readings.
struct Entry {
    /// Search-folded.
    word: String,
    /// The reading in letters, every sound in one spelling.
    strict: String,
    /// The same without long vowels and double consonants.
    loose: String,
}

/// A compiled table of readings.
#[derive(Default)]
pub struct Readings {
    letters: Vec<(String, String)>,
    entries: Vec<Entry>,
}

impl Readings {
    /// Compiles a table: `letters = [["sh", "sy"], …]` and `words = [["漏えい", "ろうえい"], …]`.
    ///
    /// # Errors
    /// Says what is wrong with a text of another form.
    pub fn from_toml(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text).map(|file| Self::of(&file))
    }

    fn of(file: &File) -> Self {
        let letters = file.letters.iter().filter(|(from, _)| !from.is_empty()).cloned().collect();
        let mut out = Self { letters, entries: Vec::new() };
        for group in &file.words {
            let Some((word, readings)) = group.split_first() else { continue };
            let word = search_fold(word);
            for reading in readings.iter().filter(|_| !word.is_empty()) {
                let strict = out.strict(&search_fold(reading).to_romaji());
                out.entries.push(Entry { word: word.clone(), loose: loose(&strict), strict });
            }
        }
        out
    }

    /// Every sound in one spelling; a long vowel's sign is the vowel once more.
    fn strict(&self, letters: &str) -> String {
        let mut plain = String::with_capacity(letters.len());
        for c in letters.chars().flat_map(char::to_lowercase) {
            match c {
                '\'' => {}
                '-' | 'ー' => plain.extend(plain.chars().next_back().filter(|c| is_vowel(*c))),
                c => plain.push(c),
            }
        }
        self.letters.iter().fold(plain, |text, (from, to)| text.replace(from.as_str(), to))
    }

    /// What a search-folded word of letters, or of kana, is read as: its kana, then the table's words whose reading it
    /// is or begins, those of the shortest readings first; at most [`MAX_READ`] and none that holds another. Nothing
    /// where there are less than [`MIN_LETTERS`] letters.
    pub fn of_word(&self, word: &str) -> Vec<String> {
        let in_kana = word.chars().all(|c| c.is_kana()) && !word.is_empty();
        let letters = if in_kana { word.to_romaji() } else { word.to_owned() };
        if !is_letters(&letters) {
            return Vec::new();
        }
        let mut out = kana_of(&letters);
        let mut found: Vec<(usize, &str)> = Vec::new();
        let strict = self.strict(begun(&letters));
        let loose = loose(&strict);
        for entry in &self.entries {
            let is_loose = loose.len() >= MIN_LOOSE && entry.loose.starts_with(&loose);
            if !strict.is_empty() && entry.strict.starts_with(&strict) || is_loose {
                let rest = entry.loose.len().saturating_sub(loose.len());
                found.push((rest, &entry.word));
            }
        }
        found.sort_by_key(|(rest, _)| *rest);
        out.extend(found.into_iter().map(|(_, word)| word.to_owned()));
        apart(out, word)
    }
}

/// Tells whether a word is of letters that may be romaji, and long enough to be read.
pub fn is_letters(word: &str) -> bool {
    let letters = word.bytes().filter(u8::is_ascii_lowercase).count();
    letters >= MIN_LETTERS && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'\'' || b == b'-')
}

/// Tells whether a search-folded word may be meant by its sound: letters long enough to be read, or kana only.
pub fn is_read(word: &str) -> bool {
    is_letters(word) || !word.is_empty() && word.chars().all(|c| c.is_kana())
}

/// What a search-folded word is read as, by the built-in table and what was added to it; see [`Readings::of_word`].
pub fn of_word(word: &str) -> Vec<String> {
    TABLE.of_word(word)
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'i' | 'u' | 'e' | 'o')
}

/// Letters without what may yet become one sound or another: `sh` is the beginning of `shi` and of `sha`.
fn begun(letters: &str) -> &str {
    let half = |end: &str| letters.ends_with(end).then(|| letters.get(..letters.len() - 1)).flatten();
    half("sh").or_else(|| half("ch")).or_else(|| letters.strip_suffix('j')).unwrap_or(letters)
}

/// Without long vowels and double consonants.
fn loose(strict: &str) -> String {
    let mut out = String::with_capacity(strict.len());
    for c in strict.chars() {
        let last = out.chars().next_back();
        if last != Some(c) && !(last == Some('o') && c == 'u') {
            out.push(c);
        }
    }
    out
}

/// The kana that letters spell, where they spell two or more: hiragana, katakana, and katakana with long vowels' signs.
fn kana_of(letters: &str) -> Vec<String> {
    let hiragana = letters.to_hiragana();
    if hiragana.chars().count() < 2 || !hiragana.chars().all(|c| c.is_kana()) {
        return Vec::new();
    }
    let long = ["aa", "ii", "uu", "ee", "oo", "ou"].iter().fold(letters.to_owned(), |text, pair| {
        let vowel = pair.chars().next().unwrap_or_default();
        text.replace(pair, &format!("{vowel}-"))
    });
    let mut out = vec![hiragana, letters.to_katakana(), long.to_katakana()];
    out.dedup();
    out
}

/// At most [`MAX_READ`] of the words, none of which holds another or is the word itself.
fn apart(words: Vec<String>, itself: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for word in words {
        if word != itself && !out.iter().any(|kept| word.contains(kept.as_str())) {
            out.retain(|kept| !kept.contains(word.as_str()));
            out.push(word);
        }
    }
    out.truncate(MAX_READ);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(letters: &str, word: &str) -> bool {
        of_word(letters).iter().any(|found| found == word)
    }

    #[test]
    fn the_table_is_of_words_with_readings_in_kana() {
        let file: File = toml::from_str(SOURCE).unwrap();
        assert!(file.words.len() > 350, "{}", file.words.len());
        for group in &file.words {
            assert!(group.len() >= 2, "{group:?}");
            for reading in &group[1..] {
                assert!(reading.chars().all(|c| c.is_kana()), "{reading}");
                let letters = reading.to_romaji();
                assert!(letters.bytes().all(|b| b.is_ascii_lowercase() || b"'-".contains(&b)), "{reading}: {letters}");
            }
        }
    }

    #[test]
    fn every_word_is_found_by_its_own_reading() {
        let file: File = toml::from_str(SOURCE).unwrap();
        for (group, reading) in file.words.iter().flat_map(|g| g[1..].iter().map(move |r| (g, r))) {
            let letters = reading.to_romaji();
            if is_letters(&letters) {
                let found = of_word(&letters);
                assert!(found.iter().any(|w| search_fold(&group[0]).contains(w)), "{group:?} {letters}: {found:?}");
            }
        }
    }

    #[test]
    fn letters_stand_for_kana_and_words() {
        assert_eq!(of_word("rouei"), ["ろうえい", "ロウエイ", "ローエイ", "漏えい"]);
        assert_eq!(of_word("ろうえい"), of_word("rouei")[1..]);
        for (letters, word) in [
            ("gosoushin", "誤送信"),
            ("fuseiakusesu", "不正アクセス"),
            ("funshitsu", "紛失"),
            ("itakusaki", "委託先"),
            ("kojinjouhou", "個人情報"),
            ("oosaka", "大阪"),
            ("kyouikuiinkai", "教育委員会"),
        ] {
            assert!(finds(letters, word), "{letters}: {:?}", of_word(letters));
        }
        assert!(finds("saaba", "サーバ") && finds("sa-ba", "サーバ") && finds("me-ru", "メール"));
    }

    #[test]
    fn a_sound_is_one_however_it_is_written() {
        for (word, ways) in [
            ("紛失", &["funshitsu", "funsitsu", "hunsitu", "funshitu", "fun'shitsu"][..]),
            ("個人情報", &["kojinjouhou", "kojinjoho", "kozinzyouhou", "kojinnjouhou", "kojin'jouhou", "kojinjoohoo"]),
            ("侵入", &["shinnyuu", "sinnyuu", "shinnyu", "shin'nyuu"]),
            ("発生", &["hassei", "hasei"]),
            ("宮城", &["miyagi"]),
            ("新聞", &["shinbun", "shimbun", "sinbun"]),
            ("医療センター", &["iryousentaa", "iryosenta", "iryou-sentaa"]),
            ("乗っ取り", &["nottori", "notori"]),
        ] {
            for letters in ways {
                assert!(finds(letters, word), "{letters}: {:?}", of_word(letters));
            }
        }
    }

    #[test]
    fn a_beginning_of_three_letters_is_enough() {
        for letters in ["fun", "funs", "funsh", "funshi", "funshits"] {
            assert!(finds(letters, "紛失"), "{letters}: {:?}", of_word(letters));
        }
        assert!(of_word("fu").is_empty() && of_word("f-'").is_empty() && of_word("").is_empty());
        assert!(!finds("kou", "個人情報"), "a long vowel is none of the short one");
        assert!(!of_word("shi").iter().any(|w| w == "し"), "one kana is found everywhere");
    }

    #[test]
    fn what_is_no_romaji_is_not_read() {
        for word in ["usb", "http", "2024", "vpn2", "漏えい", "a b c", "éclair"] {
            assert_eq!(of_word(word), Vec::<String>::new(), "{word}");
        }
    }

    #[test]
    fn no_reading_adds_without_end_or_twice() {
        for a in ["k", "s", "sh", "t", "h", "n"] {
            for b in ["a", "i", "u", "e", "o", "ou"] {
                let found = of_word(&format!("{a}{b}n"));
                assert!(found.len() <= MAX_READ);
                for (i, word) in found.iter().enumerate() {
                    assert!(!found.iter().enumerate().any(|(j, other)| i != j && word.contains(other.as_str())));
                }
            }
        }
    }
}
