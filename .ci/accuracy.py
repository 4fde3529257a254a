#!/usr/bin/env python3
"""Ingests a labelled corpus, scores the records, and holds every field to its floor.

usage: accuracy.py --shared DIR --bin PATH/TO/jikenbo --floors FILE.json

FILE.json maps a field of score.py's table to the least F1 that is accepted; floors only ever rise. The digest that
names no year is read with `--year 2013`.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--shared", required=True)
    ap.add_argument("--bin", required=True)
    ap.add_argument("--floors", required=True)
    a = ap.parse_args()
    with open(a.floors, encoding="utf-8") as f:
        floors = json.load(f)
    with tempfile.TemporaryDirectory() as folder:
        run = lambda *words: subprocess.run(
            [os.path.abspath(a.bin), "--db", os.path.join(folder, "case.db"), *words],
            check=True, capture_output=True, text=True).stdout
        corpus = os.path.join(a.shared, "corpus")
        print(run("ingest", corpus, "--year", "2013"), end="")
        again = run("ingest", corpus, "--year", "2013", "--json")
        records = os.path.join(folder, "records.ndjson")
        run("export", "kind:any", "--format", "ndjson", "-o", records)
        score = [sys.executable, os.path.join(a.shared, "accuracy", "score.py"),
                 "--gold", os.path.join(a.shared, "accuracy", "gold.jsonl"), "--pred", records]
        print(subprocess.run(score, check=True, capture_output=True, text=True).stdout, end="")
        got = json.loads(subprocess.run([*score, "--json"], check=True, capture_output=True, text=True).stdout)
    failures = []
    if '"updated":0' not in again.replace(" ", "") or '"new":0' not in again.replace(" ", ""):
        failures.append("a second ingest of the same files changed something:\n" + again)
    for field, floor in floors.items():
        value = got["macro_f1"] if field == "macro_f1" else got[field]["f1"]
        if value < floor:
            failures.append(f"{field}: {value:.4f} is below its floor {floor:.4f}")
    for line in failures:
        print("FAILED", line)
    print(f"{len(floors) - len(failures)} of {len(floors)} floors hold")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
