//! Headlines that nothing closes a post for: how the next post is known by itself. Asked by the walk over a blog's page.

use super::{Walk, is_named_below, is_title};
use crate::domain::Confidence;
use crate::ingest::headline::{self, is_org_like};
use crate::lexicon::headlines::{ends, headlines, holds, is};

impl Walk<'_, '_> {
    /// Tells whether a post that is no incident begins at line `i` by the form of its headline alone: `【旅の記録】離島へ
    /// 2025/8/3`, a tag that no part of a notice has, a title, a day.
    pub(super) fn is_plain_to_see(&self, i: usize) -> bool {
        let line = self.doc.trimmed(i);
        let Some((tag, _)) = line.strip_prefix('【').and_then(|l| l.split_once('】')) else { return false };
        let words = headlines();
        if tag.chars().count() > 20 || holds(&words.notice_tags, tag) || holds(&words.incident_words, line) {
            return false;
        }
        let read = headline::read(line, '【'.len_utf8() * 2 + tag.len());
        let dated = read.day.is_some_and(|d| d.day.is_some());
        let part = |p: Option<((usize, usize), Confidence)>| p.and_then(|((a, b), _)| line.get(a..b));
        let title = part(read.title).unwrap_or_default();
        dated
            && title.chars().count() >= 4
            && !part(read.org).is_some_and(is_org_like)
            && ends(&words.title_endings, title).is_none_or(|e| e.len() <= 6)
            && self.is_set_off(i)
            && self.doc.gap_after(i) > 0
            && self.body_below(i).next().is_some()
    }

    /// Tells whether the next incident begins in an open post though nothing closed that one and no day ends the headline:
    /// an organisation of which the open post does not speak, an incident's title, and a body that begins with its name.
    pub(super) fn is_another_org(&self, i: usize) -> bool {
        let line = self.doc.line(i);
        let words = headlines();
        if !self.is_set_off(i) || !is_title(self.doc, i) || line.contains('。') {
            return false;
        }
        let below = || self.body_below(i).take(3).any(|k| holds(&words.incident_words, self.doc.line(k)));
        if !holds(&words.incident_words, line) && !below() {
            return false;
        }
        let read = headline::read(line, 0);
        let part = |p: Option<((usize, usize), Confidence)>| p.and_then(|((a, b), _)| line.get(a..b));
        let (Some(org), Some(title)) = (part(read.org), part(read.title)) else { return false };
        let named = is_org_like(org) && org.chars().count() >= 3 && !is(&words.own_words, org);
        if !named || title.chars().count() < 8 || title.starts_with(org) || holds(&words.not_a_headline, title) {
            return false;
        }
        let Some((first, _)) = self.found.last() else { return false };
        let told = self.doc.next_text(i + 1).map(|b| self.doc.line(b)).unwrap_or_default();
        told.contains('。')
            && told.contains(org)
            && !(*first..i).rev().take(400).chain([*first]).any(|k| self.doc.line(k).contains(org))
    }

    /// Tells whether a headline without number and date stands in the midst of an open post: set off from the text
    /// around, with an organisation of which the open post says nothing and the text below goes on to tell.
    pub(super) fn is_undated(&self, i: usize) -> bool {
        if i > 0 && self.doc.is_text(i - 1) || !is_title(self.doc, i) {
            return false;
        }
        let line = self.doc.line(i);
        let words = headlines();
        let read = headline::read(line, 0);
        let (Some((org, Confidence::High)), Some((title, _))) = (read.org, read.title) else { return false };
        let (org, title) = (line.get(org.0..org.1).unwrap_or_default(), line.get(title.0..title.1).unwrap_or_default());
        let told = holds(&words.incident_words, title) || ends(&words.title_endings, title).is_some();
        let Some((first, _)) = self.found.last().filter(|_| told && title.chars().count() >= 8) else { return false };
        !title.contains('。')
            && !holds(&words.other_words, line)
            && !holds(&words.not_a_headline, title)
            && !(*first..i).rev().take(120).chain([*first]).any(|k| self.doc.line(k).contains(org))
            && is_named_below(self.doc, i, org)
    }
}
