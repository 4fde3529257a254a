#!/usr/bin/env python3
"""Makes the README's picture from the real program: runs the demo in tmux and draws its screen as SVG.

usage: screen.py --bin PATH/TO/jikenbo [--size 120x36] [--keys KEY ...] -o FILE.svg
       screen.py --bin PATH/TO/jikenbo --text        (prints the screen instead)

KEYs are tmux key names, sent in order (`j`, `Space`, `Enter`, `/`); without any, those of the README's picture. Needs tmux.
"""
import argparse
import html
import os
import re
import subprocess
import sys
import tempfile
import time
import unicodedata

PALETTE = ["#1d2021", "#cc6666", "#8abe6b", "#d8b45c", "#6f9fd8", "#b48ead", "#6fb5b5", "#d0d0d0",
           "#767676", "#e88a8a", "#a8d98a", "#f0d080", "#94bff0", "#d0a8d8", "#94d8d8", "#ffffff"]
BACK, FORE = "#1d2021", "#d8d8d2"
CELL_W, CELL_H = 8.4, 18


def tmux(*words):
    return subprocess.run(["tmux", "-L", "picture", *words], check=True, capture_output=True, text=True).stdout


def settle(wait):
    last, deadline = None, time.monotonic() + wait
    while time.monotonic() < deadline:
        time.sleep(0.25)
        now = tmux("capture-pane", "-p", "-t", "p")
        if now == last and now.strip():
            return
        last = now


# A case of several organisations, one of them marked.
README = ["/", "case:2024-203", "Enter", "j", "Space", "j"]


def capture(binary, columns, rows, keys, text):
    with tempfile.TemporaryDirectory() as home:
        env = ["-e", f"HOME={home}", "-e", "USER=hanako", "-e", "LANG=C.UTF-8", "-e", "TERM=tmux-256color"]
        tmux("-f", "/dev/null", "new-session", "-d", "-s", "p", "-x", str(columns), "-y", str(rows), *env,
             os.path.abspath(binary), "demo")
        try:
            settle(15)
            for key in keys:
                tmux("send-keys", "-t", "p", key)
                time.sleep(0.15)
            settle(5)
            return tmux("capture-pane", "-p", "-N", "-t", "p", *([] if text else ["-e"]))
        finally:
            tmux("kill-server")


def color(code, bright=False):
    return PALETTE[code + (8 if bright else 0)]


def spans(line):
    """Yields (text, style) with style = dict of fg, bg, bold, reverse, underline."""
    style = {}
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        m = re.fullmatch(r"\x1b\[([0-9;]*)m", part)
        if not m:
            if part:
                yield part, dict(style)
            continue
        codes = [int(c or 0) for c in m.group(1).split(";")]
        i = 0
        while i < len(codes):
            c = codes[i]
            if c == 0:
                style = {}
            elif c in (1, 2, 3, 4, 7):
                style[{1: "bold", 2: "dim", 3: "italic", 4: "underline", 7: "reverse"}[c]] = True
            elif 30 <= c <= 37 or 90 <= c <= 97:
                style["fg"] = color(c % 10, c >= 90)
            elif 40 <= c <= 47 or 100 <= c <= 107:
                style["bg"] = color(c % 10, c >= 100)
            elif c in (38, 48) and codes[i + 1 : i + 2] == [5]:
                style["fg" if c == 38 else "bg"] = PALETTE[codes[i + 2] % 16]
                i += 2
            elif c in (39, 49):
                style.pop("fg" if c == 39 else "bg", None)
            i += 1


def columns_of(char):
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def svg(screen, columns, rows):
    width, height = columns * CELL_W + 16, rows * CELL_H + 16
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
           f'font-family="DejaVu Sans Mono, Noto Sans Mono CJK JP, IPAGothic, monospace" font-size="14">',
           f'<rect width="100%" height="100%" rx="6" fill="{BACK}"/>']
    for row, line in enumerate(screen.split("\n")[:rows]):
        column, y = 0, 8 + row * CELL_H
        for text, style in spans(line):
            fg, bg = style.get("fg", FORE), style.get("bg")
            if style.get("reverse"):
                fg, bg = bg or BACK, style.get("fg", FORE)
            wide = sum(map(columns_of, text))
            if bg:
                out.append(f'<rect x="{8 + column * CELL_W:.1f}" y="{y}" width="{wide * CELL_W:.1f}" '
                           f'height="{CELL_H}" fill="{bg}"/>')
            look = (' font-weight="bold"' if style.get("bold") else "") + (' opacity="0.65"' if style.get("dim") else "")
            look += ' text-decoration="underline"' if style.get("underline") else ""
            # Runs of one width are pinned to the grid, whatever font the reader has.
            for m in re.finditer(r"[\u1100-\uffef]+|[^\u1100-\uffef]+", text):
                run, start = m.group(), column + sum(map(columns_of, text[: m.start()]))
                if run.strip():
                    lead = len(run) - len(run.lstrip())
                    start += sum(map(columns_of, run[:lead]))
                    run = run.strip()
                    out.append(f'<text x="{8 + start * CELL_W:.1f}" y="{y + 13.5:.1f}" fill="{fg}"{look} '
                               f'textLength="{sum(map(columns_of, run)) * CELL_W:.1f}" xml:space="preserve" '
                               f'lengthAdjust="spacingAndGlyphs">{html.escape(run)}</text>')
            column += wide
    return "\n".join([*out, "</svg>"]) + "\n"


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--bin", required=True)
    ap.add_argument("--size", default="120x36")
    ap.add_argument("--keys", nargs="*", default=README)
    ap.add_argument("--text", action="store_true")
    ap.add_argument("-o", "--output")
    a = ap.parse_args()
    columns, rows = map(int, a.size.split("x"))
    screen = capture(a.bin, columns, rows, a.keys, a.text)
    if a.text or not a.output:
        sys.stdout.write(screen)
        return
    with open(a.output, "w", encoding="utf-8") as f:
        f.write(svg(screen, columns, rows))


if __name__ == "__main__":
    main()
