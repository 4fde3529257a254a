//! Words of headlines, closing lines, gang lists and page furniture (`assets/lexicon/headlines.toml`); read by the digest
//! formats of `ingest`.

use super::built_in;
use serde::Deserialize;
use std::sync::LazyLock;

pub(super) const SOURCE: &str = include_str!("../../assets/lexicon/headlines.toml");

/// Word lists by which a digest is taken apart; each is described in its file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Headlines {
    /// Registered forms of companies and corporations (株式会社).
    pub legal_forms: Vec<String>,
    /// Last words of organisations' names.
    pub org_suffixes: Vec<String>,
    /// First words of organisations' names.
    pub org_prefixes: Vec<String>,
    /// What follows an organisation's name inside a sentence.
    pub after_org: Vec<String>,
    /// Latin words that carry on a name, in lower case.
    pub latin_continuations: Vec<String>,
    /// Latin words that begin a title, in lower case.
    pub latin_products: Vec<String>,
    /// Last words of notices' titles.
    pub title_endings: Vec<String>,
    /// Words of incidents.
    pub incident_words: Vec<String>,
    /// Words of posts that are no incidents.
    pub other_words: Vec<String>,
    /// Endings of such posts' titles.
    pub other_endings: Vec<String>,
    /// Whole lines that close a post.
    pub closers: Vec<String>,
    /// Whole lines that close a post, but stand inside notices too.
    pub weak_closers: Vec<String>,
    /// Beginnings of lines that may close a post.
    pub closer_prefixes: Vec<String>,
    /// Lines under which headlines of other posts stand.
    pub cross_reference_cues: Vec<String>,
    /// Label above a victim's Japanese name.
    pub gang_org_labels: Vec<String>,
    /// Label above the gang's name.
    pub gang_name_labels: Vec<String>,
    /// Labels of the rest of a victim's item.
    pub gang_note_labels: Vec<String>,
    /// Words of the heading of a gang's list.
    pub gang_headings: Vec<String>,
    /// Words of a list's title, or of its introduction, where the title is no usual heading.
    pub gang_intros: Vec<String>,
    /// Words of tags that stand before titles and parts of notices.
    pub notice_tags: Vec<String>,
    /// What heads readers' comments.
    pub comments_headings: Vec<String>,
    /// The last lines of readers' comments.
    pub comments_ends: Vec<String>,
    /// Words of dated lines that are no headlines.
    pub not_a_headline: Vec<String>,
    /// Whole lines at the head of a notice that say no more than that it is one.
    pub letterheads: Vec<String>,
    /// What an organisation calls itself.
    pub own_words: Vec<String>,
    /// Endings of lines that address readers.
    pub salutations: Vec<String>,
    /// Words of apology.
    pub apologies: Vec<String>,
    /// Words of a news item that reports an announcement.
    pub announcements: Vec<String>,
    /// Beginnings of a blog's labels for incidents.
    pub incident_labels: Vec<String>,
    /// Labels of a category page.
    pub category_labels: Vec<String>,
    /// Classes of the elements that hold a post each.
    pub post_classes: Vec<String>,
    /// Classes of the elements that hold a post's title.
    pub title_classes: Vec<String>,
    /// Classes of elements around and below posts that belong to no post.
    pub dropped_classes: Vec<String>,
    /// Names of a table's column with the day of publication; of several that fit, the first here is taken.
    pub day_columns: Vec<String>,
    /// Names of its column with the organisation.
    pub org_columns: Vec<String>,
    /// Names of its column with the title.
    pub title_columns: Vec<String>,
    /// Lines of the page around the posts.
    pub furniture: Vec<String>,
}

/// The built-in lists and the words that were added to them.
pub fn headlines() -> &'static Headlines {
    static WORDS: LazyLock<Headlines> = LazyLock::new(|| built_in("headlines", SOURCE));
    &WORDS
}

/// Tells whether `text` holds one of the words.
pub fn holds(words: &[String], text: &str) -> bool {
    words.iter().any(|w| text.contains(w.as_str()))
}

/// Tells whether `text` is one of the words.
pub fn is(words: &[String], text: &str) -> bool {
    words.iter().any(|w| w == text)
}

/// The longest of the words that `text` begins with.
pub fn begins<'w>(words: &'w [String], text: &str) -> Option<&'w str> {
    // The third byte of Japanese text tells most words apart, and no call is needed for it.
    let third = text.as_bytes().get(2);
    let fits = |w: &&String| (w.len() < 3 || w.as_bytes().get(2) == third) && text.starts_with(w.as_str());
    words.iter().filter(fits).map(String::as_str).max_by_key(|w| w.len())
}

/// The longest of the words that `text` ends with.
pub fn ends<'w>(words: &'w [String], text: &str) -> Option<&'w str> {
    let last = text.as_bytes().last();
    let fits = |w: &&String| w.as_bytes().last() == last && text.ends_with(w.as_str());
    words.iter().filter(fits).map(String::as_str).max_by_key(|w| w.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_a_vocabulary_without_empty_words() {
        let words: Headlines = toml::from_str(SOURCE).unwrap();
        assert!(words.legal_forms.len() > 20 && words.org_suffixes.len() > 50);
        for list in [&words.closers, &words.other_words, &words.incident_words, &words.after_org, &words.furniture] {
            assert!(!list.is_empty() && list.iter().all(|w| !w.is_empty()));
        }
        for latin in words.latin_continuations.iter().chain(&words.latin_products) {
            assert_eq!(latin, &latin.to_lowercase());
        }
    }

    #[test]
    fn the_longest_word_wins() {
        assert_eq!(ends(&headlines().org_suffixes, "青嶺大学病院"), Some("病院"));
        assert_eq!(begins(&headlines().legal_forms, "医療法人社団みどり会"), Some("医療法人社団"));
        assert!(is(&headlines().weak_closers, "参考情報") && !is(&headlines().weak_closers, "参考情報は"));
    }
}
