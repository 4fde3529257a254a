//! Saved pages and feed files reduced to text: lines that know where in the source they stand, and the posts that the
//! markup sets apart. Given decoded text by `ingest::parse`; the formats split what comes out of here.

pub mod feed;
pub mod html;
mod lines;

use crate::domain::date::in_tokyo;
use chrono::{DateTime, NaiveDate};
use lines::Lines;

/// Deepest nesting of elements that is followed.
pub const MAX_NESTING: usize = 512;

/// A page or feed reduced to text.
#[derive(Debug, Default)]
pub struct Reduced {
    /// The text, lines parted by line feeds.
    pub text: String,
    /// For every line of the text the bytes of the source that it comes from, in ascending order.
    pub lines: Vec<(usize, usize)>,
    /// The posts or items, in document order.
    pub posts: Vec<Post>,
}

/// One post of a page or item of a feed, as the markup sets it apart. Lines count from 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Post {
    /// The line of its title, where it begins.
    pub first: usize,
    /// One past its last line.
    pub after: usize,
    /// Its bytes in the source.
    pub bytes: (usize, usize),
    /// Its own address.
    pub url: Option<String>,
    /// Its labels or categories.
    pub labels: Vec<String>,
    /// The day that the page or feed states outside the text.
    pub published: Option<NaiveDate>,
}

/// The day that a machine-readable time names, in Japan: `2024-06-06T08:00:00Z`, `Thu, 06 Jun 2024 08:00:00 +0900`.
fn day_in_japan(time: &str) -> Option<NaiveDate> {
    let time = time.trim();
    let moment = DateTime::parse_from_rfc3339(time).or_else(|_| DateTime::parse_from_rfc2822(time));
    match moment {
        Ok(moment) => Some(in_tokyo(&moment).date()),
        Err(_) => NaiveDate::parse_from_str(time.get(..10)?, "%Y-%m-%d").ok(),
    }
}

/// Tells whether an address leads to the web.
fn is_address(href: &str) -> bool {
    let href = href.trim();
    (href.starts_with("https://") || href.starts_with("http://")) && !href.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_days_in_japan() {
        for (time, day) in [
            ("2024-06-05T20:00:00Z", "2024-06-06"),
            (" 2024-06-06T08:00:00.001+09:00", "2024-06-06"),
            ("Thu, 06 Jun 2024 08:00:00 +0900", "2024-06-06"),
            ("2024-06-06", "2024-06-06"),
            ("2024-06-06T08:00", "2024-06-06"),
        ] {
            assert_eq!(day_in_japan(time).map(|d| d.to_string()).as_deref(), Some(day), "{time}");
        }
        assert_eq!(day_in_japan("きのう"), None);
    }
}
