//! The limits of each size of case book, and the queries that they are held to.
#![allow(dead_code)] // each bench uses its part

/// What may be taken at most, or has to be reached at least, with a case book of some size.
pub struct Limits {
    /// Process start to the first row, ms.
    pub start: f64,
    /// The same with nothing in the page cache, ms.
    pub cold: f64,
    /// Key to the last byte of the frame, 99th percentile, ms.
    pub frame: f64,
    /// The same while an ingest runs.
    pub frame_busy: f64,
    /// A search to the newest 200 hits, ms.
    pub early: f64,
    /// A search to the exact count, ms.
    pub count: f64,
    /// 10,000 incidents tagged, with log and undo, ms.
    pub tag: f64,
    /// Histogram, group or sort of the whole view, ms.
    pub view: f64,
    /// Ingest to searchable by scan, MB/s.
    pub by_scan: f64,
    /// Ingest to searchable by index, MB/s.
    pub by_index: f64,
    /// Peak memory of the workbench, MB.
    pub memory: f64,
    /// The largest case book that is ingested anew in a run.
    pub ingested: usize,
}

impl Limits {
    /// The limits of a case book of so many incidents: up to 300,000 those of 100,000, then those of a million.
    pub fn of(incidents: usize) -> Self {
        let small = Self {
            start: 30.0,
            cold: 200.0,
            frame: 8.0,
            frame_busy: 16.0,
            early: 5.0,
            count: 60.0,
            tag: 100.0,
            view: 30.0,
            by_scan: 12.0,
            by_index: 4.0,
            memory: 80.0,
            ingested: 200_000,
        };
        if incidents <= 300_000 {
            return small;
        }
        let (start, early, count, tag, view) = (50.0, 10.0, 300.0, 200.0, 150.0);
        Self { start, early, count, tag, view, by_scan: 8.0, by_index: 3.0, memory: 250.0, ..small }
    }
}

/// Queries by class: words of one to six characters, from what nearly every notice holds to what none does, and what
/// can be done with them.
pub const QUERIES: [(&str, &str); 14] = [
    ("words of 1–6 characters", "様"),
    ("words of 1–6 characters", "鯨"),
    ("words of 1–6 characters", "漏洩"),
    ("words of 1–6 characters", "紛失"),
    ("words of 1–6 characters", "サーバ"),
    ("words of 1–6 characters", "誤送信"),
    ("words of 1–6 characters", "個人情報"),
    ("words of 1–6 characters", "住民基本台"),
    ("words of 1–6 characters", "不正アクセス"),
    ("words of 1–6 characters", "鯨骨生物群集"),
    ("two words", "漏えい USB"),
    ("either word", "盗難 OR 置き忘れ"),
    ("without a word", "誤送信 -添付"),
    ("field and word", "org:市 people>100 名簿"),
];
