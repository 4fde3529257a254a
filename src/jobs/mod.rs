//! Long work, one file a kind: ingest into a store, import of records, reparse of what it keeps, its search index, export to a file, the
//! built-in sample, synthetic digests.
//!
//! Started by `cli` and by the workbench. A job draws nothing: it reports each step to its caller, who may stop it.

mod ahead;
pub mod export;
mod import;
pub mod index;
pub mod ingest;
mod pumped;
pub mod reparse;
pub mod rules;
pub mod sample;
pub mod synth;

use crate::ingest::IngestError;
use crate::store::StoreError;
use std::io;

/// Why a job, or one document of it, failed: what, where, what to do.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// There is nothing at the path.
    #[error("{0}: there is no such file or folder; check the spelling of the path")]
    Missing(String),
    /// A link leads to nothing.
    #[error("{0}: this link leads nowhere; mend or remove it")]
    Nowhere(String),
    /// A file or folder can't be read.
    #[error("{path}: can't be read ({source}); check its permissions")]
    Read {
        /// The file or folder.
        path: String,
        /// What the system says.
        source: io::Error,
    },
    /// A file is larger than the limit.
    #[error("{path}: larger than {mib} MiB; split it into smaller files", mib = ingest::LIMIT >> 20)]
    TooLarge {
        /// The file.
        path: String,
    },
    /// A document can't be taken apart.
    #[error("{path}: {source}")]
    Parse {
        /// The document.
        path: String,
        /// What is wrong with it.
        source: IngestError,
    },
    /// A record can't be taken in.
    #[error("{path}:{line}: {what}")]
    Record {
        /// The file.
        path: String,
        /// Its line, from 1.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// Of one file more records can't be taken in than are told one by one.
    #[error("{path}: {more} more records can't be taken in; mend or export the file anew, what is in already stays")]
    MoreRecords {
        /// The file.
        path: String,
        /// How many more.
        more: usize,
    },
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The export would replace a file.
    #[error("{0}: exists already and was kept; choose another name or pass --overwrite")]
    Exists(String),
    /// The export was stopped by its caller; a file is as it was before.
    #[error("stopped; nothing was written")]
    Stopped,
    /// The export is to go where a folder is.
    #[error("{0}: is a folder; name a file in it")]
    Folder(String),
    /// A file can't be written.
    #[error("{path}: can't be written ({source}); check the folder, its permissions and the free space")]
    Write {
        /// The file.
        path: String,
        /// What the system says.
        source: io::Error,
    },
    /// An export's output failed.
    #[error("the output can't be written: {0}")]
    Output(#[from] io::Error),
    /// A query of the built-in sample is wrong.
    #[error("the sample's query `{query}` is wrong: {message}")]
    Sample {
        /// The query.
        query: String,
        /// What is wrong with it.
        message: String,
    },
}

impl JobError {
    /// The path that it concerns, where it concerns one.
    pub fn path(&self) -> Option<&str> {
        match self {
            Self::Missing(path) | Self::Nowhere(path) | Self::Exists(path) | Self::Folder(path) => Some(path),
            Self::Read { path, .. } | Self::TooLarge { path } | Self::Parse { path, .. } | Self::Write { path, .. } => {
                Some(path)
            }
            Self::Record { path, .. } | Self::MoreRecords { path, .. } => Some(path),
            Self::Store(StoreError::Forgotten { document, .. }) => Some(document),
            Self::Store(_) | Self::Output(_) | Self::Sample { .. } | Self::Stopped => None,
        }
    }
}
