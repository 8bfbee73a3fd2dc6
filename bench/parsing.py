"""200 feeds with two new entries each cost at most a third of the CPU of parsing them whole.

    python -m bench parsing
    python -m bench.parsing --changes     # the CPU seconds of one way, in this process

The feeds are those of ``CMDAY_CORPUS/feeds/real`` in turn where that is set, else made here: 10 to 60 entries each.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

from bench.measure import Promise
from cmday.connectors.feed_changes import read_changes
from cmday.connectors.feed_parsing import parse

FEEDS = 200
QUICK_FEEDS = 40
NEW = 2
LIMIT = 1 / 3
_ITEM = re.compile(rb"<((?:[\w-]+:)?(?:item|entry))[\s>].*?</\1\s*>", re.DOTALL)
_PARAGRAPH = '<p>A second ferry, a longer season, and <a href="/map/{n}">a map of the quays</a> for those who bike.</p>'


def measure(rounds: int, *, quick: bool) -> list[Promise]:
    feeds = QUICK_FEEDS if quick else FEEDS
    pairs = [(_seconds("--changes", feeds), _seconds("--whole", feeds)) for _ in range(max(rounds // 3, 2))]
    changes, whole = (statistics.median(column) for column in zip(*pairs, strict=True))
    return [
        Promise(
            name=f"parsing {feeds} feeds with {NEW} new entries each",
            value=statistics.median(ours / theirs for ours, theirs in pairs),
            limit=LIMIT,
            unit="× whole parse",
            ours=f"split {changes * 1000:.0f} ms",
            peer=f"whole {whole * 1000:.0f} ms",
        )
    ]


def bodies(feeds: int) -> list[tuple[str, bytes, bytes]]:
    """Feeds as (address, body before, body with so many new entries on top)."""
    corpus = Path(os.environ.get("CMDAY_CORPUS", "nowhere"), "feeds", "real")
    files = [file.read_bytes() for file in sorted(corpus.glob("*.xml"))]
    found = []
    for number in range(feeds):
        after = files[number % len(files)] if files else _made(number)
        places = [match.start() for match in _ITEM.finditer(after)]
        before = after[: places[0]] + after[places[NEW] :] if len(places) > NEW else after
        found.append((f"http://f{number}.localhost/feed", before, after))
    return found


def _made(number: int) -> bytes:
    told = "".join(
        f"<item><title>Feed {number}, part {n}: the season is extended</title><link>/{n}</link>"
        f'<guid isPermaLink="false">urn:{number}:{n}</guid><pubDate>Sun, 01 Nov 2026 08:{n % 60:02d}:00 GMT</pubDate>'
        f"<description><![CDATA[{_PARAGRAPH.format(n=n) * 15}]]></description></item>"
        for n in range(10 + number % 50)
    )
    return f"<rss version='2.0'><channel><title>Feed {number}</title>{told}</channel></rss>".encode()


def _seconds(way: str, feeds: int) -> float:
    asked = subprocess.run(
        [sys.executable, "-m", "bench.parsing", way, "--feeds", str(feeds)], check=True, capture_output=True, text=True
    )
    return float(asked.stdout)


def _spent(feeds: list[tuple[str, bytes, bytes]], *, whole: bool) -> float:
    """CPU seconds of reading the later bodies; the first one, which imports the parser, is not counted."""
    known = [None if whole else read_changes(before, None, url, None).known for url, before, _ in feeds]
    parse(feeds[0][1], None, feeds[0][0])
    began = time.process_time()
    for (url, _, after), there in zip(feeds, known, strict=True):
        if whole:
            parse(after, None, url)
        else:
            read_changes(after, None, url, there)
    return time.process_time() - began


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.parsing")
    ways = parser.add_mutually_exclusive_group(required=True)
    ways.add_argument("--whole", action="store_true")
    ways.add_argument("--changes", action="store_true")
    parser.add_argument("--feeds", type=int, default=FEEDS)
    asked = parser.parse_args()
    print(_spent(bodies(asked.feeds), whole=asked.whole))
