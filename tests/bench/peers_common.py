"""What the parts of the comparison share: running programs within a time limit, telling of one that fails or is not there,
and the incidents as they are handed to all of them.
"""
import collections
import re
import statistics
import subprocess
import time
import unicodedata

LIMIT = 120
EVERYTHING = ["kind:any", "status:any"]

VD_HOW = "python3 -m venv VENV; VENV/bin/pip install visidata; --vd VENV/bin/vd"
LNAV_HOW = "apt-get install lnav"


class Failed(Exception):
    """A program that did not do what was asked: what it said."""


def run(words, env=None, stdin=None, cwd=None, limit=LIMIT):
    """Runs a program: what it printed, and how long it took in seconds."""
    began = time.perf_counter()
    try:
        done = subprocess.run(words, env=env, cwd=cwd, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=limit, check=False)
    except subprocess.TimeoutExpired as e:
        raise Failed(f"{words[0]} took longer than {limit} s") from e
    took = time.perf_counter() - began
    if done.returncode != 0:
        raise Failed(f"{' '.join(map(str, words))[:200]}: {done.stderr.decode(errors='replace').strip()[-300:]}")
    return done.stdout.decode(errors="replace"), took


def median(runs, work):
    """The median of the times that `work` gives."""
    return statistics.median(work() for _ in range(runs))


def fold(text):
    """A text as jikenbo searches it, but for old forms of radicals."""
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).lower())
    return re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", text).strip()


def clean(text):
    """A text that can stand on one line of any program's input."""
    return "".join(c if c.isprintable() else " " for c in text)


Row = collections.namedtuple("Row", "id status published people action org title tags")


def listed(jikenbo, db, env):
    """All incidents with the columns of the workbench's list, newest first as there."""
    out, _ = run([jikenbo, "--db", db, "list", *EVERYTHING, "--format", "tsv", "--columns", ",".join(Row._fields)], env)
    return [Row(*map(clean, line.split("\t"))) for line in out.splitlines()[1:]]


def visidata_version(program, env):
    return "VisiData " + run([program, "--version"], env=env)[0].strip().rsplit(" v", 1)[-1]


def skipped(name, how):
    print(f"{name}: skipped, it is not installed ({how})", flush=True)


def guarded(name, work):
    try:
        work()
    except Failed as e:
        print(f"{name}: FAILED: {e}", flush=True)
