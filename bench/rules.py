"""Which items each rule hits, and the CPU it takes: any rules.toml on any file of items.

``python -m bench rules RULES.toml ITEMS.csv --json``. The file has a header that names at least ``text``; what else it
may have is in ``COLUMNS``. Without such a header the first column is the text. An item is called by its ``id``, else by
its place among the items, from 0 on.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cmday.config.rules import RuleBook, read_rules
from cmday.core.items import KINDS
from cmday.core.things import Recent, Thing
from cmday.steps.moderation.rules.judging import Examiner

TEXT = ("text", "body", "content", "comment", "message", "comment_text")
COLUMNS = (
    *("id", "author", "author_handle", "kind", "community", "network", "at", "joined", "age_days", "roles", "score"),
    *("reports", "edited", "top_level", "labels", "lang"),
)
_ALSO = {
    "handle": "author_handle",
    "user": "author_handle",
    "username": "author_handle",
    "name": "author",
    "date": "at",
    "time": "at",
    "created_at": "at",
    "timestamp": "at",
    "account_created": "joined",
    "account_age_days": "age_days",
    "age": "age_days",
    "role": "roles",
    "label": "labels",
    "language": "lang",
    "karma": "score",
}
_LONGEST = 1_000_000
_THEN = datetime(2026, 11, 2, 8, 31, tzinfo=UTC)


def read(file: Path) -> list[Thing]:
    """The items of a file; raises ``RuntimeError`` naming the line where it is no CSV."""
    csv.field_size_limit(_LONGEST)
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as source:
        rows = csv.reader(source, delimiter="\t" if file.suffix == ".tsv" else ",")
        try:
            lines = [row for row in rows if row]
        except csv.Error as why:
            raise RuntimeError(f"{file}: line {rows.line_num}: {why}") from None
    names = [_named(name) for name in lines[0]] if lines else []
    if "text" in names:
        del lines[0]
    else:
        names = ["text"]
    return [_thing(dict(zip(names, row, strict=False)), number) for number, row in enumerate(lines)]


def _named(header: str) -> str:
    name = header.strip().casefold().replace(" ", "_")
    return "text" if name in TEXT else _ALSO.get(name, name)


def _thing(row: Mapping[str, str], number: int) -> Thing:
    at = _moment(row.get("at", ""))
    kind = row.get("kind", "").strip()
    handle = row.get("author_handle") or row.get("author") or ""
    age = _number(row.get("age_days", ""))
    return Thing(
        id=row.get("id") or str(number),
        text=row.get("text", ""),
        network=row.get("network", ""),
        community=row.get("community") or None,
        author=row.get("author") or handle,
        author_handle=handle,
        kind=kind if kind in KINDS else None,
        at=at,
        joined=(at or _THEN) - timedelta(days=age) if age is not None else _moment(row.get("joined", "")),
        score=_number(row.get("score", "")),
        roles=_several(row.get("roles", "")),
        reports=int(_number(row.get("reports", "")) or 0),
        edited=row.get("edited", "").strip().casefold() in ("1", "true", "yes"),
        top_level=_flag(row.get("top_level", "")),
        labels=_several(row.get("labels", "")),
        language=row.get("lang") or None,
    )


def _several(words: str) -> tuple[str, ...]:
    return tuple(word for word in words.replace(";", " ").replace(",", " ").split() if word)


def _flag(word: str) -> bool | None:
    return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}.get(word.strip().casefold())


def _number(word: str) -> float | None:
    try:
        return float(word)
    except ValueError:
        return None


def _moment(word: str) -> datetime | None:
    try:
        number = _number(word)
        found = datetime.fromtimestamp(number, UTC) if number is not None else datetime.fromisoformat(word.strip())
    except (ValueError, OverflowError, OSError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def recent_of(things: Sequence[Thing]) -> Recent:
    """What an author said before, by the file alone."""
    said: dict[str, list[tuple[datetime, int]]] = {}
    for number, one in enumerate(things):
        if one.at and one.author_handle:
            said.setdefault(one.author_handle, []).append((one.at, number))
    for several in said.values():
        several.sort()

    def recent(one: Thing, span: timedelta) -> list[str]:
        several = said.get(one.author_handle, [])
        assert one.at is not None, "who asks knows when it was said"
        first = bisect_left(several, (one.at - span, -1))
        return [things[number].text for at, number in several[first:] if at <= one.at and things[number] is not one]

    return recent


def judge(book: RuleBook, things: Sequence[Thing]) -> dict[str, Any]:
    """What is printed of rules and items."""
    began = time.process_time()
    examiner = Examiner(book.rules, roles=book.roles, recent=recent_of(things), now=_THEN)
    judged = [examiner.judge(one) for one in things]
    spent = time.process_time() - began
    hits: dict[str, list[str]] = {rule.name: [] for rule in book.rules}
    found = []
    for row, (one, judgement) in enumerate(zip(things, judged, strict=True)):
        for hit in judgement.hits:
            hits[hit.rule].append(one.id)
        if judgement.hits:
            found.append(
                {
                    "row": row,
                    "id": one.id,
                    "rules": [hit.rule for hit in judgement.hits],
                    "spoken_of": [hit.rule for hit in judgement.hits if hit.spoken_of],
                    "strictest": judgement.strictest,
                }
            )
    return {
        "items": len(things),
        "rules": len(book.rules),
        "cpu_seconds": round(spent, 3),
        "hits": hits,
        "hit_items": found,
        "problems": [one.message.english for one in book.problems],
        "alerts": [one.message.english for one in examiner.alerts.values()],
    }


def main(argv: list[str]) -> int:
    """Judge one file."""
    parser = argparse.ArgumentParser(prog="python -m bench rules", description="Which items each rule hits, and CPU.")
    parser.add_argument("rules", type=Path, help="a rules.toml; word lists lie in the folder words beside it")
    parser.add_argument("items", type=Path, help="a CSV file with a column text")
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args(argv)
    for file in (asked.rules, asked.items):
        if not file.is_file():
            raise RuntimeError(f"there is no file {file}")
    found = judge(read_rules(asked.rules), read(asked.items))
    if asked.json:
        print(json.dumps(found, indent=2, ensure_ascii=False))
        return 0
    print(f"{found['items']} items, {found['rules']} rules, {found['cpu_seconds']} s CPU")
    for name, several in found["hits"].items():
        print(f"{name}: {len(several)}: {', '.join(several[:20])}{' …' if len(several) > 20 else ''}")
    complain: Callable[[str], int] = sys.stderr.write
    for line in (*found["problems"], *found["alerts"]):
        complain(f"{line}\n")
    return 0
