//! Changes lines of records as such: bytes alone seldom make one record of another. Used by the targets that read records,
//! beside what libFuzzer does to bytes.

use libfuzzer_sys::fuzzer_mutate;
use serde_json::{Value, json};

/// What a member may hold at its worst.
const WORDS: [&str; 28] = [
    "",
    " ",
    "new",
    "open",
    "done",
    "dismissed",
    "incident",
    "claim",
    "other",
    "accepted",
    "rejected",
    "high",
    "2024-05-31",
    "2024-05",
    "2024-05-21T16:20",
    "2024-07-01T00:00:00.5Z",
    "1969-12-31T23:59:59Z",
    "9999-12-31",
    "4k7v0m2xq9hd",
    "漏えい",
    "supply/若宮",
    "霧岬市",
    "digests/numbered.txt",
    "-",
    "malware.ransomware",
    "\u{0}",
    "\u{202e}x",
    "no longer in its document",
];

/// A row of numbers that follows from a seed.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides.max(1)
    }
}

/// A line: a record, or whatever else it is.
enum Line {
    Record(Value),
    Other(Vec<u8>),
}

/// Changes the first `size` bytes in place, to at most `max` of them; returns how many.
pub fn mutate(data: &mut [u8], size: usize, max: usize, seed: u32) -> usize {
    let mut dice = Dice(u64::from(seed));
    if dice.throw(3) > 0
        && let Some(new) = changed(&data[..size], &mut dice)
        && new.len() <= max
    {
        data[..new.len()].copy_from_slice(&new);
        return new.len();
    }
    fuzzer_mutate(data, size, max)
}

fn changed(bytes: &[u8], dice: &mut Dice) -> Option<Vec<u8>> {
    let mut lines: Vec<Line> = match serde_json::from_slice(bytes) {
        Ok(Value::Array(list)) => list.into_iter().map(Line::Record).collect(),
        _ => bytes.split(|b| *b == b'\n').filter(|l| !l.is_empty()).map(line).collect(),
    };
    for _ in 0..=dice.throw(3) {
        change(&mut lines, dice)?;
    }
    let mut out = Vec::new();
    for line in lines {
        match line {
            Line::Record(value) => serde_json::to_writer(&mut out, &value).ok()?,
            Line::Other(bytes) => out.extend(bytes),
        }
        out.push(b'\n');
    }
    Some(out)
}

fn line(bytes: &[u8]) -> Line {
    match serde_json::from_slice(bytes) {
        Ok(value @ Value::Object(_)) => Line::Record(value),
        _ => Line::Other(bytes.to_vec()),
    }
}

/// The numbers of the lines that are records.
fn records(lines: &[Line]) -> Vec<usize> {
    lines.iter().enumerate().filter(|(_, l)| matches!(l, Line::Record(_))).map(|(n, _)| n).collect()
}

fn change(lines: &mut Vec<Line>, dice: &mut Dice) -> Option<()> {
    let all = records(lines);
    let from = *all.get(dice.throw(all.len()))?;
    let to = *all.get(dice.throw(all.len()))?;
    let Line::Record(source) = &lines[from] else { return None };
    let source = source.clone();
    match dice.throw(9) {
        0 => {
            let at = dice.throw(lines.len() + 1);
            lines.insert(at, Line::Record(source));
        }
        1 if lines.len() > 1 => drop(lines.remove(from)),
        2 => lines.swap(from, to),
        // A member of one becomes one of another.
        3 | 4 => {
            let paths = paths(&source);
            let path = paths.get(dice.throw(paths.len()))?;
            let Line::Record(target) = &mut lines[to] else { return None };
            put(target, path, source.pointer(path)?.clone());
        }
        5 => {
            let Line::Record(target) = &mut lines[to] else { return None };
            let paths = paths(target);
            remove(target, paths.get(dice.throw(paths.len()))?);
        }
        _ => {
            let Line::Record(target) = &mut lines[to] else { return None };
            let paths = paths(target);
            let place = target.pointer_mut(paths.get(dice.throw(paths.len()))?)?;
            *place = another(place, dice);
        }
    }
    Some(())
}

/// Where the members of a record stand, at any depth.
fn paths(value: &Value) -> Vec<String> {
    let inside: Vec<(String, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(k, v)| (k.replace('~', "~0").replace('/', "~1"), v)).collect(),
        Value::Array(list) => list.iter().enumerate().map(|(n, v)| (n.to_string(), v)).collect(),
        _ => Vec::new(),
    };
    inside
        .into_iter()
        .flat_map(|(name, v)| {
            let below = paths(v).into_iter().map(|p| format!("/{name}{p}")).collect::<Vec<_>>();
            [vec![format!("/{name}")], below].concat()
        })
        .collect()
}

/// Puts a value where it stands in another record, making what is missing on the way of objects.
fn put(target: &mut Value, path: &str, value: Value) {
    let Some((parent, name)) = path.rsplit_once('/') else { return };
    match target.pointer_mut(parent) {
        Some(Value::Object(map)) => drop(map.insert(name.replace("~1", "/").replace("~0", "~"), value)),
        Some(Value::Array(list)) => list.push(value),
        _ => {}
    }
}

fn remove(target: &mut Value, path: &str) {
    let Some((parent, name)) = path.rsplit_once('/') else { return };
    match target.pointer_mut(parent) {
        Some(Value::Object(map)) => drop(map.remove(name)),
        Some(Value::Array(list)) => drop(name.parse().ok().filter(|n| *n < list.len()).map(|n: usize| list.remove(n))),
        _ => {}
    }
}

/// A value in the place of one: mostly of its type.
fn another(value: &Value, dice: &mut Dice) -> Value {
    let word = WORDS[dice.throw(WORDS.len())];
    match value {
        Value::Number(n) if dice.throw(5) > 0 => {
            let n = n.as_i64().unwrap_or(1);
            let all = [1, -1, 100, n].map(|more| n.wrapping_add(more));
            let all = [all[0], all[1], all[2], all[3], 0, -1, 3, i64::MAX, 1 << 40];
            json!(all[dice.throw(all.len())])
        }
        Value::String(s) if dice.throw(5) > 0 => match dice.throw(3) {
            0 => json!(word),
            1 => json!(format!("{s}{word}")),
            _ => {
                let mut bytes = s.clone().into_bytes();
                let size = bytes.len();
                bytes.resize(size + 16, 0);
                let size = fuzzer_mutate(&mut bytes, size, size + 16);
                json!(String::from_utf8_lossy(&bytes[..size]))
            }
        },
        Value::Array(list) if dice.throw(5) > 0 => {
            let mut list = list.clone();
            match list.first() {
                Some(first) => list.push(another(&first.clone(), dice)),
                None => list.push(json!(word)),
            }
            Value::Array(list)
        }
        Value::Bool(b) if dice.throw(5) > 0 => json!(!b),
        _ => [json!(null), json!(word), json!(7), json!([]), json!({}), json!(0.5)][dice.throw(6)].clone(),
    }
}
