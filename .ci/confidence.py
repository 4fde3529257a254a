#!/usr/bin/env python3
"""Count, rule by rule, how often an extracted value is right against labelled documents.

usage: confidence.py --gold GOLD.jsonl [...] --records RECORDS.ndjson [...]

RECORDS is what `jikenbo export kind:any --format ndjson` prints for the documents that GOLD labels; the n-th gold
file belongs to the n-th record file. Only values that a rule gave are counted, so that a field left empty counts
nowhere. A rule may say `high` where at least 98 of 100 of its values are right, `medium` from 85. A list is counted
item by item, a moment is right where the day agrees. Prints: field, rule, level, right, total, share.
"""
import argparse
import collections
import json
import os
import re
import unicodedata


def read(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def plain(text):
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text or "")).lower()


def days(events):
    return sorted((e["at"] or "")[:10] for e in events or [])


def is_right(field, gold, record):
    want, got = gold.get(field), record.get(field)
    if field in ("org", "title"):
        return plain(want) == plain(got)
    if field == "third_party":
        a, b = plain(want), plain(got)
        return bool(a) and (a in b or b in a)
    if field == "affected":
        return (want or {}).get("count") == (got or {}).get("count")
    if field == "money":
        return (want or {}).get("amount") == (got or {}).get("amount")
    if field == "occurred":
        return ((want or {}).get("from") or "")[:10] == ((got or {}).get("from") or "")[:10]
    if field == "discovered":
        return (want or "")[:10] == (got or "")[:10]
    return want == got


def items(field, gold, record):
    """How many of a field's values are right, and how many there are."""
    want, got = gold.get(field), record.get(field)
    if field == "timeline":
        want, got = days(want), days(got)
    elif field not in ("actions", "data_types", "follows"):
        return int(is_right(field, gold, record)), 1
    shared = collections.Counter(want or []) & collections.Counter(got or [])
    return sum(shared.values()), len(got or [])


def pairs(gold, records):
    for label in gold:
        if label["kind"] != "incident":
            continue
        for record in records:
            name = os.path.basename((record["source"] or {}).get("path") or "")
            near = abs(record["source"]["line"] - label["line"]) <= 1
            if name.startswith(label["doc"]) and near:
                yield label, record
                break


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", nargs="+", required=True)
    parser.add_argument("--records", nargs="+", required=True)
    args = parser.parse_args()
    right, total = collections.Counter(), collections.Counter()
    for gold, records in zip(args.gold, args.records, strict=True):
        for label, record in pairs(read(gold), read(records)):
            for field, rule in (record.get("rules") or {}).items():
                key = (field, rule, record["confidence"].get(field, "?"))
                hit, all_of = items(field, label, record)
                right[key] += hit
                total[key] += all_of
    for key in sorted(total):
        print(f"{key[0]:18}{key[1]:26}{key[2]:8}{right[key]:4}{total[key]:5}{right[key] / total[key]:7.2f}")


if __name__ == "__main__":
    main()
