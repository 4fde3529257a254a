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


SEEDS = {
    "ingest": [digests],
    "explain": [paragraphs],
    "query": [queries],
    "config": [configurations],
    "import": [records],
    "text": [paragraphs],
    "export": [records, digests],
}


def main():
    target, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    for seeds in SEEDS[target]:
        for seed in seeds():
            (folder / hashlib.sha1(seed).hexdigest()).write_bytes(seed)


main()
