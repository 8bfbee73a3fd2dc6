"""Who stands in a network's queue can be forgotten: who reported, whose it was, and the colleague who has it in hand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from cmday.core.cases import CaseReport, QueueEntry, QueuePage
from cmday.core.time import parse_instant
from cmday.storage import case_queue, forgotten
from tests.conftest import NOW, Cmday

AT = parse_instant(NOW)
REPORT = CaseReport(id="5", by="did:plc:annq77", by_handle="annabelq.bsky.social", reason="Quuxo is rude", at=AT)
ENTRY = QueueEntry(
    subject="at://did:plc:quuxoq7/app.bsky.feed.post/1",
    author="Quuxo",
    author_handle="quuxoq.bsky.social",
    author_id="did:plc:quuxoq7",
    text="Down with everybody",
    url="https://bsky.app/profile/quuxoq.bsky.social/post/1",
    at=AT,
    reports=(REPORT, replace(REPORT, id="6", by="did:plc:bob", by_handle="bob.bsky.social", reason="spam")),
    thread="at://did:plc:quuxoq7/app.bsky.feed.post/1",
    claimed_by="modkarimq.bsky.social",
    place={"cid": "c1", "reported_by": "did:plc:annq77 did:plc:bob"},
)


@pytest.mark.parametrize(
    ("handle", "words", "reporters"),
    [
        ("annabelq.bsky.social", (b"annabelq", b"annq77"), "did:plc:bob"),
        ("modkarimq.bsky.social", (b"modkarimq",), "did:plc:annq77 did:plc:bob"),
        ("quuxoq.bsky.social", (b"quuxoq",), None),
    ],
)
def test_nothing_names_them_and_the_next_sweep_does_not_either(
    cmday: Cmday, settled: Path, handle: str, words: tuple[bytes, ...], reporters: str | None
) -> None:
    sweep()
    assert named_in(settled, words)
    done = cmday("people", "forget", handle, "--yes")
    assert done.code == 0, done.err
    assert named_in(settled, words) == []
    assert sweep() == ([reporters] if reporters else [])
    assert named_in(settled, words) == []
    assert cmday("moderate", "log", "verify").code == 0


def sweep() -> list[str]:
    """Store the queue as a sweep does; returns who is to be told of each thing in it."""
    from cmday.cli.arguments import Options
    from cmday.cli.run import Run

    with Run(Options()) as run:
        db = run.session.database
        page = forgotten.known(db).queue(QueuePage(entries=(ENTRY,)))
        case_queue.store(db, run.session.account("sky"), page.entries, AT)
        db.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return [one.place["reported_by"] for one in page.entries]


def named_in(home: Path, words: tuple[bytes, ...]) -> list[str]:
    files = [(file.name, file.read_bytes().lower()) for file in home.rglob("*") if file.is_file()]
    return [name for name, content in files for word in words if re.search(word, content)]
