//! Reparse: today's parser over the documents that a case book keeps, on all cores while the store writes.
//!
//! Given documents by `cli reparse`; reports each to its caller, who may stop after any of them. A document is written in
//! one transaction, or not at all where nothing changed. Records that were imported are read from their texts.

use super::JobError;
use super::ahead::Ahead;
use super::ingest::{Report, options_of, parse};
use crate::analysis::links;
use crate::domain::DigestFormat;
use crate::ingest::records::reread;
use crate::store::{KeptDocument, KeptEntry, Ready, Reparsed, Store};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

/// What came of one document.
#[derive(Clone, Debug)]
pub struct Reread {
    /// What an ingest would report of it.
    pub report: Report,
    /// In how many incidents each field changed ([`Reparsed::fields`]).
    pub fields: BTreeMap<&'static str, usize>,
}

/// Parses the documents anew and updates their incidents in place; a dry run writes nothing. `each` hears of every
/// document, with its place in `documents`, and may stop the work; one that was replaced or forgotten meanwhile is
/// passed over.
///
/// # Errors
/// Fails when the store fails; what was written before stays. A document that can't be parsed any more is no such error:
/// it stays as it was, `each` gets it and the rest goes on.
pub fn run(
    store: &mut Store,
    documents: &[KeptDocument],
    dry_run: bool,
    each: &mut dyn FnMut(usize, Result<Reread, JobError>) -> ControlFlow<()>,
) -> Result<(), JobError> {
    let stop = AtomicBool::new(false);
    rayon::in_place_scope(|scope| {
        let mut waiting = documents.iter().peekable();
        let mut ahead = Ahead::new();
        for (place, document) in documents.iter().enumerate() {
            while let Some(next) = waiting.next_if(|d| ahead.has_room(d.size)) {
                let sender = ahead.set_out(next.size);
                let raw = store.raw(next.key);
                let stop = &stop;
                scope.spawn(move |_| {
                    if next.imported {
                        drop(sender.send(Ok(None)));
                    } else if !stop.load(Ordering::Relaxed) {
                        let parsed = raw.map_err(JobError::from).and_then(|raw| {
                            raw.map(|raw| parse(&raw, &next.path, &options_of(&next.given, &raw))).transpose()
                        });
                        // Nobody listens any more when the work was stopped meanwhile.
                        drop(sender.send(parsed));
                    }
                });
            }
            let Some(parsed) = ahead.next() else { return Ok(()) };
            let result = match parsed.and_then(|p| take(store, document, p, dry_run)) {
                Ok(None) => continue,
                Ok(Some(reread)) => Ok(reread),
                Err(JobError::Store(e)) => {
                    stop.store(true, Ordering::Relaxed);
                    return Err(e.into());
                }
                Err(e) => Err(e),
            };
            if each(place, result).is_break() {
                stop.store(true, Ordering::Relaxed);
                return Ok(());
            }
        }
        Ok(())
    })
}

fn take(
    store: &mut Store,
    document: &KeptDocument,
    parsed: Option<Ready>,
    dry_run: bool,
) -> Result<Option<Reread>, JobError> {
    if document.imported {
        return take_entries(store, document, dry_run).map(Some);
    }
    let Some(ready) = parsed else { return Ok(None) };
    let Some(Reparsed { ingested, fields }) = store.reparse(document.key, &ready, dry_run)? else { return Ok(None) };
    Ok(Some(Reread { report: Report::new(ready.document(), Some(ingested)), fields }))
}

/// Reads the texts of imported records anew.
fn take_entries(store: &mut Store, document: &KeptDocument, dry_run: bool) -> Result<Reread, JobError> {
    let mut kept = store.kept_entries(document.key)?;
    let anew = |kept: &mut KeptEntry| kept.entry = reread(&kept.entry, &document.path);
    kept.par_iter_mut().for_each(anew);
    let Reparsed { ingested, fields } = store.reparse_entries(&kept, links::keys, dry_run)?;
    let report = Report {
        path: document.path.clone(),
        format: DigestFormat::Records,
        encoding: "UTF-8".to_owned(),
        entries: kept.len(),
        warning_count: kept.iter().map(|k| k.entry.facts.warnings.len()).sum(),
        ingested: Some(ingested),
        ..Report::default()
    };
    Ok(Reread { report, fields })
}
