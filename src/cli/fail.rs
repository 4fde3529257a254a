//! How a command ends when it does not succeed, and which exit code that is.

use std::io;
use std::process::ExitCode;

/// An end that is no failure of the work itself.
#[derive(Debug, thiserror::Error)]
pub(super) enum End {
    /// The command was called in a wrong way: exit code 2.
    #[error("{0}")]
    Usage(String),
    /// Something failed and was reported already: exit code 1.
    #[error("reported")]
    Reported,
}

/// A usage error.
pub(super) fn usage(message: impl Into<String>) -> anyhow::Error {
    End::Usage(message.into()).into()
}

/// What the process says and returns at the end.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    /// The message for standard error, if any.
    pub(super) message: Option<String>,
    /// 0 done, 1 failed, 2 called in a wrong way.
    pub(super) code: u8,
}

impl Verdict {
    /// Judges the end of a command. A reader that closed the pipe has what it wants: that is no error.
    pub(super) fn of(result: &anyhow::Result<()>) -> Self {
        let Err(error) = result else { return Self { message: None, code: 0 } };
        if is_closed_pipe(error) {
            return Self { message: None, code: 0 };
        }
        match error.downcast_ref::<End>() {
            Some(End::Usage(message)) => Self { message: Some(message.clone()), code: 2 },
            Some(End::Reported) => Self { message: None, code: 1 },
            None if error.is::<io::Error>() || error.is::<serde_json::Error>() => {
                Self { message: Some(format!("the output can't be written: {error}")), code: 1 }
            }
            None => Self { message: Some(error.to_string()), code: 1 },
        }
    }

    /// The exit code.
    pub(super) fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.code)
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    // An error of serde_json hides the one of the output that it is made of.
    let kind = |cause: &(dyn std::error::Error + 'static)| match cause.downcast_ref::<io::Error>() {
        Some(e) => Some(e.kind()),
        None => cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind),
    };
    error.chain().any(|cause| kind(cause) == Some(io::ErrorKind::BrokenPipe))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jobs::JobError;

    fn code(error: impl Into<anyhow::Error>) -> u8 {
        Verdict::of(&Err(error.into())).code
    }

    #[test]
    fn the_exit_code_tells_the_kind_of_end() {
        let io = |kind| io::Error::new(kind, "x");
        assert_eq!(Verdict::of(&Ok(())).code, 0);
        assert_eq!(code(usage("x")), 2);
        assert_eq!(code(End::Reported), 1);
        assert_eq!(code(io(io::ErrorKind::NotFound)), 1);
        assert_eq!(code(io(io::ErrorKind::BrokenPipe)), 0);
        assert_eq!(code(JobError::Output(io(io::ErrorKind::BrokenPipe))), 0);
        assert_eq!(code(JobError::Output(io(io::ErrorKind::StorageFull))), 1);
        assert_eq!(code(serde_json::Error::io(io(io::ErrorKind::BrokenPipe))), 0);
        let full = Verdict::of(&Err(serde_json::Error::io(io(io::ErrorKind::StorageFull)).into()));
        assert_eq!((full.code, full.message.as_deref()), (1, Some("the output can't be written: x")));
    }
}
