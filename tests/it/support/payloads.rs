//! The one table of hostile texts: every test that attacks the program takes its payloads from here.
//!
//! Sequences carry numbers that the program itself never writes (SGR 38;5;201, row 999), so that a list of its own
//! sequences tells them apart.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;

/// A hostile text: its name, what kind of attack it is, and its bytes.
pub struct Payload {
    pub name: &'static str,
    pub class: &'static str,
    pub bytes: Vec<u8>,
}

impl Payload {
    /// The text, unless it is none.
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.bytes).ok()
    }

    /// It as an argument of a command, which can hold no NUL.
    pub fn argument(&self, before: &str) -> OsString {
        let bytes = self.bytes.iter().copied().filter(|b| *b != 0);
        OsString::from_vec(before.bytes().chain(bytes).collect())
    }

    /// It as the name of a file: without NUL and slash, and no longer than names may be.
    pub fn file_name(&self, before: &str, after: &str) -> OsString {
        let mut bytes = before.as_bytes().to_vec();
        bytes.extend(self.bytes.iter().copied().filter(|b| !matches!(b, 0 | b'/')).take(150));
        bytes.extend(after.bytes());
        OsString::from_vec(bytes)
    }

    /// It on one line, for places where a line feed ends what it stands in.
    pub fn line(&self) -> Vec<u8> {
        self.bytes.iter().map(|b| if *b == b'\n' { b' ' } else { *b }).collect()
    }
}

/// Name, class and text.
const TEXTS: &[(&str, &str, &str)] = &[
    ("colour", "CSI", "\u{1b}[38;5;201mred\u{1b}[53m"),
    ("cursor", "CSI", "\u{1b}[3J\u{1b}[999;999H\u{1b}[999A\u{1b}[1K\u{1b}[2S"),
    ("reports", "CSI", "\u{1b}[c\u{1b}[>c\u{1b}[6n\u{1b}[21t\u{1b}[?1$p"),
    ("modes", "CSI", "\u{1b}[?1000h\u{1b}[?47h\u{1b}[4h\u{1b}[?5h\u{1b}[20h"),
    ("repeat and window", "CSI", "x\u{1b}[99999999b\u{1b}[8;1;1t\u{1b}[5;1r\u{1b}[!p"),
    ("key and mouse answers", "CSI", "\u{1b}[200~rm -rf ~\r\u{1b}[201~\u{1b}[M   "),
    ("long parameters", "CSI", "\u{1b}[1111111111111111111111111111;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;m"),
    ("title", "OSC", "\u{1b}]0;owned\u{7}\u{1b}]2;owned\u{1b}\\"),
    ("link", "OSC", "\u{1b}]8;;http://host.example/\u{1b}\\here\u{1b}]8;;\u{1b}\\"),
    ("clipboard", "OSC", "\u{1b}]52;p;cm0gLXJmIH4=\u{7}\u{1b}]52;c;?\u{1b}\\"),
    ("palette", "OSC", "\u{1b}]4;1;?\u{7}\u{1b}]10;#ff0000\u{7}\u{1b}]104\u{7}"),
    ("notice and file", "OSC", "\u{1b}]777;notify;a;b\u{7}\u{1b}]9;4;1;50\u{7}\u{1b}]1337;File=name=eA==:AAAA\u{7}"),
    ("device", "DCS", "\u{1b}P$q\"p\u{1b}\\\u{1b}Pq#0;2;0;0;0#0~~\u{1b}\\"),
    ("through tmux", "DCS", "\u{1b}Ptmux;\u{1b}\u{1b}]52;p;eA==\u{7}\u{1b}\\"),
    ("application", "APC", "\u{1b}_Gf=24,s=1,v=1;AAAA\u{1b}\\"),
    ("privacy", "PM", "\u{1b}^private\u{1b}\\"),
    ("string", "SOS", "\u{1b}Xstring\u{1b}\\\u{1b}kname\u{1b}\\"),
    ("shifts", "SS2, SS3", "\u{1b}Na\u{1b}Ob\u{e}c\u{f}\u{1b}n\u{1b}o"),
    ("reset", "single ESC", "\u{1b}c\u{1b}7\u{1b}8\u{1b}D\u{1b}E\u{1b}H\u{1b}=\u{1b}>"),
    ("character sets", "single ESC", "\u{1b}(0\u{1b})B\u{1b}#8\u{1b}%@\u{1b} F"),
    ("unfinished", "single ESC", "\u{1b}[38;5;\u{1b}]52;c;\u{1b}P\u{1b}"),
    ("C1 controls", "C1 as UTF-8", "\u{9b}31m\u{9d}52;c;eA==\u{9c}\u{90}q\u{9c}\u{98}\u{9e}\u{9f}"),
    ("C1 others", "C1 as UTF-8", "\u{80}\u{84}\u{85}\u{88}\u{8d}\u{8e}\u{8f}\u{9a}"),
    (
        "C0",
        "C0",
        "a\u{8}\u{8}b\u{b}\u{c}\u{e}\u{f}\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}\u{10}\u{11}\u{13}\u{18}\u{1a}\u{1c}\u{1f}",
    ),
    ("bell and delete", "C0", "\u{7}\u{7f}\u{7f}"),
    ("carriage return", "C0", "safe\rrm -rf\r\rx"),
    ("tabs", "C0", "\t\ta\t\u{b}\tb"),
    ("overrides", "bidi", "user\u{202e}fdp.exe\u{202c}\u{202d}\u{202a}\u{202b}"),
    ("isolates", "bidi", "\u{2066}x\u{2067}y\u{2068}z\u{2069}\u{200f}\u{200e}\u{61c}"),
    ("zero width", "invisible", "a\u{200b}b\u{200c}c\u{200d}d\u{2060}e\u{2061}\u{206f}"),
    ("marks of order", "invisible", "\u{feff}f\u{feff}"),
    ("soft hyphen", "invisible", "pass\u{ad}word\u{34f}h\u{180e}i\u{17b4}\u{17b5}"),
    ("variations", "invisible", "葛\u{e0100}葛\u{fe0f}a\u{fe00}\u{180b}"),
    ("tags", "invisible", "\u{e0001}\u{e0041}\u{e0042}\u{e007f}"),
    ("fillers", "invisible", "\u{3164}\u{ffa0}\u{115f}\u{1160}\u{13430}\u{1d173}\u{1bca0}"),
    ("interlinear", "invisible", "\u{fff9}a\u{fffa}b\u{fffb}"),
    ("separators", "line ends", "a\u{2028}b\u{2029}c\u{85}d"),
    ("noncharacters", "noncharacters", "\u{fffe}\u{ffff}\u{fdd0}\u{1fffe}\u{10ffff}"),
    ("private use", "noncharacters", "\u{e000}\u{f8ff}\u{10fffd}"),
    ("surrogates in JSON", "escapes", "\\ud800\\udc00\\u001b[31m\\u202e"),
    ("entities", "escapes", "&#27;[31m&#x9b;31m&#x202e;&#0;&#xd800;&lt;script&gt;"),
    ("percent and backslash", "escapes", "%1b%5b31m\\x1b[31m\\033[31m\\e[31m$'\\e'"),
    (
        "mojibake",
        "mojibake",
        "\u{e6}\u{2013}\u{2021}\u{e5}\u{ad}\u{2014}\u{e5}\u{152}\u{2013}\u{e3}\u{81}\u{91}\u{fffd}",
    ),
    ("script", "markup", "<script>alert(1)</script><img src=x onerror=alert(1)><svg/onload=alert(1)>"),
    ("breaking out", "markup", "\"'></td></pre></script></style></title>--><!--]]>"),
    ("shell", "markup", "`$(id)`;|&&>x ~ * ? ! {a,b}"),
    ("markdown", "markup", "![a](http://host.example/x.png) [b](javascript:alert(1)) | ``` ~~~ # * _ \\"),
    ("formula", "formula", "=HYPERLINK(\"http://host.example\")"),
    ("formats", "formats", "{} {0} {:?} %s %n %%{{ }} {{{{"),
    ("query", "formats", "\"(-NOT OR org: people> sort: \u{ff08}\u{ff1a}\u{300c}"),
];

/// Name, class and bytes that are no text.
const BYTES: &[(&str, &str, &[u8])] = &[
    ("raw C1", "C1 in 8 bits", b"\x9b31m\x9d0;owned\x9c\x90q\x9c\x84\x85"),
    ("raw surrogates", "no UTF-8", b"\xed\xa0\x80\xed\xb0\x80"),
    ("overlong", "no UTF-8", b"\xc0\x9b\xe0\x80\x9b\xf0\x80\x80\x9b[31m"),
    ("cut and stray", "no UTF-8", b"\xff\xfe\xe3\x81\xf5\x80\x80\x80"),
    ("NUL", "NUL", b"a\0b\0\x1b[38;5;9m"),
];

/// The payloads, each small enough for every way in.
pub fn all() -> Vec<Payload> {
    let texts = TEXTS.iter().map(|(name, class, text)| (*name, *class, text.as_bytes().to_vec()));
    let bytes = BYTES.iter().map(|(name, class, bytes)| (*name, *class, bytes.to_vec()));
    let made = [
        (
            "storm of marks",
            "combining",
            format!("Z{}あ{}", "\u{335}\u{321}\u{489}".repeat(60), "\u{3099}".repeat(60)).into_bytes(),
        ),
        ("long line", "long", "長い\u{1b}[2007m".repeat(300).into_bytes()),
        ("brackets", "long", "【「『(（《".repeat(100).into_bytes()),
    ];
    let payload = |(name, class, bytes)| Payload { name, class, bytes };
    texts.chain(bytes).chain(made).map(payload).collect()
}

/// The payloads that are text, with their names.
pub fn texts() -> Vec<(&'static str, String)> {
    all().into_iter().filter_map(|p| Some((p.name, p.text()?.to_owned()))).collect()
}

/// Documents that are hostile by their size: whatever comes of them, it comes soon and in few bytes.
pub fn large() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let html = |inner: String| format!("<html><body><h2>若草市 名簿の紛失について 2024/6/6</h2>{inner}</body></html>");
    let numbered = |inner: String| format!("【事件簿#2024-001】若草市 名簿の紛失について 2024/6/6\n\n{inner}\n");
    let lol = |n: usize| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10));
    let entities: String = (1..=9).map(lol).collect();
    let feed = |title: &str| {
        format!(
            "<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><title>{title}</title><content>x</content></entry></feed>"
        )
    };
    let text = |s: String| s.into_bytes();
    vec![
        ("line of 1 MiB", "txt", text(numbered("あ\u{1b}[2007m".repeat((1 << 20) / 10 - 1)))),
        ("line over 1 MiB", "txt", text(numbered("x".repeat((1 << 20) + 9)))),
        ("storm of 1 MB", "txt", text(numbered(format!("Z{}", "\u{335}".repeat(500_000))))),
        ("100,000 brackets", "txt", text(numbered("(".repeat(100_000)))),
        ("100,000 brackets by turns", "txt", text(numbered("【「".repeat(50_000)))),
        ("100,000 elements deep", "html", text(html("<div>".repeat(100_000)))),
        ("100,000 lists deep", "html", text(html("<ul><li>".repeat(50_000)))),
        ("100,000 elements deep", "atom", text(feed(&"<b>".repeat(100_000)))),
        ("attribute of 1 MB", "html", text(html(format!("<a href=\"{}\">x</a>", "x".repeat(1_000_000))))),
        ("comment that never ends", "html", text(html(format!("<!--{}", "-".repeat(500_000))))),
        (
            "entity bomb",
            "atom",
            text(format!("<?xml version=\"1.0\"?><!DOCTYPE z [<!ENTITY l0 \"lol\">{entities}]>{}", feed("&l9;"))),
        ),
        (
            "outer entity",
            "atom",
            text(format!(
                "<?xml version=\"1.0\"?><!DOCTYPE z [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>{}",
                feed("&e;")
            )),
        ),
        ("entities", "html", text(html("&lt;&#27;&#x202e;".repeat(20_000)))),
        ("JSON deep", "jsonl", text(format!("{}\n", "[".repeat(100_000)))),
    ]
}

/// Texts that break out of a format of export: name and text.
pub const INJECTIONS: &[(&str, &str)] = &[
    ("equals", "=1+1"),
    ("plus", "+1+1"),
    ("minus", "-1+1"),
    ("at", "@SUM(1,1)"),
    ("tab", "\t=1+1"),
    ("carriage return", "\r=1+1"),
    ("line feed", "\n=1+1"),
    ("wide equals", "＝1+1"),
    ("wide plus", "＋1"),
    ("wide minus", "－1"),
    ("wide at", "＠SUM(1)"),
    ("folded minus", "\u{2212}1"),
    ("small equals", "\u{fe66}1+1"),
    ("after spaces", "   =1+1"),
    ("after a wide space", "\u{3000}＝1"),
    ("after nothing seen", "\u{200b}\u{feff}=1+1"),
    ("after quotes", "\"=1+1\""),
    ("after an apostrophe", "'=1+1"),
    ("DDE", "=cmd|' /C calc'!A0"),
    ("DDE by at", "@SUM(1+1)*cmd|' /C calc'!A0"),
    ("cells", "a\",\"=1+1\"\r\n\"=2+2"),
    ("cells of TSV", "\"a\t=1+1\n=2+2"),
    ("rows by separators", "a\u{2028}=1\u{2029}=2\u{85}=3\u{b}=4\u{c}=5\u{1e}=6"),
    ("heading", "x\n# Owned\n===\n- [ ] y"),
    ("table", "a | b |\n|---|---|\n| c"),
    ("fence", "```\nx\n```\n~~~\n<div>"),
    ("image", "![x](http://host.example/a.png \"t\")"),
    ("address", "[x](javascript:alert(1)) [y]: http://host.example <http://host.example>"),
    ("reference", "[x][y]\n\n[y]: http://host.example"),
    ("script", "<script>alert(1)</script>"),
    ("element", "<img src=x onerror=alert(1)><iframe srcdoc=x><svg/onload=alert(1)>"),
    ("attribute", "\" onmouseover=\"alert(1)\" x='"),
    ("end of element", "</title></style></script></pre></svg></td></table>--><!--"),
    ("end of CDATA", "]]><![CDATA["),
    ("entity", "&lt;script&gt;&#60;b&#62;&amp;"),
    ("style", "</style><style>*{background:url(http://host.example)}"),
    ("calendar", "x\r\nEND:VEVENT\r\nBEGIN:VALARM\r\nACTION:PROCEDURE"),
    ("calendar's signs", "a;b,c:d\\n\\;\\,\"^n"),
    ("long", "長い名前の組織でありこれは折り返される長い名前の組織でありこれは折り返される長い名前の組織であり"),
    ("diagram", "x\n    section owned\n2024 : y : z"),
    ("diagram's signs", "%%{init: {\"securityLevel\":\"loose\"}}%% <br> #35; ; click a href \"javascript:x\""),
    ("pattern", "x'] OR [ipv4-addr:value = '1.1.1.1"),
    ("escapes of JSON", "\\u0000\\\"},{\"type\":\"x\"}"),
    ("line separators in JSON", "\u{2028}\u{2029}</script>"),
    ("no XML", "a\u{1}b\u{8}c\u{b}d\u{1f}e\u{fffe}f\u{ffff}g"),
    ("escape of XLSX", "_x0041_ _x001B_ _x003D_1"),
    ("template", "{{7*7}} ${7*7} <%= 7*7 %> {% x %}"),
];
