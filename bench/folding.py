"""How well headlines fold into stories: B-cubed precision and recall on any file of labelled headlines, and CPU.

``python -m bench folding FILE --json``. The file has ``story, source, time, title``, parted by tabs, with or without a
header (which may name the columns in another order); time is epoch seconds or milliseconds, or ISO 8601.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from cmday.steps.news.folding import Folder
from cmday.steps.news.folding_window import Window
from cmday.steps.news.folding_words import headline
from cmday.text.matching import words
from cmday.text.small_words import SMALL

COLUMNS = ("story", "source", "time", "title")
_ALSO = {
    "cluster": "story",
    "label": "story",
    "publisher": "source",
    "feed": "source",
    "timestamp": "time",
    "date": "time",
    "published": "time",
    "headline": "title",
}
_MILLISECONDS = 100_000_000_000
PLAIN = 0.3


class Labelled(msgspec.Struct, frozen=True):
    """One line of the file; ``at`` in epoch seconds."""

    story: str
    source: str
    at: int
    title: str


def read(file: Path) -> list[Labelled]:
    """The headlines of a file, oldest first; raises ``RuntimeError`` naming the line that has too few columns."""
    rows = [
        line.rstrip("\r\n").split("\t")
        for line in file.read_text(encoding="utf-8-sig", errors="replace").split("\n")
        if line.strip()
    ]
    order: Sequence[int] = (0, 1, 2, 3)
    if rows:
        names = [_ALSO.get(name.strip().lower(), name.strip().lower()) for name in rows[0]]
        if set(COLUMNS) <= set(names):
            order = [names.index(name) for name in COLUMNS]
            del rows[0]
    found = []
    for number, row in enumerate(rows, 1):
        if len(row) <= max(order):
            raise RuntimeError(f"{file}: row {number} has {len(row)} columns instead of {len(COLUMNS)}")
        story, source, at, title = (row[place].strip() for place in order)
        try:
            found.append(Labelled(story, source, _epoch(at), title))
        except ValueError:
            raise RuntimeError(f"{file}: row {number}: {at!r} is no time") from None
    return sorted(found, key=lambda one: one.at)


def _epoch(word: str) -> int:
    try:
        number = float(word)
    except ValueError:
        moment = datetime.fromisoformat(word.replace(" UTC", "+00:00"))
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    return int(number / 1000 if number > _MILLISECONDS else number)


def fold(lines: Sequence[Labelled]) -> list[int]:
    """The story that cmday gives to each line, one line after the other as a refresh would bring them."""
    folder = Folder(Window())
    given = [folder.fold(headline(line.title, line.source, line.at, name=line.source)) for line in lines]
    return [folder.window.root(number) for number in given]


def fold_plainly(lines: Sequence[Labelled], bound: float = PLAIN) -> list[int]:
    """What to beat: whoever shares ``bound`` of all words (Jaccard) is one story."""
    roots = list(range(len(lines)))
    having: dict[str, list[int]] = {}
    sets = [frozenset(words(line.title)) - SMALL for line in lines]
    for number, mine in enumerate(sets):
        shares = Counter(other for word in mine for other in having.get(word, ()))
        for other, shared in shares.items():
            if shared >= bound * len(mine | sets[other]):
                roots[_find(roots, number)] = _find(roots, other)
        for word in mine:
            having.setdefault(word, []).append(number)
    return [_find(roots, number) for number in range(len(lines))]


def _find(roots: list[int], number: int) -> int:
    while roots[number] != number:
        roots[number] = number = roots[roots[number]]
    return number


def b_cubed(truth: Sequence[object], given: Sequence[object]) -> tuple[float, float]:
    """Precision and recall averaged over the items (Bagga and Baldwin 1998)."""
    if not truth:
        return 1.0, 1.0
    both = Counter(zip(truth, given, strict=True))
    stories, folds = Counter(truth), Counter(given)
    precision = sum(count * count / folds[fold] for (_, fold), count in both.items())
    recall = sum(count * count / stories[story] for (story, _), count in both.items())
    return precision / len(truth), recall / len(truth)


def measure_file(file: Path) -> dict[str, Any]:
    """What is printed of a file."""
    lines = read(file)
    truth = [line.story for line in lines]
    began = time.process_time()
    given = fold(lines)
    cpu = time.process_time() - began
    began = time.process_time()
    plainly = fold_plainly(lines)
    plain_cpu = time.process_time() - began
    precision, recall = b_cubed(truth, given)
    plain_precision, plain_recall = b_cubed(truth, plainly)
    return {
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(2 * precision * recall / (precision + recall), 4),
        "cpu_seconds": round(cpu, 3),
        "items": len(lines),
        "stories": len(set(truth)),
        "folds": len(set(given)),
        "baseline": {
            "name": f"Jaccard {PLAIN}, any pair",
            "precision": round(plain_precision, 4),
            "recall": round(plain_recall, 4),
            "cpu_seconds": round(plain_cpu, 3),
        },
    }


def main(argv: list[str]) -> int:
    """Measure one file."""
    parser = argparse.ArgumentParser(prog="python -m bench folding", description="How well headlines fold.")
    parser.add_argument("file", type=Path, help="tab-separated: story, source, time, title")
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args(argv)
    found = measure_file(asked.file)
    if asked.json:
        print(json.dumps(found, indent=2))
        return 0
    plain = found["baseline"]
    print(f"{found['items']} headlines of {found['stories']} stories in {found['folds']}, {found['cpu_seconds']} s CPU")
    print(f"B-cubed precision {found['precision']:.3f}, recall {found['recall']:.3f}")
    print(f"{plain['name']}: precision {plain['precision']:.3f}, recall {plain['recall']:.3f}")
    return 0
