"""300 pairs of entries of real feeds, labelled by hand: what is folded is one story, and much of what is one story folds.

``tests/data/pairs.tsv`` names them by hash; their words are read from the corpus. One half was for choosing bounds.
"""

from __future__ import annotations

import os
from functools import cache
from hashlib import sha1
from pathlib import Path

import pytest

from cmday.connectors.feed_parsing import parse
from cmday.core.time import epoch
from cmday.steps.news.folding import Folder
from cmday.steps.news.folding_window import Window
from cmday.steps.news.folding_words import headline
from cmday.text.plain import plain

FOLDER = Path(os.environ.get("CMDAY_CORPUS", "nowhere"), "feeds", "real")
PAIRS = Path(__file__).parents[2] / "data" / "pairs.tsv"
UNDATED = 1_771_300_000


def labelled() -> list[tuple[str, str, bool]]:
    rows = [line.split("\t") for line in PAIRS.read_text().splitlines() if not line.startswith("#")]
    return [(one, other, same == "1") for one, other, same in rows]


def held_out(one: str, other: str) -> bool:
    """Pairs of one entry are mostly on one side: the half is chosen by the first of both."""
    return int(sha1(min(one, other).encode()).hexdigest(), 16) % 2 == 1


@cache
def folded() -> dict[str, int]:
    """The story of each entry, as a first refresh of all these feeds would fold them."""
    found = []
    for file in sorted(FOLDER.glob("*.xml")):
        feed = parse(file.read_bytes(), None, f"http://{file.stem}.localhost/")
        for entry in feed.entries:
            moment = entry.published or entry.updated
            at = epoch(moment) if moment and moment.year > 2000 else UNDATED
            lead = entry.summary or plain(entry.content[:1500])
            key = f"{file.stem}:{sha1(entry.title.encode()).hexdigest()[:10]}"
            line = headline(entry.title, file.stem, at, name=feed.title or "", lead=lead, url=entry.url or "")
            found.append((at, key, line))
    folder = Folder(Window())
    given = [(key, folder.fold(line)) for _, key, line in sorted(found, key=lambda one: one[:2])]
    return {key: folder.window.root(number) for key, number in given}


def test_the_labels_are_three_hundred_and_name_no_words() -> None:
    pairs = labelled()
    assert len({pair[:2] for pair in pairs}) == len(pairs) == 300
    assert 30 <= sum(same for _, _, same in pairs) <= 60


@pytest.mark.skipif(not FOLDER.exists(), reason="CMDAY_CORPUS is not set")
@pytest.mark.parametrize("half", [False, True], ids=["tuned on", "held out"])
def test_what_folds_is_one_story(half: bool) -> None:
    story = folded()
    pairs = [pair for pair in labelled() if held_out(*pair[:2]) == half]
    together = [same for one, other, same in pairs if story[one] == story[other]]
    told = sum(same for _, _, same in pairs)
    assert len(pairs) > 100
    assert sum(together) / len(together) >= 0.95
    assert sum(together) / told >= 0.25
