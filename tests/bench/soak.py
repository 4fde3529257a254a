#!/usr/bin/env python3
"""Uses the program for as long as it is told, and holds its memory, descriptors and threads to what they were.

usage: soak.py --bin target/release/jikenbo [--minutes 10] [--incidents 3000] [--keep DIR] [--json FILE]

A workbench stands open on a pseudo-terminal the whole time and is typed at by a script: moves, queries, marks, tags,
statuses, notes, corrections, undo and redo, exports, timelines, groups, ingest, redraws, resizes. Beside it commands
work on the same case book: they ingest new, changed and unchanged documents, forget old ones, tag, undo, export, list,
count and check. Every ten seconds a line tells the workbench's memory, descriptors, connections and threads, the sizes
of the case book, and how much was done. It fails where descriptors or threads grow from the second third of the run to the
last (the first is warm-up), where memory does so by more than a tenth and beyond what caches may keep, where the workbench
or a command fails or no longer answers, or where `db check` finds anything at the end.

Caches: every connection keeps up to 30 MB of its file (`store/open.rs`) and lets go of it when others write, so that memory
rises and falls in steps. What the workbench needs beside is small; a run with few `--incidents` shows it best.
"""
import argparse
import fcntl
import itertools
import json
import os
import pty
import random
import re
import select
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time

EVERY = 10
# What a connection may keep, and what the workbench needs beside: lists, vocabularies, threads, what is under way.
CACHE_KB, BESIDE_KB = 30_000, 25_000
ANSWER = 5
SIZES = [(120, 40), (80, 24), (200, 60), (100, 30), (60, 16)]
QUERIES = ["漏えい", "USB メモリ", "people>100", "status:new", "org:市", "誤送信 OR 紛失", "NOT is:untagged", "has:note",
           "published:2023..2024 sort:-people", "kind:any status:any", "tag:soak", "rouei", "event:2024-05"]
TAGS = ["soak", "soak/a", "soak/b", "再確認", "supply/印刷"]
FORMATS = ["csv", "ndjson", "markdown", "html", "xlsx", "stix", "ics", "timesketch"]
UP, DOWN, ENTER, ESC = "\x1b[A", "\x1b[B", "\r", "\x1b"


class Failed(Exception):
    """Something that must not happen, in words."""


def notice(number, day, more=""):
    """One entry of a made-up digest."""
    return (f"【セキュリティ事件簿#2024-{number}】葦原第{number}商会 名簿の誤送信について 2024/{day % 12 + 1}/{day % 28 + 1}\n\n"
            f"葦原第{number}商会\n\n2024年{day % 12 + 1}月{day % 28 + 1}日、顧客{number + 2}名の氏名と住所を記した名簿を、"
            f"委託先の海鳴印刷株式会社が誤って送信しました。{more}\n同日、警察と個人情報保護委員会に報告しました。\n\n"
            "リリース文アーカイブ\n\n")


class Workbench:
    """The workbench on a pseudo-terminal."""

    def __init__(self, words, env):
        self.written = 0
        self.tail = b""
        self.slowest = 0.0
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execve(words[0], words, env)
        self.resize(*SIZES[0])
        self.read(1.0, 10)

    def resize(self, columns, rows):
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, quiet, most):
        """Reads until nothing came for a while: how many bytes, and how long the first took."""
        began = time.monotonic()
        first, count = None, 0
        while time.monotonic() - began < most:
            ready, _, _ = select.select([self.terminal], [], [], quiet if first else most)
            if not ready:
                break
            try:
                some = os.read(self.terminal, 1 << 16)
            except OSError as e:
                raise Failed(f"the workbench is gone: {self.text()[-300:]}") from e
            if not some:
                raise Failed(f"the workbench closed its terminal: {self.text()[-300:]}")
            first = first or time.monotonic() - began
            count += len(some)
            self.tail = (self.tail + some)[-40_000:]
        self.written += count
        return count, first or most

    def type(self, keys, quiet=0.02, most=0.4):
        os.write(self.terminal, keys.encode())
        return self.read(quiet, most)

    def answers(self):
        """A redraw has to come, however busy everything is."""
        self.tail = b""
        count, took = self.type("\x0c", 0.1, ANSWER)
        self.slowest = max(self.slowest, took)
        if count < 500:
            raise Failed(f"the workbench did not answer within {ANSWER} s: {self.text()[-300:]}")

    def text(self):
        """What it wrote last, without what moves and colours."""
        return re.sub(r"\x1b(\[[0-9;?]*[a-zA-Z]|\][^\x07\x1b]*(\x07|\x1b\\)|.)", " ", self.tail.decode(errors="replace"))

    def figures(self):
        status = open(f"/proc/{self.pid}/status", encoding="ascii").read()
        number = lambda key: int(re.search(rf"^{key}:\s+(\d+)", status, re.M).group(1))
        names = [self.opened(fd) for fd in os.listdir(f"/proc/{self.pid}/fd")]
        files = [name.removesuffix("-wal") for name in names if name.endswith("-wal")]
        caches = sum(min(CACHE_KB, os.path.getsize(name) // 1024) for name in files if os.path.exists(name))
        return {"rss_kb": number("VmRSS"), "anon_kb": number("RssAnon"), "threads": number("Threads"), "fds": len(names),
                "connections": len(files), "caches_kb": caches}

    def opened(self, fd):
        """What a descriptor leads to; one that was closed meanwhile leads nowhere."""
        try:
            return os.readlink(f"/proc/{self.pid}/fd/{fd}")
        except OSError:
            return ""

    def leave(self):
        """Leaves: the exit code."""
        for keys in (ESC, ESC, ESC, ":q!" + ENTER):
            try:
                self.type(keys, 0.2, 1)
            except Failed:
                break
        for _ in range(200):
            done, status = os.waitpid(self.pid, os.WNOHANG)
            if done:
                return os.waitstatus_to_exitcode(status)
            try:
                self.read(0.05, 0.05)
            except Failed:
                time.sleep(0.05)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        raise Failed("the workbench did not leave")


class Beside:
    """Commands on the same case book, one after the other, in a thread of its own."""

    def __init__(self, soak):
        self.soak = soak
        self.done = 0
        self.refused = 0
        self.problem = None
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self):
        try:
            for n in itertools.count():
                if self.stop.is_set():
                    return
                self.step(n)
                self.stop.wait(0.05)
        except (Failed, OSError, subprocess.SubprocessError) as e:
            self.problem = str(e)

    def step(self, n):
        soak, numbers = self.soak, random.Random(n)
        word, tag = numbers.choice(QUERIES), numbers.choice(TAGS)
        path = os.path.join(soak.folder, "in", f"{n // 24 % 30:02}.txt")
        steps = [
            lambda: self.ingest(path, n, 1 + n // 24 % 7),
            lambda: soak.command("tag", f"+{tag}", "--", "id:" + numbers.choice("0123456789abcdef")),
            lambda: soak.command("list", word, "--limit", "200"),
            lambda: soak.command("undo"),
            lambda: soak.command("stats", word, "--by", numbers.choice(["month", "action", "org", "tag"])),
            lambda: soak.command("export", word, "--format", FORMATS[n // 24 % len(FORMATS)], "-o", soak.path("beside.out"),
                                 "--overwrite"),
            lambda: soak.command("status", numbers.choice(["open", "new", "done"]), "id:" + numbers.choice("0123456789")),
            lambda: self.ingest(path, n, 1 + n // 24 % 7),
            lambda: soak.command("redo"),
            lambda: soak.command("log", "--by", "beside", "--json"),
            lambda: soak.command("tag", f"-{tag}", "--", "tag:" + tag),
            lambda: self.forget(path) if n // 24 % 3 == 2 else soak.command("tags"),
        ]
        steps[n % len(steps)]()
        self.done += 1

    def ingest(self, path, n, entries):
        """A new document, the same one again, or one that says more than it did."""
        text = "".join(notice(n // 24 * 10 + i, n + i, "続報です。" if n % 24 > 11 else "") for i in range(entries))
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        self.soak.command("ingest", path)

    def forget(self, path):
        if os.path.exists(path):
            self.soak.command("forget", path, "--yes", may_fail=True)


class Soak:
    """One run: its folder, its environment, its figures."""

    def __init__(self, options, folder):
        self.jikenbo, self.folder, self.samples, self.operations = os.path.abspath(options.bin), folder, [], 0
        self.options = options
        for name in ("home", "in", "out"):
            os.makedirs(self.path(name), exist_ok=True)
        self.db = self.path("home", "cases.db")
        self.env = {"PATH": os.environ["PATH"], "HOME": self.path("home"), "USER": "beside", "JIKENBO_DB": self.db,
                    "LANG": "C.UTF-8", "TERM": "xterm-256color", "TZ": "Asia/Tokyo", "EDITOR": ""}

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def command(self, *words, may_fail=False):
        done = subprocess.run([self.jikenbo, *words], env=self.env, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=120, check=False)
        if done.returncode != 0 and not may_fail:
            raise Failed(f"jikenbo {' '.join(words)}: exit {done.returncode}: {done.stderr.decode(errors='replace')[-400:]}")
        return done.stdout.decode(errors="replace")

    def prepare(self):
        self.command("gen", "--incidents", str(self.options.incidents), "--seed", "11", self.path("base"))
        self.command("ingest", self.path("base"))

    def steps(self, wb, n):
        """One round of typing, step by step: each is a few keys and the reading of what they draw."""
        numbers = random.Random(n)
        word, tag = numbers.choice(QUERIES), numbers.choice(TAGS)
        verb = lambda text: wb.type(f":{text}{ENTER}", 0.05)
        # What many incidents would get is asked about; elsewhere `y` copies.
        sure = lambda: wb.type("y", 0.05)
        yield from (lambda k=k: wb.type(k) for k in ["j" * 12, "\x04", "G", "k" * 5, "gg", "7j", DOWN + UP])
        yield lambda: wb.type("/", 0.05)
        yield from (lambda c=c: wb.type(c) for c in "\x15" + word)
        yield lambda: wb.type(ENTER, 0.05)
        yield from (lambda k=k: wb.type(k) for k in [" ", "j", " ", "v", "jjj", "v", "]", "]", "[", "a", "a"])
        yield lambda: verb(f"tag +{tag}")
        yield sure
        yield lambda: wb.type("u", 0.05)
        yield lambda: wb.type("\x12", 0.05)
        yield from (lambda k=k: wb.type(k) for k in [ESC, "gg", "x", "y", "u", "}", "{"])
        yield lambda: verb("note 電話で 確認した")
        yield lambda: wb.type("u", 0.05)
        yield lambda: verb("correct org=若草市")
        yield lambda: wb.type("u", 0.05)
        yield lambda: verb(f"status {numbers.choice(['open', 'done', 'new'])}")
        yield sure
        yield lambda: wb.type("u", 0.05)
        yield lambda: wb.type("*", 0.05)
        yield lambda: verb(f"tag +{tag}")
        yield sure
        yield lambda: wb.type("u", 0.1)
        yield lambda: wb.type(ESC + ESC, 0.05)
        yield from (lambda k=k: wb.type(k, 0.05) for k in ["t", ESC, "f", "市", ENTER, "o", ESC, "?", "j", ESC])
        yield lambda: verb(f"export {FORMATS[n % len(FORMATS)]} {self.path('out', f'{n}.out')}")
        yield from (lambda k=k: wb.type(k, 0.05) for k in ["\t", "jjj", "\t", "m", "+", "-", "Y", "M", "p", "l", "i"])
        yield from (lambda k=k: wb.type(k, 0.05) for k in [ESC, "gg", "b", "j" * (n % 6), ENTER, "zM", "zR", "b", ENTER])
        yield lambda: wb.type(ENTER, 0.05)
        yield lambda: wb.type("jjjj\x04", 0.05)
        yield lambda: wb.type(ESC, 0.05)
        yield lambda: verb(f"ingest {self.path('in', f'{n % 30:02}.txt')}") if n % 5 == 4 else wb.type("n")
        yield lambda: wb.resize(*SIZES[n % len(SIZES)])
        yield lambda: wb.read(0.1, 0.5)
        yield lambda: verb("sort people" if n % 2 else "sort published")
        yield from (lambda k=k: wb.type(k, 0.05) for k in ["/", "\x15", ENTER, ESC, ESC])

    def sample(self, wb, beside, began):
        size = lambda end: os.path.getsize(self.db + end) if os.path.exists(self.db + end) else 0
        row = {"seconds": round(time.monotonic() - began), **wb.figures(), "wal": size("-wal"), "store": size(""),
               "index": size("-index"), "typed": self.operations, "commands": beside.done, "drawn": wb.written}
        self.samples.append(row)
        print(f"{row['seconds']:>5} s  rss {row['rss_kb'] / 1024:6.1f} MB (own {row['anon_kb'] / 1024:6.1f})  "
              f"fds {row['fds']:>3}  connections {row['connections']}  threads {row['threads']:>2}  wal {row['wal'] / 1e6:6.2f} MB  "
              f"store {row['store'] / 1e6:6.2f} MB  typed {row['typed']:>6}  commands {row['commands']:>5}", flush=True)
        for old in sorted(os.listdir(self.path("out")), key=lambda name: os.path.getmtime(self.path("out", name)))[:-5]:
            os.remove(self.path("out", old))

    def run(self):
        self.prepare()
        wb = Workbench([self.jikenbo, "--as", "soak"], self.env)
        beside = Beside(self)
        try:
            wb.answers()
            self.command("tag", "+soak/a", "--", "people>500")
            beside.thread.start()
            began = time.monotonic()
            ends, next_sample = began + self.options.minutes * 60, began
            for n in itertools.count():
                for step in self.steps(wb, n):
                    step()
                    self.operations += 1
                    if time.monotonic() >= next_sample:
                        self.sample(wb, beside, began)
                        next_sample += EVERY
                wb.answers()
                if beside.problem:
                    raise Failed(beside.problem)
                if time.monotonic() >= ends:
                    break
            beside.stop.set()
            beside.thread.join(150)
            wb.answers()
            self.sample(wb, beside, began)
        finally:
            beside.stop.set()
        code = wb.leave()
        if code != 0:
            raise Failed(f"the workbench left with {code}")
        return wb, beside

    def verdict(self, wb, beside):
        """What is wrong, in words; the workbench has gone."""
        wrong = []
        third = max(1, len(self.samples) // 3)
        second, last = self.samples[third:2 * third], self.samples[2 * third:]
        # Descriptors and threads come and go with work under way: what leaks shows in the least of them.
        room = statistics.median(row["caches_kb"] for row in last) + BESIDE_KB
        judged = (("anon_kb", statistics.median, 1.1), ("fds", min, 1), ("threads", min, 1))
        for key, of, most in judged:
            before, after = (of(row[key] for row in rows) for rows in (second or last, last))
            print(f"{key}: {before:g} in the second third, {after:g} in the last")
            if after > before * most and (key != "anon_kb" or after > room):
                wrong.append(f"{key} grew from {before:g} to {after:g}")
        print(f"own memory: {self.samples[0]['anon_kb'] / 1024:.1f} MB at first, "
              f"{max(row['anon_kb'] for row in self.samples) / 1024:.1f} MB at most, {self.samples[-1]['anon_kb'] / 1024:.1f} MB "
              f"at the end; {self.samples[-1]['connections']} connections may keep {(room - BESIDE_KB) / 1024:.1f} MB of that")
        check = subprocess.run([self.jikenbo, "db", "check"], env=self.env, capture_output=True, check=False)
        said = (check.stdout + check.stderr).decode(errors="replace").strip()
        print(f"db check: {said.splitlines()[-1] if said else 'nothing said'}")
        if check.returncode != 0:
            wrong.append(f"db check: {said[-400:]}")
        log = json.loads(self.command("log", "--by", "soak", "--json") or "[]")
        print(f"{len(log)} operations by the workbench, {beside.done} commands, slowest answer {wb.slowest * 1e3:.0f} ms, "
              f"{wb.written / 1e6:.1f} MB drawn, {len(os.listdir(self.path('out')))} of its exports kept")
        if len(log) < 5 or not os.listdir(self.path("out")):
            wrong.append("the workbench changed or exported nothing: the script's keys no longer do what they did")
        return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default="target/release/jikenbo")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--incidents", type=int, default=3000)
    parser.add_argument("--keep", help="a folder for the case book; else one that is removed")
    parser.add_argument("--json", help="where to write the figures")
    options = parser.parse_args()
    folder = options.keep or tempfile.mkdtemp(prefix="jikenbo-soak-")
    os.makedirs(folder, exist_ok=True)
    soak = Soak(options, folder)
    try:
        wrong = soak.verdict(*soak.run())
    except Failed as e:
        wrong = [str(e)]
    finally:
        if options.json:
            with open(options.json, "w", encoding="utf-8") as file:
                json.dump(soak.samples, file, indent=1)
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    for line in wrong:
        print(f"FAILED: {line}", file=sys.stderr)
    print("failed" if wrong else "steady")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
