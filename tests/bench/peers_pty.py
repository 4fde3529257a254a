"""A program on a pseudo-terminal of its own, and what its screen shows: stamps what comes with the time first and decodes
it later, so that decoding takes no time from what is measured. `peers_terminal.py` asks.
"""
import codecs
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import time

try:
    import pyte
except ImportError:
    pyte = None

MISSING = "the screens are read with pyte: python3 -m venv VENV; VENV/bin/pip install pyte; VENV/bin/python3 peers.py"

# Silence after which a program is taken to have answered.
SILENCE = 0.120
# Chunks that come closer to each other than this are one picture, unless the program says that one has ended.
GAP = 0.005
UPDATE_ENDS = b"\x1b[?2026l"
# Longest wait for anything.
PATIENCE = 60.0

# What pyte draws as text where it should pass over it: private sequences of newer terminals, strings to the terminal.
FOREIGN = re.compile(r"\x1b\[[<=>][0-9;:]*[@-~]|\x1b\[[0-9;?]*[ $!\"'][@-~]|\x1b[P\]X^_].*?(?:\x07|\x1b\\)", re.S)
UNFINISHED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|[P\]X^_](?:(?!\x07|\x1b\\).)*|[ -/]*)?$", re.S)


class Silent(Exception):
    """A program that did not come to show what it was to show."""


def make_screen(columns, rows):
    """A screen of pyte that also knows how to repeat a character and to scroll, which curses makes use of."""
    class Screen(pyte.Screen):
        last = " "

        def draw(self, data):
            super().draw(data)
            self.last = data[-1:] or self.last

        def repeat(self, count=None, **_):
            super().draw(self.last * (count or 1))

        def scroll_up(self, count=None, **_):
            self._scroll(self.index, count, lambda top, bottom: bottom)

        def scroll_down(self, count=None, **_):
            self._scroll(self.reverse_index, count, lambda top, bottom: top)

        def _scroll(self, step, count, edge):
            top, bottom = self.margins or (0, self.lines - 1)
            kept, self.cursor.y = self.cursor.y, edge(top, bottom)
            for _ in range(count or 1):
                step()
            self.cursor.y = kept

    class Stream(pyte.Stream):
        csi = dict(pyte.Stream.csi, b="repeat", S="scroll_up", T="scroll_down")
        events = pyte.Stream.events | {"repeat", "scroll_up", "scroll_down"}

    screen = Screen(columns, rows)
    return screen, Stream(screen)


class Decoder:
    """The screen that bytes make."""

    def __init__(self, columns, rows):
        self.screen, self.stream = make_screen(columns, rows)
        self.text = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self.kept = ""

    def feed(self, data):
        text = self.kept + self.text.decode(data)
        rest = UNFINISHED.search(text)
        self.kept = rest.group() if rest else ""
        text = text[:len(text) - len(self.kept)]
        self.stream.feed(FOREIGN.sub("", text))


class Terminal:
    """A program on a pseudo-terminal; everything has a time limit, and leaving ends the program."""

    def __init__(self, words, env, columns, rows, cwd):
        self.master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.began = time.perf_counter()
        try:
            self.child = subprocess.Popen(words, env=env, cwd=cwd, stdin=slave, stdout=slave, stderr=slave,
                                          start_new_session=True,
                                          preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        except BaseException:
            os.close(self.master)
            raise
        finally:
            os.close(slave)
        self.ready = select.poll()
        self.ready.register(self.master, select.POLLIN)
        self.decoder = Decoder(columns, rows) if pyte else None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """Ends the program and all that it started."""
        try:
            os.killpg(self.child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.child.wait()
        os.close(self.master)

    @property
    def screen(self):
        return self.decoder.screen

    def send(self, keys):
        """Hands keys over: when that began."""
        at = time.perf_counter()
        os.write(self.master, keys.encode())
        return at

    def next(self, patience):
        """What comes next with its time; None where nothing comes for so long."""
        if not self.ready.poll(max(0.0, patience) * 1000):
            return None
        try:
            data = os.read(self.master, 65536)
        except OSError as e:
            raise Silent(f"it ended with {self.child.wait()}") from e
        return time.perf_counter(), data

    def until_silent(self, silence=SILENCE, most=PATIENCE):
        """All chunks that come until none has come for a while."""
        chunks, until = [], time.perf_counter() + most
        while (got := self.next(silence)) and time.perf_counter() < until:
            chunks.append(got)
        return chunks

    def within(self, seconds):
        """All chunks that come within a time."""
        chunks, until = [], time.perf_counter() + seconds
        while got := self.next(until - time.perf_counter()):
            chunks.append(got)
        return chunks

    def wait_for(self, is_there, what, most=PATIENCE):
        """Decodes what comes until the screen is as wished, and then until it is silent."""
        until = time.perf_counter() + most
        while time.perf_counter() < until:
            for _, data in self.within(0.1):
                self.decoder.feed(data)
            if is_there(self.screen):
                return
        raise Silent(f"{what} did not come within {most:.0f} s")

    def settle(self, silence=0.4, most=3.0):
        """Decodes what comes until nothing does; a program that chatters is not waited for longer than `most`."""
        for _, data in self.until_silent(silence, most):
            self.decoder.feed(data)

    def pictures(self, chunks):
        """Feeds chunks to the screen: for each picture when its last byte came, its bytes and the rows it touched."""
        at, size = 0.0, 0
        self.screen.dirty.clear()
        for n, (when, data) in enumerate(chunks):
            self.decoder.feed(data)
            at, size = when, size + len(data)
            if n + 1 == len(chunks) or chunks[n + 1][0] - when > GAP or data.endswith(UPDATE_ENDS):
                yield at, size, set(self.screen.dirty)
                self.screen.dirty.clear()
                size = 0


def lines(screen):
    """The rows of a screen as text. What stands after a wide character is empty, not blank."""
    return ["".join(row[x].data for x in range(screen.columns)) for row in (screen.buffer[y] for y in range(screen.lines))]
