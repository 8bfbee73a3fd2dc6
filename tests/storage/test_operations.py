"""Operations come out of the database as they went in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from cmday.core.operations import EventLink, Operation
from cmday.storage import operations
from tests.storage.making import database

_SPANS = st.integers(1, 10_000_000).map(lambda seconds: timedelta(seconds=seconds))
_MOMENTS = st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
_WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)

_OPERATIONS = st.builds(
    Operation,
    id=st.from_regex(r"op-[a-z]{6}", fullmatch=True),
    title=_WORDS,
    community=st.none() | _WORDS,
    duration=_SPANS,
    wants=st.sampled_from(["quiet", "peak", "any"]),
    due=st.none() | _MOMENTS,
    not_before=st.none() | _MOMENTS,
    start=st.none() | _MOMENTS,
    priority=st.integers(1, 3),
    state=st.sampled_from(["open", "running", "paused", "done", "dropped"]),
    created=_MOMENTS,
    began=st.none() | _MOMENTS,
    spent=_SPANS,
    locked=st.booleans(),
    kind=_WORDS,
    after=st.lists(_WORDS, max_size=3).map(tuple),
    gap=_SPANS,
    buffer=_SPANS,
    hours=st.sampled_from(["work", "extended"]),
    presence=st.booleans(),
    every=st.none() | _SPANS,
    event=st.none()
    | st.builds(
        EventLink,
        calendar=_WORDS,
        uid=_WORDS,
        title=_WORDS,
        start=_MOMENTS,
        offset=st.sampled_from(["D-7", "H-1", "live", "D+1"]),
    ),
    group=st.none() | _WORDS,
)


def test_round_trip(tmp_path: Path) -> None:
    db = database(tmp_path)

    @given(_OPERATIONS)
    def comes_back(one: Operation) -> None:
        operations.remove(db, one.id)  # an operation that is there keeps the moment at which it was made
        operations.put(db, one)
        assert operations.by_ids(db, [one.id]) == {one.id: one}

    comes_back()
    db.close()
