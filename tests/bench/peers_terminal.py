"""What jikenbo, lnav and VisiData write to a terminal and how soon, each on a pseudo-terminal of its own with the same
incidents: the part `--terminal` of peers.py.

Bytes at 120×40: one move of the cursor within the screen (10 down, 10 up, a key every 33 ms), one scrolled row (60 keys
at the lower edge, one every 20 ms; it is told where a program draws fewer pictures than that), one incident's details
(the most of nine), and 10 s without a key. lnav has no cursor: its `j` scrolls, in either row of the table. Details are,
for jikenbo, the facts and the timeline under the list after the cursor moved; for lnav its message details (`p`, with a
format of its own for these fields) after one `j`; for VisiData the sheet of one row (Enter). jikenbo's show the text too.

Time at 200×60: from before a key is written to when the last byte of the picture was read that shows what the key
asks for, and to the last byte of all that is drawn then, until nothing comes for 120 ms. One key at a time. What a
program draws without being asked, a clock, is watched beforehand and left out. Chunks are stamped as they come and
decoded afterwards with pyte; a figure is printed only where every key came to show the row it had to show, and its
neighbours as the list has them. Of several runs, each program's best p99 counts: other work on the machine only adds.
"""
import gc
import itertools
import json
import math
import os
import re
import shutil
import time
from collections import namedtuple

from peers_common import LNAV_HOW, VD_HOW, Failed, listed, run, skipped, visidata_version
from peers_pty import MISSING, PATIENCE, Silent, Terminal, lines, pyte

BYTES_AT, TIMES_AT = (120, 40), (200, 60)

# The row that a key acts on, the first and the last row in sight, all from 0 in the program's own order.
Seen = namedtuple("Seen", "at first last")

# Bytes a key that is held down, and how many of the keys led to a picture of their own.
Held = namedtuple("Held", "bytes shown keys")


class Program:
    """One of those compared: how it is asked, and what its screen shows."""

    down, up, page, top, bottom = "j", "k", "\x06", "gg", "G"
    # What is pressed once it has started.
    before = ""
    # Keys that open the details of one incident, and those that go back.
    details, back = "j", ""
    has_cursor = True

    def __init__(self, name, words, rows):
        self.name, self.words, self.rows = name, words, rows
        self.index = {row.id: n for n, row in enumerate(rows)}

    def is_loaded(self, screen):
        """Whether all incidents are there."""
        raise NotImplementedError

    def seen(self, screen):
        """What is in sight; None unless the rows are those of the list in its order."""
        raise NotImplementedError

    def shows_details(self, screen, at):
        """Whether the details of that row are in sight."""
        raise NotImplementedError

    def open(self, env, size, home):
        """The program, loaded and at the first row."""
        terminal = Terminal(self.words, env, *size, home)
        try:
            terminal.wait_for(self.is_started, f"{self.name}'s first picture")
            if self.before:
                terminal.send(self.before)
            terminal.wait_for(self.is_loaded, f"{self.name}'s {len(self.rows):,} incidents")
            terminal.settle(1.0)
            for keys in (self.down, self.top):
                terminal.send(keys)
                terminal.settle()
            self.hold_to(terminal, 0)
        except BaseException:
            terminal.__exit__()
            raise
        return terminal

    def is_started(self, screen):
        return self.is_loaded(screen)

    def hold_to(self, terminal, at):
        """Fails unless the program is at a row."""
        seen = self.seen(terminal.screen)
        if seen is None or seen.at != at:
            raise Silent(f"it is not at row {at + 1} but shows {seen}")

    def run_of(self, ids):
        """The places of the first and the last id, if those between follow each other."""
        places = [self.index.get(i) for i in ids]
        if not places or None in places or places != list(range(places[0], places[0] + len(places))):
            return None
        return places[0], places[-1]


class Jikenbo(Program):
    before = "/kind:any status:any\r"
    COUNT = re.compile(r"([\d,]+) of ([\d,]+) ")
    RANGE = re.compile(r" ([\d,]+)–([\d,]+) of [\d,]+ ─┘$")

    def __init__(self, jikenbo, db, rows):
        super().__init__("jikenbo", [jikenbo, "--db", db], rows)

    def is_started(self, screen):
        return self.COUNT.search(lines(screen)[0]) is not None

    def is_loaded(self, screen):
        found = self.COUNT.search(lines(screen)[0])
        return found is not None and number(found[2]) == len(self.rows)

    def seen(self, screen):
        text = lines(screen)
        count = self.COUNT.search(text[0])
        border = next((y for y, line in enumerate(text) if self.RANGE.search(line)), None)
        if count is None or border is None:
            return None
        first, last = (number(n) - 1 for n in self.RANGE.search(text[border]).groups())
        at = number(count[1]) - 1
        rows = text[border - (last - first + 1):border]
        for place, line in enumerate(rows, first):
            row = self.rows[place]
            marked = line.startswith("│▌")
            if marked != (place == at) or row.published not in line or row.org[:3] not in line:
                return None
        return Seen(at, first, last)

    def shows_details(self, screen, at):
        head = [line for line in lines(screen) if line.startswith("┌─ ")]
        return len(head) == 2 and self.rows[at].org[:3] in head[1] and "Timeline" in head[1]


class Lnav(Program):
    page, top = " ", "g"
    # At the end when it has loaded.
    before = "g"
    has_cursor = False
    ID = re.compile(r"00:00:00\.000 info (\w{12}) ")
    FORMAT = {
        "incidents_log": {
            "title": "incidents",
            "regex": {
                "line": {
                    "pattern": r"^(?<timestamp>\S+) (?<level>info) (?<id>\w{12}) (?<status>\w+) (?<people>[^ ]*) "
                               r"(?<action>[\w.]*) (?<tags>[^ ]*) (?<org>[^ ]*) (?<body>.*)$"
                }
            },
            "timestamp-format": ["%Y-%m-%dT%H:%M:%S.%L"],
            "value": {name: {"kind": "string"} for name in ("id", "status", "people", "action", "tags", "org")},
            "sample": [{"line": "2024-05-28T00:00:00.000 info 0123456789ab new 12 error.loss a,b 市 題"}],
        }
    }

    def __init__(self, program, folder, rows, env):
        version = run([program, "--version"], env=env)[0].strip()
        path = os.path.join(folder, "incidents.log")
        # It sorts by time; what names no day is oldest.
        rows = rows[::-1]
        with open(path, "w", encoding="utf-8") as f:
            f.writelines(f"{r.published.strip('-') or '1990-01-01'}T00:00:00.000 info {r.id} {r.status} "
                         f"{r.people.replace(' ', '')} {r.action} {r.tags.replace(' ', ',')} {r.org.replace(' ', '')} "
                         f"{r.title}\n" for r in rows)
        formats = os.path.join(folder, "lnav", "formats", "incidents")
        os.makedirs(formats)
        with open(os.path.join(formats, "format.json"), "w", encoding="utf-8") as f:
            json.dump({"$schema": "https://lnav.org/schemas/format-v1.schema.json", **self.FORMAT}, f)
        super().__init__(version, [program, "-I", os.path.join(folder, "lnav"), path], rows)

    def is_loaded(self, screen):
        found = re.match(r" L([\d,]+) .*%", lines(screen)[-2])
        # Its last row, or the first one once that was asked for.
        return found is not None and any(self.rows[end].id in line for line in lines(screen) for end in (0, -1))

    def seen(self, screen):
        text = lines(screen)
        found = [m[1] for m in map(self.ID.search, text) if m]
        ends, line = self.run_of(found), re.match(r" L(\d+) ", text[-2])
        if ends is None or line is None or int(line[1]) != ends[0]:
            return None
        return Seen(ends[0], *ends)

    def shows_details(self, screen, at):
        text = "\n".join(lines(screen))
        return "Known message fields" in text and f"= {self.rows[at].id}" in text


class VisiData(Program):
    details, back = "\r", "q"
    ID = re.compile(r"^ (\w{12}) │")

    def __init__(self, program, folder, rows, env):
        path = os.path.join(folder, "incidents.tsv")
        with open(path, "w", encoding="utf-8") as f:
            f.writelines("\t".join(row) + "\n" for row in [rows[0]._fields, *rows])
        super().__init__(visidata_version(program, env), [program, path], rows)

    def is_loaded(self, screen):
        return f" {len(self.rows)} rows" in lines(screen)[-1]

    def seen(self, screen):
        text = lines(screen)
        found = [(y, m[1]) for y, m in enumerate(map(self.ID.match, text)) if m]
        ends = self.run_of([i for _, i in found])
        # The row that the keys act on is drawn in reverse.
        chosen = [i for y, i in found if screen.buffer[y][2].reverse]
        if ends is None or len(chosen) != 1 or f" {len(self.rows)} rows" not in text[-1]:
            return None
        return Seen(self.index[chosen[0]], *ends)

    def shows_details(self, screen, at):
        text = lines(screen)
        return "value" in text[1] and any(re.search(rf" id +║ {self.rows[at].id} ", line) for line in text)


def number(text):
    return int(text.replace(",", ""))


def held(terminal, program, keys, pause, wanted):
    """Presses keys at a pace: bytes a key up to the picture that shows what is wanted, and in how many of the pictures
    the row that keys act on was another one than before; None where no picture shows it."""
    chunks = []
    for key in keys:
        terminal.send(key)
        chunks += terminal.within(pause)
    so_far, places, done = 0, [], None
    for part in (chunks, None):
        # One that lags behind the keys is waited for.
        for _, size, _ in terminal.pictures(terminal.until_silent(0.4, 5.0) if part is None else part):
            so_far += size
            seen = program.seen(terminal.screen)
            if done is None and seen is not None and seen.at != (places or [None])[-1]:
                places.append(seen.at)
            if part is None and done is None and wanted(seen):
                done = so_far
        if part is not None and wanted(program.seen(terminal.screen)):
            done = so_far
    return None if done is None else Held(done / len(keys), len(places), len(keys))


def asked(terminal, program, keys, wanted, chatter):
    """Presses a key once: milliseconds to the picture that shows what is wanted, and to the end of all that follows."""
    pressed, frame, end = terminal.send(keys), None, None
    while frame is None and time.perf_counter() < pressed + 3.0:
        for when, _, touched in terminal.pictures(terminal.until_silent(most=3.0)):
            if touched - chatter:
                end = when
            if frame is None and wanted(program.seen(terminal.screen)):
                frame = when
    return None if frame is None else ((frame - pressed) * 1e3, (max(frame, end) - pressed) * 1e3)


def idle(terminal, seconds):
    """Bytes that come without a key, and the rows of the screen they change."""
    size, rows = 0, set()
    for _, more, touched in terminal.pictures(terminal.within(seconds)):
        size, rows = size + more, rows | touched
    return size, rows


def measured_bytes(program, env, home):
    """Bytes at the smaller size, by what is asked; None where the program came to show something else."""
    found = {}
    with program.open(env, BYTES_AT, home) as terminal:
        found["idle"] = idle(terminal, 10.0)[0]
        moves = (program.down * 10 + program.up * 10) * 5
        found["move"] = held(terminal, program, moves + program.down, 0.033, lambda s: s is not None and s.at == 1)
        terminal.send(program.down * (BYTES_AT[1] if program.has_cursor else 1))
        terminal.settle()
        start = program.seen(terminal.screen)
        if start is None or program.has_cursor and start.at != start.last:
            raise Silent(f"it is not at the lower edge but shows {start}")
        found["scroll"] = held(terminal, program, program.down * 60, 0.020,
                               lambda s: s is not None and s.at == start.at + 60)
        found["details"] = measured_details(terminal, program)
    return found


def measured_details(terminal, program):
    most, at = 0, program.seen(terminal.screen)
    if at is None:
        return None
    at = at.at
    if not program.has_cursor:
        terminal.send("p")
        terminal.settle()
    for _ in range(9):
        at += program.details == program.down
        terminal.send(program.details)
        chunks = terminal.until_silent(0.4, 3.0)
        most = max(most, sum(size for _, size, _ in terminal.pictures(chunks)))
        if not program.shows_details(terminal.screen, at):
            return None
        if program.back:
            terminal.send(program.back + program.down)
            terminal.settle()
            at += 1
    return most


def measured_times(program, env, home, keys):
    """Milliseconds at the larger size, by what is asked: pairs, as `asked` gives them."""
    found = {}
    with program.open(env, TIMES_AT, home) as terminal:
        chatter = idle(terminal, 3.0)[1]
        steps = itertools.cycle([(1, program.down)] * 10 + [(-1, program.up)] * 10)

        def moved(at):
            by, key = next(steps)
            return at + by, key

        found["move"] = times(terminal, program, keys, chatter, moved)
        to_top(terminal, program)
        shift = page(terminal, program)
        found["page"] = times(terminal, program, keys, chatter, lambda at: (at + shift, program.page))
        to_top(terminal, program)
        last = to_bottom(terminal, program)
        to_top(terminal, program)
        found["ends"] = times(terminal, program, keys, chatter,
                              lambda at: (0, program.top) if at else (last, program.bottom))
    return found


def times(terminal, program, keys, chatter, next_key):
    """Presses that many keys, each with the row it has to lead to."""
    at, found = program.seen(terminal.screen).at, []
    gc.collect()
    gc.disable()
    try:
        for _ in range(keys):
            at, key = next_key(at)
            found.append(asked(terminal, program, key, lambda s, at=at: s is not None and s.at == at, chatter))
    finally:
        gc.enable()
    return found


def to_top(terminal, program):
    terminal.send(program.top)
    terminal.settle()
    program.hold_to(terminal, 0)


def to_bottom(terminal, program):
    """Goes to the end: the row it leads to, where the last row is in sight."""
    terminal.send(program.bottom)
    terminal.settle()
    seen = program.seen(terminal.screen)
    if seen is None or seen.last != len(program.rows) - 1:
        raise Silent(f"it is not at the end but shows {seen}")
    return seen.at


def page(terminal, program):
    """By how many rows a page key goes on; the second, since the first may begin at another place."""
    places = []
    for _ in range(2):
        terminal.send(program.page)
        terminal.settle()
        places.append(program.seen(terminal.screen))
    if None in places or places[1].at - places[0].at < 10:
        raise Silent(f"a page leads to {places}")
    return places[1].at - places[0].at


def echo(env, home, keys):
    """What the terminal and this program take by themselves: p99 in milliseconds."""
    with Terminal(["cat"], env, *TIMES_AT, home) as terminal:
        terminal.within(0.1)
        took = []
        for _ in range(keys):
            pressed = terminal.send("x")
            got = terminal.next(PATIENCE)
            took.append((got[0] - pressed) * 1e3)
    return quantile(took, 0.99)


def quantile(numbers, part):
    numbers = sorted(numbers)
    return numbers[max(0, math.ceil(len(numbers) * part) - 1)]


# What is asked, its name, and the most that jikenbo may take.
BYTES = [
    ("move", "bytes, 120×40: cursor moves one row", 400),
    ("scroll", "bytes, 120×40: list scrolls one row", 1_500),
    ("details", "bytes, 120×40: details of one incident, most of nine", 6_000),
    ("idle", "bytes, 120×40: idle for 10 s", 100),
]
TIMES = [("move", "one row"), ("page", "a page down"), ("ends", "to the end, to the top")]
FRAME = 8.0


class Board:
    """The table: a figure a program in every row, a limit, and whether jikenbo keeps it."""

    def __init__(self, names):
        self.names, self.lines, self.faults = names, [], []

    def put(self, what, cells, limit, show, by=lambda x: x):
        """One row. A cell is None where the program was not measured, and a text where it was wrong."""
        ours, told = cells[self.names[0]], f"{limit:,}" if limit else "–"
        good = {name: by(cell) for name, cell in cells.items() if cell is not None and not isinstance(cell, str)}
        if isinstance(ours, str):
            self.faults.append(f"{what}: {ours}")
        elif ours is not None and limit and by(ours) > limit:
            told += " **broken**"
            self.faults.append(f"{what}: over its limit")
        mine = good.get(self.names[0])
        ratios = [f"{good[n] / mine:,.1f}" if mine and n in good else "–" for n in self.names[1:]]
        row = [what] + ["–" if c is None else c if isinstance(c, str) else show(c) for c in cells.values()]
        self.lines.append("| " + " | ".join([*row, told, " / ".join(ratios)]) + " |")

    def markdown(self):
        head = ["what", *self.names, "limit", "times jikenbo's"]
        return "\n".join(["| " + " | ".join(head) + " |", "|---" * len(head) + "|", *self.lines])


def tell_bytes(board, results):
    for kind, what, limit in BYTES:
        cells = {name: None if r is None else "WRONG" if r[kind] is None else r[kind] for name, r in results.items()}
        board.put(what, cells, limit, show_bytes, lambda n: n.bytes if isinstance(n, Held) else n)


def show_bytes(n):
    """A program that is slower than the keys draws fewer pictures; their bytes are spread over all keys."""
    if isinstance(n, Held):
        return f"{n.bytes:,.0f}" + (f" ({n.shown} of {n.keys} drawn)" if n.shown < 0.95 * n.keys else "")
    return f"{n:,.0f}"


def tell_times(board, runs):
    """Every row from each program's best run by p99."""
    for which, drawn in enumerate(["last byte of the picture that answers", "last byte of all it draws"]):
        for kind, what in TIMES:
            cells = {}
            for name in board.names:
                of = [r[name][kind] for r in runs if r[name] is not None]
                wrong = sum(pair is None for pairs in of for pair in pairs)
                best = [(quantile([p[which] for p in pairs], 0.5), quantile([p[which] for p in pairs], 0.99))
                        for pairs in of if None not in pairs]
                cells[name] = f"WRONG: {wrong} keys" if wrong else min(best, key=lambda b: b[1], default=None)
            board.put(f"ms, 200×60: {what}, key to {drawn}, p50 / p99", cells, FRAME if which == 0 else None,
                      lambda b: f"{b[0]:.1f} / {b[1]:.1f}", lambda b: b[1])


def compare(a, db, folder, env):
    """Measures and prints the table: whether jikenbo did what was asked within its limits."""
    if pyte is None:
        raise Failed(MISSING)
    rows = listed(a.bin, db, env)
    programs = [Jikenbo(a.bin, db, rows)]
    lnav = shutil.which("lnav")
    programs += [Lnav(lnav, folder, rows, env)] if lnav else skipped("lnav", LNAV_HOW) or []
    vd = a.vd and os.path.exists(a.vd)
    programs += [VisiData(a.vd, folder, rows, env)] if vd else skipped("VisiData", VD_HOW) or []
    gc.freeze()
    board = Board([p.name for p in programs])
    print(f"{len(rows):,} incidents; load {os.getloadavg()[0]:.1f}", flush=True)
    tell_bytes(board, {p.name: tried(p, measured_bytes, env, folder) for p in programs})
    runs, echoes = [], []
    for n in range(a.runs):
        echoes.append(echo(env, folder, a.keys))
        print(f"run {n + 1} of {a.runs}: load {os.getloadavg()[0]:.1f}", flush=True)
        runs.append({p.name: tried(p, measured_times, env, folder, a.keys) for p in programs})
    tell_times(board, runs)
    print("\n" + board.markdown())
    print(f"\n{a.keys} keys of a kind, {a.runs} runs. The terminal alone gives a key back within "
          f"{min(echoes):.1f}–{max(echoes):.1f} ms (p99). The ratios of times are those of p99.")
    for fault in board.faults:
        print(f"jikenbo: {fault}")
    return not board.faults


def tried(program, work, env, folder, *rest):
    """What `work` finds; a program that does not come to an answer is told of."""
    home = os.path.join(folder, "homes", type(program).__name__)
    os.makedirs(home, exist_ok=True)
    try:
        return work(program, dict(env, HOME=home), home, *rest)
    except (Silent, Failed, OSError) as e:
        print(f"{program.name}: FAILED: {e}", flush=True)
        return None
