#!/usr/bin/env python3
"""Asks other programs what jikenbo is asked, on the same machine in the same run: lnav and VisiData with 100,000
incidents, notmuch with 20,000.

usage: peers.py --bin target/release/jikenbo [--db CASES.db] [--incidents 100000] [--mails 20000] [--vd PATH/TO/vd]
                [--runs 3] [--keep DIR] [--terminal [--keys 200]]

The case books are made by `jikenbo gen` (seed 7) and `jikenbo ingest` unless --db names one. The peers get the texts
as jikenbo searches them (NFKC, lower case, white space dropped beside characters that are not ASCII): one line of a log
an incident for lnav, one row for VisiData, one mail for notmuch. Before anything is timed, every program's answer is
held against a plain scan of these texts; a program that answers something else is told apart. Figures are medians of
whole processes, page cache warm. A program that is not installed is named and left out. Nothing waits for ever: every
process has two minutes.

With --terminal, something else is asked: how many bytes jikenbo, lnav and VisiData write to a terminal for a move of the
cursor, a scrolled row, the details of an incident and while idle, and how soon after a key the last byte comes. The
screens are read with pyte (pip install pyte). The head of peers_terminal.py says what is compared with what.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import peers_terminal
from peers_common import (EVERYTHING, LIMIT, LNAV_HOW, VD_HOW, Failed, clean, fold, guarded, median, run, skipped,
                          visidata_version)

WORD = "誤送信"


class Table:
    """Rows of the result: what, program, seconds, hits, and how often jikenbo's time that is."""

    def __init__(self):
        self.rows = []

    def add(self, what, program, seconds, note=""):
        self.rows.append((what, program, seconds, note))
        print(f"{what:<44} {program:<34} {seconds * 1e3:>10,.0f} ms  {note}", flush=True)

    def ask(self, what, program, note, runs, work):
        """Times what was answered rightly; a wrong answer is told without a time."""
        if note.startswith("WRONG"):
            self.rows.append((what, program, None, note))
            print(f"{what:<44} {program:<34} {'not timed':>13}  {note}", flush=True)
        else:
            self.add(what, program, median(runs, work), note)

    def markdown(self):
        ours = {what: s for what, program, s, _ in self.rows if program.startswith("jikenbo") and s}
        lines = ["| question | program | median | times jikenbo's | answer |", "|---|---|---|---|---|"]
        for what, program, seconds, note in self.rows:
            if seconds is None:
                lines.append(f"| {what} | {program} | – | – | {note} |")
                continue
            ratio = f"{seconds / ours[what]:,.1f}" if what in ours else "–"
            lines.append(f"| {what} | {program} | {seconds * 1e3:,.0f} ms | {ratio} | {note} |")
        return "\n".join(lines)


class Book:
    """A case book, its texts as they are searched, and what a plain scan of them finds."""

    def __init__(self, jikenbo, db, folder, env):
        self.jikenbo, self.db, self.folder, self.env = jikenbo, db, folder, env
        self.rows = []
        export = [jikenbo, "--db", db, "export", *EVERYTHING, "--format", "ndjson"]
        with subprocess.Popen(export, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env) as process:
            for line in process.stdout:
                r = json.loads(line)
                self.rows.append((r["published"] or "1990-01-01", r["id"], clean(fold(r["text"])), r["title"] or ""))
        self.rows.sort()
        self.right = {i for _, i, text, _ in self.rows if WORD in text}

    def ours(self, *words, limit=LIMIT):
        return run([self.jikenbo, "--db", self.db, *words], env=self.env, limit=limit)

    def verdict(self, ids):
        ids = list(ids)
        if len(ids) == len(set(ids)) and set(ids) == self.right:
            return f"right: {len(ids):,} hits"
        more, less = len(set(ids) - self.right), len(self.right - set(ids))
        return f"WRONG: {more:,} too many, {less:,} missing of {len(self.right):,}"


def made(jikenbo, incidents, folder, env):
    """A new case book, and the seconds that its ingest took."""
    digests, db = os.path.join(folder, "digests"), os.path.join(folder, "cases.db")
    run([jikenbo, "gen", "--incidents", str(incidents), "--seed", "7", digests], env=env)
    return db, run([jikenbo, "--db", db, "ingest", digests], env=env, limit=1200)[1]


def jikenbo_list(book, runs, table, size):
    ids, _ = book.ours("list", *EVERYTHING, WORD, "--format", "ids")
    note = book.verdict(ids.split())
    table.ask(f"search {WORD}, all ids, {size:,}", "jikenbo list --format ids", note, runs,
              lambda: book.ours("list", *EVERYTHING, WORD, "--format", "ids")[1])


def jikenbo_start(book, runs, table, size):
    table.add(f"open, {size:,}", "jikenbo list --limit 60",
              median(runs, lambda: book.ours("list", "--limit", "60")[1]), "newest 60 rows")


def lnav(book, runs, table, size):
    program = shutil.which("lnav")
    if not program:
        return skipped("lnav", LNAV_HOW)
    path = os.path.join(book.folder, "incidents.log")
    with open(path, "w", encoding="utf-8") as f:
        f.writelines(f"{day}T00:00:00.000 info {i} {text}\n" for day, i, text, _ in book.rows)
    load = [program, "-n", "-q", path]
    out, _ = run(load, env=book.env)
    find = [program, "-n", "-c", f":filter-in {WORD}", path]
    found, _ = run(find, env=book.env)
    note = book.verdict(line.split(" ", 3)[2] for line in found.splitlines() if line)
    version = run([program, "--version"], env=book.env)[0].strip()
    table.add(f"open, {size:,}", version, median(runs, lambda: run(load, env=book.env)[1]), "reads the file")
    table.ask(f"search {WORD}, all ids, {size:,}", f"{version} :filter-in", note + "; the file is read before", runs,
              lambda: run(find, env=book.env)[1])
    os.remove(path)


def visidata(book, runs, table, size, program):
    if not program or not os.path.exists(program):
        return skipped("VisiData", VD_HOW)
    path = os.path.join(book.folder, "incidents.tsv")
    with open(path, "w", encoding="utf-8") as f:
        f.write("id\tpublished\ttext\n")
        f.writelines(f"{i}\t{day}\t{text}\n" for day, i, text, _ in book.rows)
    replay, out = os.path.join(book.folder, "find.vdj"), os.path.join(book.folder, "found.tsv")
    steps = [("select-col-regex", "text", WORD), ("dup-selected", "", "")]
    with open(replay, "w", encoding="utf-8") as f:
        for name, column, given in steps:
            step = {"sheet": "incidents", "col": column, "row": "", "longname": name, "input": given, "keystrokes": "",
                    "comment": ""}
            f.write(json.dumps(step, ensure_ascii=False) + "\n")
    none = os.path.join(book.folder, "none.vdj")
    with open(none, "w", encoding="utf-8") as f:
        step = {"sheet": "incidents", "col": "", "row": "", "longname": "dup-selected", "input": "", "keystrokes": "",
                "comment": ""}
        f.write(json.dumps(step) + "\n")

    def turn(script):
        if os.path.exists(out):
            os.remove(out)
        return run([program, "--batch", path, "--play", script, "--output", out], env=book.env)[1]

    turn(replay)
    with open(out, encoding="utf-8") as f:
        note = book.verdict(line.split("\t", 1)[0] for line in list(f)[1:])
    version = visidata_version(program, book.env)
    table.add(f"open, {size:,}", version, median(runs, lambda: turn(none)), "reads the file")
    table.ask(f"search {WORD}, all ids, {size:,}", f"{version} select-col-regex", note + "; the file is read before",
              runs, lambda: turn(replay))
    os.remove(path)


def write_mails(book, root):
    for part in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(root, part))
    for n, (day, i, text, title) in enumerate(book.rows):
        date = time.strftime("%a, %d %b %Y 00:00:00 +0900", time.strptime(day, "%Y-%m-%d"))
        # Lines as mails have them; a break must not cut what is searched for.
        lines = text.replace("。", "。\n")
        with open(os.path.join(root, "cur", f"{n}.{i}:2,S"), "w", encoding="utf-8") as f:
            f.write(f"From: Notices <notices@example.org>\nTo: analyst@example.org\nSubject: {clean(title) or i}\n"
                    f"Date: {date}\nMessage-ID: <{i}@example.org>\nMIME-Version: 1.0\n"
                    f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{lines}\n")


def notmuch(book, runs, table, size, grams):
    """As it is set up by itself, or with n-grams for Japanese."""
    program = shutil.which("notmuch")
    if not program:
        return skipped("notmuch", "apt-get install notmuch")
    name = run([program, "--version"])[0].strip() + (" with XAPIAN_CJK_NGRAM=1" if grams else "")
    mail, config = os.path.join(book.folder, "mail"), os.path.join(book.folder, "notmuch-config")
    write_mails(book, mail)
    env = dict(book.env, NOTMUCH_CONFIG=config, **({"XAPIAN_CJK_NGRAM": "1"} if grams else {}))
    with open(config, "w", encoding="utf-8") as f:
        f.write(f"[database]\npath={mail}\n[user]\nname=bench\nprimary_email=bench@example.org\n"
                "[new]\ntags=new\n[search]\nexclude_tags=\n[maildir]\nsynchronize_flags=false\n")
    ask = lambda *words: run([program, *words], env=env, limit=300)
    table.add(f"take in, {size:,}", name, ask("new", "--quiet")[1], "one run")
    search = ["search", "--output=messages", f'"{WORD}"']
    found = [line.removeprefix("id:").split("@")[0] for line in ask(*search)[0].splitlines()]
    table.ask(f"search {WORD}, all ids, {size:,}", name, book.verdict(found), runs, lambda: ask(*search)[1])
    count = int(ask("count", f'"{WORD}"')[0])
    right = "right" if count == len(book.right) else f"WRONG: {count:,} of {len(book.right):,}"
    table.ask(f"count {WORD}, {size:,}", name, right, runs, lambda: ask("count", f'"{WORD}"')[1])
    tag_all(table, size, name, lambda sign: ask("tag", f"{sign}bulk", "--", "*")[1], 1 if grams else runs,
            lambda: int(ask("count", "tag:bulk")[0]) == len(book.rows))
    shutil.rmtree(mail)


def tag_all(table, size, name, tag, runs, is_right):
    """Tags everything and takes the tag away again; the tagging is timed."""
    times, right = [], True
    for _ in range(runs):
        times.append(tag("+"))
        right = right and is_right()
        tag("-")
    note = "right" if right else "WRONG: not all carry it"
    table.add(f"tag all, {size:,}", name, statistics.median(times), note)


def mail_book(a, mails, grams, table, folder, env):
    """What notmuch can hold in the time there is, beside jikenbo with as much."""
    os.mkdir(folder)
    db, took = made(a.bin, mails, folder, env)
    book = Book(a.bin, db, folder, env)
    size = len(book.rows)
    table.add(f"take in, {size:,}", "jikenbo ingest", took, "parsed and indexed as well")
    jikenbo_list(book, a.runs, table, size)
    ids = lambda: book.ours("list", *EVERYTHING, WORD, "--format", "ids")[1]
    table.add(f"count {WORD}, {size:,}", "jikenbo list --format ids", median(a.runs, ids), "right")
    tagged = lambda: len(book.ours("list", *EVERYTHING, "tag:bulk", "--format", "ids")[0].split()) == size
    tag_all(table, size, "jikenbo tag, with log and undo",
            lambda sign: book.ours("tag", f"{sign}bulk", "--", *EVERYTHING)[1], a.runs, tagged)
    guarded("notmuch", lambda: notmuch(book, a.runs, table, size, grams))


def terminal(a, db, folder, env):
    """The exit code of the part that asks on pseudo-terminals."""
    try:
        return 0 if peers_terminal.compare(a, db, folder, env) else 1
    except Failed as e:
        print(e, file=sys.stderr)
        return 2


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--bin", required=True)
    ap.add_argument("--db")
    ap.add_argument("--incidents", type=int, default=100_000)
    ap.add_argument("--mails", type=int, default=20_000)
    ap.add_argument("--vd", default=shutil.which("vd"))
    ap.add_argument("--runs", type=int, default=3)
    ap.add_argument("--terminal", action="store_true", help="bytes to a terminal and times to the last of them instead")
    ap.add_argument("--keys", type=int, default=200, help="keys of a kind whose times are taken with --terminal")
    ap.add_argument("--keep", help="where the inputs are made (a temporary folder)")
    a = ap.parse_args()
    a.bin = os.path.abspath(a.bin)
    with tempfile.TemporaryDirectory(dir=a.keep) as folder:
        env = {"PATH": os.environ["PATH"], "HOME": folder, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "USER": "bench",
               "TERM": "xterm-256color"}
        large = os.path.join(folder, "large")
        os.mkdir(large)
        table = Table()
        db, took = (a.db, None) if a.db else made(a.bin, a.incidents, large, env)
        if a.terminal:
            return terminal(a, db, large, env)
        book = Book(a.bin, db, large, env)
        size = len(book.rows)
        print(f"{size:,} incidents, {len(book.right):,} of them hold {WORD}", flush=True)
        if took:
            table.add(f"take in, {size:,}", "jikenbo ingest", took, "parsed and indexed as well")
        jikenbo_start(book, a.runs, table, size)
        jikenbo_list(book, a.runs, table, size)
        guarded("lnav", lambda: lnav(book, a.runs, table, size))
        guarded("VisiData", lambda: visidata(book, a.runs, table, size, a.vd))
        del book
        mail_book(a, a.mails, False, table, os.path.join(folder, "mails"), env)
        # Ten times as many would take notmuch minutes to take in and to tag.
        mail_book(a, a.mails // 10, True, table, os.path.join(folder, "grams"), env)
        print("\n" + table.markdown())
    return 1 if any("WRONG" in note for _, program, _, note in table.rows if program.startswith("jikenbo")) else 0


if __name__ == "__main__":
    sys.exit(main())
