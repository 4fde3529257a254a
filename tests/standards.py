#!/usr/bin/env python3
"""Reads exports back with programs of others: tests/standards.py PATH-TO-jikenbo [DIGESTS…] [--veris SCHEMA].

Exports every incident of the digests (the sample without any) in each format and hands the files to jsonschema,
stix2-validator, pymisp, icalendar, openpyxl, markdown-it-py, html5lib and Python's own csv and json. A library that is not
installed is named as skipped. Exit 1 when one of them refuses a file.
"""
import argparse, csv, importlib, importlib.metadata, io, json, pathlib, re, subprocess, sys, tempfile

PEOPLE = argparse.ArgumentParser(description=__doc__)
PEOPLE.add_argument("program")
PEOPLE.add_argument("digests", nargs="*")
PEOPLE.add_argument("--veris", help="verisc-merged.json")
ARGS = PEOPLE.parse_args()
HOUSE = pathlib.Path(__file__).resolve().parent.parent
FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="jikenbo-standards-"))
FAILED = []


def run(*args):
    return subprocess.run([ARGS.program, "--db", FOLDER / "s.db", *args], capture_output=True)


def export(form, *more):
    path = FOLDER / "-".join(["out", *more, "." + form]).replace("/", "_")
    done = run("export", "kind:any status:any", "--format", form, "-o", path, *more)
    if done.returncode:
        sys.exit(done.stderr.decode())
    return path


def library(name, package=None):
    """The module and its version, or None where it is not installed."""
    try:
        module = importlib.import_module(name)
    except ImportError:
        print(f"skipped: {package or name} is not installed")
        return None, None
    return module, importlib.metadata.version(package or name)


def told(what, ok, detail):
    print(f"{'ok  ' if ok else 'FAIL'} {what}: {detail}")
    if not ok:
        FAILED.append(what)


def tables(count):
    rows = list(csv.DictReader(open(export("csv"), newline="", encoding="utf-8")))
    told("csv (Python csv)", len(rows) == count, f"{len(rows)} rows, {len(rows[0])} columns")
    lines = export("tsv").read_text("utf-8").split("\n")[:-1]
    widths = {len(line.split("\t")) for line in lines}
    told("tsv (split at tabs)", len(lines) == count + 1 and len(widths) == 1, f"{len(lines) - 1} rows, {widths} columns")
    for form, need in [("timesketch", ["message", "datetime", "timestamp_desc"]), ("iris", None)]:
        rows = list(csv.DictReader(open(export(form), newline="", encoding="utf-8")))
        names = list(rows[0])
        iris = "event_date,event_tz,event_title,event_category,event_content,event_raw,event_source,event_assets,event_iocs,event_tags"
        ok = names[:3] == need if need else ",".join(names) == iris
        whole = all(None not in row and None not in row.values() for row in rows)
        told(f"{form} (Python csv)", ok and whole, f"{len(rows)} events")
    lines = export("timesketch", "--timesketch-format", "jsonl").read_text("utf-8").splitlines()
    stamp = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+09:00$")
    ok = all(stamp.match(json.loads(line)["datetime"]) for line in lines)
    told("timesketch jsonl (Python json)", ok, f"{len(lines)} events")


def records(count):
    array = json.load(open(export("json")))
    lines = [json.loads(line) for line in open(export("ndjson"))]
    told("json, ndjson (Python json)", array == lines and len(lines) == count, f"{len(lines)} records")
    jsonschema, version = library("jsonschema")
    if jsonschema:
        schema = json.load(open(HOUSE / "assets/schema/incident.schema.json"))
        validator = jsonschema.validators.validator_for(schema)(schema)
        wrong = [(r["id"], e.message) for r in lines for e in validator.iter_errors(r)]
        told(f"ndjson (jsonschema {version}, incident.schema.json)", not wrong, wrong[:3] or f"{len(lines)} valid")
        if ARGS.veris:
            veris(jsonschema, version, count)


def veris(jsonschema, version, count):
    schema = json.load(open(ARGS.veris))
    validator = jsonschema.validators.validator_for(schema)(schema)
    incidents = json.load(open(export("veris")))
    wrong = [(i["summary"], list(e.path), e.message[:200]) for i in incidents for e in validator.iter_errors(i)]
    told(f"veris (jsonschema {version}, verisc-merged)", not wrong and len(incidents) == count, wrong[:3] or f"{len(incidents)} valid")
    wrong = [(i["summary"], why) for i in incidents for why in veris_rules(i)]
    told("veris (rules between its fields)", not wrong, wrong[:3] or f"{len(incidents)} hold to them")


def veris_rules(i):
    """What VERIS' own checker asks beyond the schema."""
    action, attribute = i["action"], i["attribute"]
    varieties = lambda part, name: part.get(name, {}).get("variety", [])
    integrity, availability = varieties(attribute, "integrity"), varieties(attribute, "availability")
    if "malware" in action and "Software installation" not in integrity:
        yield "malware without integrity Software installation"
    if "social" in action and "Alter behavior" not in integrity:
        yield "social without integrity Alter behavior"
    if "Theft" in varieties(action, "physical") and "Loss" not in availability:
        yield "theft without availability Loss"
    if "Loss" in varieties(action, "error") and "Loss" not in availability:
        yield "loss without availability Loss"
    if "Ransomware" in varieties(action, "malware"):
        if "Obscuration" not in availability:
            yield "ransomware without availability Obscuration"
        if "Cryptocurrency" not in i.get("value_chain", {}).get("cash-out", {}).get("variety", []):
            yield "ransomware without cash-out Cryptocurrency"
    if {"error", "misuse"} & set(action) and not {"internal", "partner"} & set(i["actor"]):
        yield "error or misuse by nobody inside"
    victim = i["victim"]
    if victim["industry"].startswith("92") == (victim["government"] == ["NA"]):
        yield "government and industry disagree"
    confidentiality = attribute.get("confidentiality", {})
    total = confidentiality.get("data_total")
    if total is not None and any(d.get("amount", 0) > total for d in confidentiality.get("data", [])):
        yield "more of one kind of data than of all"
    if confidentiality.get("data_disclosure") == "No" and ("data" in confidentiality or "data_total" in confidentiality):
        yield "nothing disclosed, and yet data"


def stix(count):
    path = export("stix")
    bundle = json.load(open(path))
    kinds = [o["type"] for o in bundle["objects"]]
    told("stix (counted)", kinds.count("incident") == count and kinds.count("report") == 1, f"{len(kinds)} objects")
    stix2validator, version = library("stix2validator", "stix2-validator")
    if stix2validator:
        result = stix2validator.validate_file(str(path), stix2validator.ValidationOptions(version="2.1"))
        results = result.object_results if hasattr(result, "object_results") else [result]
        errors = [str(e) for r in results for e in (r.errors or [])]
        warnings = sorted({re.sub(r"'[^']*'", "…", str(w).split(": ", 1)[-1])[:90] for r in results for w in (r.warnings or [])})
        told(f"stix (stix2-validator {version})", result.is_valid and not errors, errors[:3] or f"valid; kinds of warnings: {warnings}")


def misp(count):
    events = json.load(open(export("misp")))
    pymisp, version = library("pymisp")
    if pymisp:
        loaded = []
        for event in events:
            one = pymisp.MISPEvent()
            one.from_dict(**json.loads(json.dumps(event)))
            loaded.append(json.loads(one.to_json()))
        objects = sum(len(e["Object"]) for e in loaded)
        same = all(len(a["Object"]) == len(b["Event"]["Object"]) for a, b in zip(loaded, events))
        told(f"misp (pymisp {version})", len(loaded) == count and same, f"{len(loaded)} events, {objects} objects")


def calendar():
    text = export("ics").read_bytes()
    told("ics (octets a line)", all(len(line) <= 75 for line in text.split(b"\r\n")), f"{len(text)} bytes")
    icalendar, version = library("icalendar")
    if icalendar:
        events = icalendar.Calendar.from_ical(text).walk("VEVENT")
        wrong = [e.errors for e in events if e.errors]
        unique = len({str(e["UID"]) for e in events}) == len(events)
        told(f"ics (icalendar {version})", not wrong and unique, f"{len(events)} events")


def reports(count):
    markdown, version = library("markdown_it", "markdown-it-py")
    if markdown:
        tokens = markdown.MarkdownIt("gfm-like", {"linkify": False}).parse(export("markdown").read_text("utf-8"))
        headings = [t for t in tokens if t.type == "heading_open" and t.tag == "h2"]
        # Month, action, largest and the list come before the incidents.
        sections = len(headings) - 4
        tables = sum(t.type == "table_open" for t in tokens)
        html = [t for t in tokens if t.type.startswith("html")]
        told(f"markdown (markdown-it-py {version})", sections == count and not html, f"{sections} sections, {tables} tables, no HTML")
    lines = export("mermaid").read_text("utf-8").splitlines()
    form = re.compile(r"^(timeline|    title .+|    section \d{4}-\d\d|        \d{4}-\d\d-\d\d : [^:]+|                   : [^:]+)$")
    wrong = [line for line in lines if not form.match(line)]
    told("mermaid (the grammar of its timelines)", not wrong, wrong[:2] or f"{len(lines)} lines")


def workbook(count):
    path = export("xlsx")
    openpyxl, version = library("openpyxl")
    if openpyxl:
        path = path.rename(path.with_suffix(".xlsx"))
        book = openpyxl.load_workbook(path)
        rows, events, counts = (book[name] for name in ("incidents", "events", "counts"))
        moments = [c.value for column in ("C", "D") for c in events[column][1:] if c.value is not None]
        headed = all(s.freeze_panes == "A2" and s.auto_filter.ref == s.dimensions for s in (rows, events))
        charts = {c.title.tx.rich.p[0].r[0].t for c in counts._charts}
        whole = sum(r[1].value for r in counts.iter_rows(min_row=2) if r[1].value is not None)
        dated = sum(r[names.index("published")].value is not None for r in rows.iter_rows(min_row=2)) if (names := [c.value for c in rows[1]]) else 0
        told("xlsx (filters, frozen heads, typed events, charts)",
             headed and moments and all(hasattr(m, "year") for m in moments) and len(charts) == 2 and whole == dated,
             f"{len(moments)} typed moments, charts {sorted(charts)}, {whole} incidents by month")
        names = [c.value for c in rows[1]]
        dates = [r[names.index("published")].value for r in rows.iter_rows(min_row=2)]
        typed = all(d is None or hasattr(d, "year") for d in dates) and any(dates)
        formulas = [c.coordinate for sheet in book for r in sheet.iter_rows() for c in r if c.data_type == "f"]
        ok = rows.max_row == count + 1 and typed and not formulas and rows.freeze_panes == "A2" and rows.auto_filter.ref
        told(f"xlsx (openpyxl {version})", ok, f"{rows.max_row - 1} incidents, {events.max_row - 1} events, {len(counts._charts)} charts, {formulas} formulas")


def accessible(tree, lang):
    """Headings, tables, pictures, links and languages that readers of a screen go by."""
    ns, wrong = "{http://www.w3.org/1999/xhtml}", []
    words = lambda e: "".join(e.itertext()).strip()
    levels = [int(e.tag[-1]) for e in tree.iter() if re.fullmatch(re.escape(ns) + "h[1-6]", str(e.tag))]
    if levels.count(1) != 1 or any(b > a + 1 for a, b in zip(levels, levels[1:])):
        wrong.append(f"headings {levels[:9]}")
    for table in tree.iter(ns + "table"):
        heads = list(table.iter(ns + "th"))
        if table.find(ns + "caption") is None or not words(table.find(ns + "caption")):
            wrong.append("a table without caption")
        if not heads or any(h.get("scope") not in ("col", "row") or not words(h) for h in heads):
            wrong.append("a head of a table without scope or words")
    wrong += ["a picture without a name" for e in tree.iter("{http://www.w3.org/2000/svg}svg") if e.get("role") != "img" or not e.get("aria-label")]
    wrong += ["a picture without alt" for e in tree.iter(ns + "img") if not e.get("alt")]
    wrong += ["a link without words" for e in tree.iter(ns + "a") if not words(e)]
    if not tree.get("lang") or not words(tree.find(f"{ns}head/{ns}title")):
        wrong.append("no language or title")

    def japanese(e, told):
        told = e.get("lang") or told
        texts = [e.text or ""] + [c.tail or "" for c in e]
        if told != "ja" and any(c >= "\u3040" and c <= "\u9fff" for c in "".join(texts)):
            yield f"Japanese not said to be: {''.join(texts).strip()[:30]}"
        for child in e:
            if isinstance(child.tag, str):
                yield from japanese(child, told)

    wrong += list(japanese(tree.find(ns + "body"), tree.get("lang")))
    told(f"html {lang} (headings, tables, pictures, links, languages)", not wrong, wrong[:4] or f"{len(levels)} headings")


def luminance(colour):
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast():
    """Every colour of text on every ground that it may stand on, in the light and in the dark (WCAG 2: 4.5)."""
    css = (HOUSE / "assets/report/report.css").read_text()
    schemes = [dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block)) for block in re.findall(r":root \{([^}]*)\}", css)]
    loose = re.findall(r"(?:color|fill|stroke|background): *#\w+", css)
    wrong, least = [f"a colour of its own: {c}" for c in loose], 99
    for scheme, colours in zip(("light", "dark"), schemes):
        pairs = [(t, g, 4.5) for t in ("ink", "dim", "bad", "link") for g in ("paper", "soft")]
        for text, ground, need in pairs + [("ink", "mark", 4.5), ("bar", "paper", 3), ("bar", "soft", 3)]:
            a, b = sorted((luminance(colours[text]), luminance(colours[ground])))
            ratio = (b + 0.05) / (a + 0.05)
            least = min(least, ratio)
            if ratio < need:
                wrong.append(f"{scheme}: {text} on {ground} {ratio:.2f}")
    told("html (contrast in the light and the dark)", len(schemes) == 2 and not wrong, wrong or f"least {least:.2f}")


def pages(count):
    html5lib, version = library("html5lib")
    for lang in ("en", "ja"):
        path = export("html", "--lang", lang)
        text = path.read_text("utf-8")
        outside = re.findall(r"""(?:src|href)=["'](?!#|https?://)[^"']*|<script|@import|url\(""", text)
        told(f"html {lang} (nothing fetched, no script)", not outside, outside[:3] or f"{len(text)} characters")
        if html5lib:
            parser = html5lib.HTMLParser(strict=False)
            tree = parser.parse(text)
            ns = "{http://www.w3.org/1999/xhtml}"
            articles = len(tree.findall(f".//{ns}article"))
            pictures = tree.findall(".//{http://www.w3.org/2000/svg}svg")
            named = all(p.get("role") == "img" and p.get("aria-label") for p in pictures)
            ids = [e.get("id") for e in tree.iter() if e.get("id")]
            ok = not parser.errors and articles == count and named and len(ids) == len(set(ids)) and tree.get("lang") == lang
            accessible(tree, lang)
            told(f"html {lang} (html5lib {version})", ok, parser.errors[:2] or f"{articles} articles, {len(pictures)} pictures with descriptions")


digests = ARGS.digests or [HOUSE / "assets/sample"]
run("ingest", *digests)
COUNT = len(run("list", "kind:any status:any", "--format", "ids").stdout.split())
print(f"{COUNT} incidents")
tables(COUNT)
records(COUNT)
stix(COUNT)
misp(COUNT)
calendar()
reports(COUNT)
workbook(COUNT)
pages(COUNT)
contrast()
sys.exit(1 if FAILED else 0)
