#!/usr/bin/env python3
"""The licences of what is linked into the program.

usage: licences.py               prints the table of assets/docs/licences.md
       licences.py --check       fails where that page is stale
       licences.py --write       writes it
       licences.py --texts FILE  writes every licence text with the packages it is of, as packages ship them

Asks cargo; packages that only build or test the program are left out.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "assets/docs/licences.md"
TARGET = "x86_64-unknown-linux-gnu"
NAMES = ("licen", "copying", "copyright", "notice", "unlicense")


def cargo(*words):
    """What a cargo command prints."""
    command = [os.environ.get("CARGO", "cargo"), *words, "--locked"]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True).stdout


def linked():
    """The packages that end in the program, by name and version."""
    tree = cargo("tree", "--target", TARGET, "-e", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}")
    names = {tuple(line.split()[:2]) for line in tree.splitlines() if line.strip()}
    packages = json.loads(cargo("metadata", "--format-version", "1"))["packages"]
    found = [p for p in packages if (p["name"], "v" + p["version"]) in names and p["name"] != "jikenbo"]
    return sorted(found, key=lambda p: (p["name"], p["version"]))


def page(packages):
    """The page, in Markdown."""
    lines = ["# Licences", "",
             "jikenbo itself is under MIT or Apache-2.0, as you like. Linked into it are SQLite, which is in the public",
             "domain, and these packages. Their licence texts come with the packages of jikenbo, as `licences.txt`.", "",
             "| package | version | licence |", "|---|---|---|"]
    lines += [f"| {p['name']} | {p['version']} | {p['license']} |" for p in packages]
    return "\n".join(lines) + "\n"


def texts(packages):
    """Every text once, with the packages that it is of."""
    by_text = {}
    for package in packages:
        folder = pathlib.Path(package["manifest_path"]).parent
        files = sorted(f for f in folder.iterdir() if f.is_file() and f.name.lower().startswith(NAMES))
        if not files:
            by_text.setdefault(f"No text comes with the package; it is under {package['license']}.\n", []).append(package)
        for file in files:
            by_text.setdefault(file.read_text(encoding="utf-8", errors="replace"), []).append(package)
    parts = []
    for text, of in by_text.items():
        names = sorted({f"{p['name']} {p['version']}" for p in of})
        parts.append("=" * 78 + "\n" + ", ".join(names) + "\n" + "=" * 78 + "\n\n" + text.strip() + "\n")
    return "\n".join(parts)


def main():
    parser = argparse.ArgumentParser(description="licences of what is linked into the program")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--texts", metavar="FILE")
    asked = parser.parse_args()
    packages = linked()
    if asked.texts:
        pathlib.Path(asked.texts).write_text(texts(packages), encoding="utf-8")
    elif asked.write:
        PAGE.write_text(page(packages), encoding="utf-8")
    elif asked.check:
        if not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != page(packages):
            sys.exit(f"{PAGE.relative_to(ROOT)} is stale: python3 .ci/licences.py --write")
    else:
        sys.stdout.write(page(packages))


if __name__ == "__main__":
    main()
