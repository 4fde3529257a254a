//! The command line as its users meet it: the program itself on files of its own, judged by what it prints and returns.

mod add;
mod db;
mod explain;
mod export;
mod forget;
mod import;
mod index;
mod ingest;
mod judge;
mod keys;
mod lexicon;
mod links;
mod list;
mod reparse;
mod rules;
mod schema;
mod stats;
mod tags;
mod triage;
mod usage;
mod wrong;

use assert_cmd::cargo::cargo_bin;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A folder with a case book, in which the program runs without the outer world's configuration.
pub struct House {
    folder: TempDir,
}

/// What a run of the program gave.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// Holds the run to an exit code and to words on standard error.
    pub fn failed(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, Some(code), "{self:?}");
        for w in words {
            assert!(self.err.contains(w), "no `{w}` in: {}", self.err);
        }
    }
}

impl House {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A house whose case book holds [`DIGEST`].
    pub fn furnished() -> Self {
        let house = Self::new();
        let digest = house.write("2024-06.txt", DIGEST);
        house.ok(&["ingest", &digest]);
        house
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file and gives its path.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(cargo_bin!("jikenbo"));
        command
            .args(args)
            .env_clear()
            .env("JIKENBO_DB", self.path("cases.db"))
            .env("HOME", self.folder.path())
            .env("USER", "hanako")
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        command
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        ran(self.command(args).output().unwrap())
    }

    /// Runs the program with bytes on its standard input.
    pub fn run_with(&self, args: &[&str], input: &[u8]) -> Ran {
        let mut command = self.command(args);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        ran(child.wait_with_output().unwrap())
    }

    /// Runs the program, which has to succeed in silence, and gives what it printed.
    pub fn ok(&self, args: &[&str]) -> String {
        let ran = self.run(args);
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{args:?}: {ran:?}");
        ran.out
    }

    /// The ids that a query finds, in its order.
    pub fn ids(&self, query: &[&str]) -> Vec<String> {
        let args = [&["list", "--format", "ids"], query].concat();
        self.ok(&args).lines().map(str::to_owned).collect()
    }
}

fn ran(output: Output) -> Ran {
    let text = |b: Vec<u8>| String::from_utf8(b).unwrap();
    Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// Three incidents: a misdelivery, a loss, and a misdelivery whose organisation is a formula.
pub const DIGEST: &str = "\
【セキュリティ事件簿#2024-901】潮路市 申請書の誤送信について 2024/6/6

潮路市


令和6年6月4日(火)午後3時頃、職員が補助金の申請書を別の方へ電子メールで誤送信しました。

1.流出した情報

申請者30名の氏名、住所

2.経緯

6月5日(水) 受信された方からの連絡で判明しました。

個人情報保護委員会へ報告しました。

リリース文アーカイブ
【セキュリティ事件簿#2024-902】株式会社渡瀬書房 USBメモリの紛失について 2024/6/3

渡瀬書房


2024年5月30日、弊社の社員が会員1,660名分の氏名と電話番号を保存したUSBメモリを紛失していたことが判明しました。

警察に遺失届を提出しております。

リリース文アーカイブ
【セキュリティ事件簿#2024-903】=SUM(1+1)株式会社 件名の取り違えによる誤送信のお知らせ 2024/5/28

=SUM(1+1)株式会社


2024年5月27日、弊社がお送りしたご案内メールを誤送信しました。件名と本文を取り違え、別のお客様12名の氏名が表示されていました。

リリース文アーカイブ
";
