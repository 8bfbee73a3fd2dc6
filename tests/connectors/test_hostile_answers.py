"""Answers that mean harm: each may spoil itself and nothing more.

The long ones would take minutes where reading them is not linear; no clock is needed to notice.
"""

from __future__ import annotations

import pytest

from cmday.connectors.feed_document import prepare
from cmday.connectors.http import retry_after
from cmday.connectors.protocol import Response
from cmday.text.questions import asks


@pytest.mark.parametrize("opening", ["<author ", "<name\n", "<dc:creator ", "<author>", "<item ", "<channel "])
def test_a_million_openings_are_read_once(opening: str) -> None:
    assert prepare("<rss>" + opening * 400_000)


@pytest.mark.parametrize("digits", [20, 4_301, 50_000])
def test_a_patience_of_many_digits_is_bounded(digits: int) -> None:
    asked = Response(url="https://h.example/", status=429, headers=(("retry-after", "9" * digits),), body=b"")
    assert retry_after(asked) == 1e9


@pytest.mark.parametrize("text", ["\n" * 4_000, "is there " + "a" * 4_000, "is there " + "a-" * 2_000, "@x " * 1_300])
def test_a_mailbox_full_of_long_words_is_read_once(text: str) -> None:
    assert len({asks(text) for _ in range(300)}) == 1
