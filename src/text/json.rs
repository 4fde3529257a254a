//! JSON that is safe to print: DEL, C1, bidi and zero-width characters go out as `\uXXXX` too, and so does a mark that is
//! piled on too many.

use super::neutral::first_unsafe;
use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};
use std::io::{self, Write};

/// Wraps a formatter of `serde_json` and escapes what [`super::neutral`] calls unsafe.
struct Safe<F>(F);

fn write_escaped<W: ?Sized + Write>(w: &mut W, fragment: &str) -> io::Result<()> {
    let mut rest = fragment;
    while let Some(at) = first_unsafe(rest) {
        let (before, from) = rest.split_at(at);
        w.write_all(before.as_bytes())?;
        let Some(c) = from.chars().next() else { break };
        for unit in c.encode_utf16(&mut [0; 2]) {
            write!(w, "\\u{unit:04x}")?;
        }
        rest = from.get(c.len_utf8()..).unwrap_or_default();
    }
    w.write_all(rest.as_bytes())
}

macro_rules! forward {
    ($($name:ident($($arg:ident: $type:ty),*);)*) => {
        $(fn $name<W: ?Sized + Write>(&mut self, w: &mut W, $($arg: $type),*) -> io::Result<()> {
            self.0.$name(w, $($arg),*)
        })*
    };
}

impl<F: Formatter> Formatter for Safe<F> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, w: &mut W, fragment: &str) -> io::Result<()> {
        write_escaped(w, fragment)
    }
    forward! {
        begin_array();
        end_array();
        begin_array_value(first: bool);
        end_array_value();
        begin_object();
        end_object();
        begin_object_key(first: bool);
        end_object_key();
        begin_object_value();
        end_object_value();
    }
}

/// Writes a value as compact JSON without a line end.
///
/// # Errors
/// Fails when writing fails, or when the value can't be JSON (a map with keys that are no strings).
pub fn write_compact<W: Write, T: Serialize + ?Sized>(w: W, value: &T) -> serde_json::Result<()> {
    value.serialize(&mut serde_json::Serializer::with_formatter(w, Safe(CompactFormatter)))
}

/// Writes a value as JSON indented by two spaces.
///
/// # Errors
/// As [`write_compact`].
pub fn write_pretty<W: Write, T: Serialize + ?Sized>(w: W, value: &T) -> serde_json::Result<()> {
    value.serialize(&mut serde_json::Serializer::with_formatter(w, Safe(PrettyFormatter::new())))
}

/// The value as a string of compact JSON.
///
/// # Errors
/// As [`write_compact`].
pub fn to_string<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<String> {
    let mut out = Vec::new();
    write_compact(&mut out, value)?;
    String::from_utf8(out).map_err(|e| serde::ser::Error::custom(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_reads_back() {
        let s = "a\u{1b}\u{7f}\u{85}\u{202e}\u{200b}\u{e0001}\"日本";
        let json = to_string(s).unwrap();
        assert_eq!(json, r#""a\u001b\u007f\u0085\u202e\u200b\udb40\udc01\"日本""#);
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), s);
    }

    #[test]
    fn pretty_is_the_same_value() {
        let v = serde_json::json!({"a": [1, {"b": "\u{202e}"}], "c": []});
        let mut out = Vec::new();
        write_pretty(&mut out, &v).unwrap();
        assert_eq!(serde_json::from_slice::<serde_json::Value>(&out).unwrap(), v);
    }
}
