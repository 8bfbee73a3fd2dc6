"""How well a few hundred decisions teach, on files that the learner never saw: F1 on refused texts.

``python -m bench learning --train A.csv B.csv --test C.csv --decisions 200 --json``. The files have ``text,label`` (in
any order, among other columns); a label is 1, true, yes, spam, bad, toxic, removed or refused, or none of these. The
decisions are drawn from all training files together several times, by lot, with at least fifty of each class (below
that cmday is silent); F1 is the mean of the draws.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cmday.text.learning.features import features
from cmday.text.learning.model import LEAST, Example, Model, fit, probability

DRAWS = 9
_REFUSED = frozenset({"1", "true", "yes", "spam", "bad", "toxic", "removed", "refused"})
_MOST_FIELD = 16 * 1024 * 1024


def main(argv: list[str]) -> int:
    """Teach, judge, print. Exit code 1 where there is too little to learn from."""
    parser = argparse.ArgumentParser(prog="python -m bench learning", description=__doc__)
    parser.add_argument("--train", nargs="+", type=Path, required=True, help="files to draw decisions from")
    parser.add_argument("--test", nargs="+", type=Path, required=True, help="files to judge by")
    parser.add_argument("--decisions", type=int, default=200, help="how many decisions (200)")
    parser.add_argument("--draws", type=int, default=DRAWS, help=f"how often they are drawn ({DRAWS})")
    parser.add_argument("--bound", type=float, default=0.5, help="refused from this probability on (0.5)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args(argv)
    train, test = read(asked.train), read(asked.test)
    told = judge(train, test, asked.decisions, draws=asked.draws, bound=asked.bound)
    if told is None:
        sys.stderr.write(f"error: fewer than {LEAST} decisions of a class, so it stays silent\n")
        return 1
    print(json.dumps(told, indent=2) if asked.json else line(told))
    return 0


def read(files: Sequence[Path]) -> list[Example]:
    """The texts of some files as features; raises ``RuntimeError`` for a file without the two columns."""
    csv.field_size_limit(_MOST_FIELD)
    found: list[Example] = []
    for file in files:
        with file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
            rows = csv.DictReader(lines)
            if not {"text", "label"} <= set(rows.fieldnames or ()):
                raise RuntimeError(f"{file} has no columns text and label")
            found += [(features(row["text"] or ""), (row["label"] or "").strip().lower() in _REFUSED) for row in rows]
    return found


def judge(
    train: Sequence[Example], test: Sequence[Example], decisions: int, *, draws: int, bound: float
) -> dict[str, Any] | None:
    """F1, precision and recall over several draws; None where a draw holds too few of a class to speak."""
    scores = []
    began = time.process_time()
    for lot in range(draws):
        model = fit(draw(train, decisions, random.Random(lot)))
        if model.speaks:
            scores.append(score(model, test, bound))
    if not scores:
        return None
    return {
        "f1": round(statistics.mean(f1 for f1, _, _ in scores), 4),
        "lowest": round(min(f1 for f1, _, _ in scores), 4),
        "highest": round(max(f1 for f1, _, _ in scores), 4),
        "precision": round(statistics.mean(precision for _, precision, _ in scores), 4),
        "recall": round(statistics.mean(recall for _, _, recall in scores), 4),
        "decisions": min(decisions, len(train)),
        "draws": draws,
        "silent": draws - len(scores),
        "test": len(test),
        "cpu_seconds": round(time.process_time() - began, 3),
    }


def draw(train: Sequence[Example], decisions: int, chance: random.Random) -> list[Example]:
    """Some of the texts by lot, in the order of the lot; fifty of each class among them, as far as there are."""
    mixed = chance.sample(train, len(train))
    of_each = {wanted: [one for one in mixed if one[1] is wanted][:LEAST] for wanted in (True, False)}
    sure = {id(one) for some in of_each.values() for one in some}
    rest = [one for one in mixed if id(one) not in sure][: max(0, decisions - len(sure))]
    taken = sure | {id(one) for one in rest}
    return [one for one in mixed if id(one) in taken]


def score(model: Model, test: Sequence[Example], bound: float) -> tuple[float, float, float]:
    """F1, precision and recall of refusals."""
    right = said = there = 0
    for found, refused in test:
        hit = probability(model, found) >= bound
        said += hit
        there += refused
        right += hit and refused
    precision, recall = right / max(1, said), right / max(1, there)
    return 2 * right / max(1, said + there), precision, recall


def line(told: dict[str, Any]) -> str:
    """The judgement in a line."""
    return (
        f"F1 {told['f1']:.3f} ({told['lowest']:.3f} to {told['highest']:.3f} over {told['draws']} draws of"
        f" {told['decisions']} decisions) · precision {told['precision']:.3f} · recall {told['recall']:.3f}"
        f" · {told['test']} texts · {told['cpu_seconds']:.1f} s CPU"
    )
