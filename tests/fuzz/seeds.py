#!/usr/bin/env python3
"""Writes what a fuzz target begins with: seeds.py TARGET FOLDER. Small pieces of the program's own samples and fixtures."""

import hashlib
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
DIGESTS = sorted((ROOT / "assets/sample").glob("*.txt")) + sorted((ROOT / "tests/fixtures/digests").glob("numbered.*"))
DIGESTS += sorted((ROOT / "tests/fixtures").glob("*/*.txt"))


def pieces(raw, most):
    """The lines of a file in runs of at most so many bytes."""
    run = b""
    for line in raw.splitlines(keepends=True):
        if run and len(run) + len(line) > most:
            yield run
            run = b""
        run += line
    yield run


def digests():
    for path in DIGESTS:
        raw = path.read_bytes()
        yield raw[:4096]
        for size in (400, 1500):
            yield from pieces(raw, size)


def paragraphs():
    lines = {line for path in DIGESTS for line in path.read_bytes().splitlines() if 8 < len(line) < 400}
    yield from sorted(lines)[::3]


def queries():
    for name in ("README.md", "assets/docs/query.md", "assets/docs/query.ja.md"):
        path = ROOT / name
        if path.exists():
            yield from (part.encode() for part in path.read_text().split("`")[1::2] if 0 < len(part) < 80)


def configurations():
    example = (ROOT / "assets/docs/config.toml").read_text()
    uncommented = "\n".join(line[1:] if line.startswith("#") and line[1:2] != " " else line for line in example.splitlines())
    for text in (example, uncommented):
        yield f"#config\n{text}".encode()
    for path in sorted((ROOT / "assets/lexicon").glob("*.toml")):
        text = path.read_text()
        yield f"#{path.stem}\n{text[:3000]}".encode()
        head = [line for line in text.splitlines() if line.startswith("#")]
        yield "\n".join([f"#{path.stem}", *(line.lstrip("# ") for line in head[-6:])]).encode()


def records():
    whole = json.loads((ROOT / "assets/schema/incident.example.json").read_text())
    write = lambda record: json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
    yield write(whole)
    for key in whole:
        yield write({**whole, key: type(whole[key])() if whole[key] is not None else None})
    keep = ("id", "kind", "source", "text", "case", "related", "related_total")
    bare = {key: whole[key] for key in keep}
    yield write(bare)
    for key in whole:
        yield write({**bare, key: whole[key]})


def states():
    yield """#state
[[views]]
name = "紛失"
key = "1"
query = "紛失 people>100"
sort = "-people"
group = "-org"
filters = ["status:new"]

[queries]
history = ["漏えい", "org:市"]

[hints]
learnt = ["palette"]

[layout]
lower = "timeline"
columns = [{ column = "title" }, { column = "people", width = 9 }, { column = "title", width = 900 }, { column = "tags" }]
""".encode()
    yield b'#sitting\n{"query":"org:a","marks":"1-3,5","marked":4,"cursor":1,"filters":[{"text":"status:new","on":false}]}'


def odd_texts():
    yield "\u202e".encode() * 300 + "終わり".encode()
    yield "e\u0301\u0300\u0327".encode() * 60
    yield "がが｡ﾊﾞｯｸｱｯﾌﾟ㌕㍿\ufdfa\u3000 naïve Ångström Straße".encode()
    yield "サーバ サーバー 漏えい 漏洩 ろうえい rouei".encode()
    yield b"a\r\nb\rc\x1b[31md\x00\n\xff\xfe\xe3\x81"


def orders():
    for field in ("published", "occurred", "discovered", "people", "org", "title", "action", "status", "tags", "id"):
        yield f"漏えい sort:{field}".encode()
        yield f"sort:-{field}".encode()
    for sign in ("<", "<=", ">", ">=", "="):
        yield f"people{sign}1万".encode()
    yield "published:20240501..20240610 OR people<=10".encode()
    yield "漏えい 漏洩 サーバ -紛失 (USB OR メール)".encode()
    yield ("NOT (" * 70 + "a" + ")" * 70).encode()


def told_otherwise():
    """Notices whose headline and body disagree, whose year is nowhere or told by an era, with words for days."""
    bodies = [
        "株式会社海鳴印刷（以下「当社」という。）は、昨年末、先月下旬、先週金曜日、昨夜、翌朝、本日、翌週の末に確認しました。",
        "霧岬市（以下、本市）の顧客1,200名、住民3億2千万人以上、延べ2万人以下、少なくとも40名の情報です。",
        "令和6年5月2日と平成31年4月30日、24年5月3日午後11時から翌午前2時まで。(5/3) 2019年から20年3月まで。",
    ]
    for body in bodies:
        yield f"【セキュリティ事件簿#2024-7】葦原商会 顧客300名の名簿の誤送信について 2024/5/2\n\n葦原商会\n\n\n{body}\n\nリリース文アーカイブ\n".encode()
        yield f"葦原商会 顧客300名の名簿の誤送信について\n\n{body}\n".encode()
        yield f"5月2日\n\n葦原商会、名簿を誤送信\nhttps://news.example.jp/2024/05/02/a.html\n\n{body}\n\n5月3日\n\n霧岬市、USBを紛失\nhttps://news.example.jp/2024/05/03/b.html\n".encode()


def exports():
    """Lines of records that belong to each other, told in other ways."""
    kept = [path.read_text(encoding="utf-8-sig") for path in sorted((ROOT / "tests/fixtures/fuzz/import").iterdir())]
    lines = []
    for text in kept:
        try:
            lines += [r for r in map(json.loads, text.splitlines()) if isinstance(r, dict) and "id" in r]
        except ValueError:
            pass
    write = lambda record: json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    short = sorted(lines, key=lambda r: len(write(r)))[:6]
    for one, other in zip(short, short[1:] + short[:1]):
        yield write(one).encode()
        yield json.dumps([one, other], ensure_ascii=False, indent=1).encode()
        yield ("[\r\n" + write(one) + ",\r\n" + write(other) + "\r\n]").encode()
        yield f"{write(one)}\n{{broken\n{write(one)}\n".encode()
        for key in one:
            yield f"{write(one)}\n{write({**one, key: other.get(key)})}\n".encode()
    moment = "2024-07-01T00:00:00.000Z"
    base = short[0]
    added = [
        {"warnings": ["no longer in its document"]},
        {"tags": ["a", "a/b", "漏えい"]},
        *({"status": status} for status in ("new", "open", "done", "dismissed")),
        {"notes": [{"by": "kei", "at": moment, "text": text} for text in ("再確認", "", "再確認")]},
        {"notes": [{"by": "aya", "at": at, "text": "x"} for at in (moment, "1970-01-01T00:00:00Z", "2024-06-30T00:00:00+09:00")]},
        {"corrections": {"org": {"value": "霧岬市", "parsed": base["org"], "by": "aya", "at": moment}}},
        {"corrections": {"kind": {"value": "other", "parsed": "incident", "by": "aya", "at": moment}}},
        {"corrections": {"actions": {"value": [], "parsed": ["error.loss"], "by": "kei", "at": moment}}},
        {"corrections": {"published": {"value": None, "parsed": base["published"], "by": "kei", "at": moment}}, "published": None},
        {"reviewed": {"org": "accepted", "title": "accepted"}},
        {"reviewed": {"org": "rejected"}, "rejected": {"org": base["org"]}, "org": None},
        {"source": {**base["source"], "sha256": "0" * 64}},
        {"source": {**base["source"], "path": "-", "bytes": [1, 2]}},
        {"source": {**base["source"], "line": 3, "bytes": [7, 9]}, "id": "4k7v0m2xq9hd"},
    ]
    for more in added:
        yield f"{write({**base, **more})}\n".encode()
        yield f"{write(base)}\n{write({**base, **more})}\n".encode()
        yield f"{write({**base, **more})}\n{write(base)}\n7\n".encode()


SEEDS = {
    "ingest": [digests, told_otherwise],
    "explain": [paragraphs, told_otherwise],
    "query": [queries, orders],
    "config": [configurations, states],
    "import": [records, exports],
    "text": [paragraphs, odd_texts],
    "export": [records, digests],
}


def main():
    target, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    for seeds in SEEDS[target]:
        for seed in seeds():
            (folder / hashlib.sha1(seed).hexdigest()).write_bytes(seed)


main()
