"""``cmday inbox`` with queries, notes, labels and moments in words, through its one door."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from tests.conftest import Cmday
from tests.connectors.timeline import Timeline
from tests.loopback.server import Loopback
from tests.steps.notifications.conftest import Configure, like, mention, serve, timeline_of


def listed(cmday: Cmday, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = cmday("inbox", "--offline", "--json", *words).json["data"]["items"]
    return found


def open_texts(cmday: Cmday, *words: str) -> set[str]:
    return {f"{item['kind']} {item['author']}" for item in listed(cmday, *words)}


@pytest.fixture
def two(cmday: Cmday, loopback: Loopback, configure: Configure) -> Cmday:
    """Two accounts: Nina asks and fans like on nox, Elodie writes on bema."""
    configure({"nox": "sss", "bema": "bem"})
    serve(
        loopback,
        "nox",
        timeline_of(
            mention(1, "Les portes ?", hours=-30),
            mention(2, "Merci", hours=14, name="bob"),
            *(like(3 + one, f"fan{one}") for one in range(3)),
        ),
    )
    serve(loopback, "bema", timeline_of(mention(1, "Ma carte expire jeudi.", name="elodie", visibility="direct")))
    assert cmday("inbox", "-q").code == 0
    return cmday


def test_lists_are_narrowed(two: Cmday) -> None:
    assert open_texts(two, "--account", "bema") == open_texts(two, "-c", "bem") == {"message Elodie"}
    assert open_texts(two, "--author", "nina") == {"question Nina"}
    assert open_texts(two, "--author", "@BOB@music.example", "--kind", "mention,like") == {"mention Bob"}
    assert open_texts(two, "--before", "sunday") == open_texts(two, "--older", "2d") == {"question Nina"}
    assert len(listed(two, "--network", "mastodon")) == 4
    for words in (["--network", "mastodn"], ["--account", "nax"], ["--before", "tomorrow"], ["--older", "soon"]):
        wrong = two("inbox", "--offline", *words)
        assert wrong.code == 2
        assert "hint:" in wrong.err


def test_done_hits_all_that_fits_and_undo_brings_it_back(two: Cmday) -> None:
    before = listed(two)
    said = two("inbox", "done", "--kind", "like", "--before", "monday")
    assert said.code == 0
    assert "×3" in said.out
    assert open_texts(two) == {"question Nina", "mention Bob", "message Elodie"}
    assert two("undo").code == 0
    assert listed(two) == before


def test_part_of_a_folded_line_is_hit_where_a_query_says_so(two: Cmday) -> None:
    assert "fan1" in two("inbox", "done", "--author", "fan1").out
    [line] = listed(two, "--kind", "like")
    assert line["count"] == 2


def test_a_rehearsal_does_nothing(two: Cmday) -> None:
    before = listed(two)
    shown = two("inbox", "done", "--network", "mastodon", "--dry-run")
    assert shown.code == 0
    assert all(name in shown.out for name in ("Nina", "Elodie", "×3"))
    data = two("inbox", "snooze", "--kind", "like", "--dry-run", "--json").json["data"]
    assert (data["dry_run"], data["count"], data["items"]) == (True, 3, ["fold/nox/like/500"])
    assert listed(two) == before


def test_what_fits_nothing_hits_nothing(two: Cmday) -> None:
    before = listed(two)
    said = two("inbox", "done", "--author", "nobody")
    assert (said.code, said.out) == (0, "")
    assert "Nothing fits" in said.err
    assert listed(two) == before


@pytest.mark.parametrize("verb", ["done", "read", "open", "snooze", "note", "label"])
def test_a_verb_without_items_hits_nothing(two: Cmday, monkeypatch: pytest.MonkeyPatch, verb: str) -> None:
    monkeypatch.setenv("CMDAY_COMMUNITY", "sss")
    before = listed(two)
    refused = two("inbox", verb)
    assert refused.code == 2
    assert "hint:" in refused.err
    mixed = two("inbox", verb, "i1", *(["word"] if verb in ("note", "label") else []), "--kind", "like")
    assert mixed.code == 2, mixed.out
    assert listed(two) == before


def test_many_are_asked_for_in_a_terminal_first(
    cmday: Cmday, loopback: Loopback, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cmday.cli import asking, inbox_query

    configure({"nox": "sss"})
    serve(loopback, "nox", timeline_of(*(mention(n, f"Bonjour {n}", name=f"n{n}") for n in range(1, 31))))
    cmday("inbox", "-q")
    monkeypatch.setattr(inbox_query, "can_ask", lambda: True)
    for answer, left in (("n", 30), ("y", 0)):
        monkeypatch.setattr(asking, "ask_text", lambda *_, answer=answer: answer)
        result = cmday("inbox", "done", "--kind", "mention")
        assert result.code == 0
        assert "and 20 more" in result.err
        assert len(listed(cmday)) == left


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["until", "tomorrow", "9am"], "2026-11-03T09:00:00+01:00"),
        (["until tomorrow 9am"], "2026-11-03T09:00:00+01:00"),
        (["jusqu'à", "demain", "9h"], "2026-11-03T09:00:00+01:00"),
        (["vendredi"], "2026-11-06T09:00:00+01:00"),
        (["2026-11-12T10:00:00+01:00"], "2026-11-12T10:00:00+01:00"),
        (["--until", "fri 14h"], "2026-11-06T14:00:00+01:00"),
        ([], "2026-11-03T09:00:00+01:00"),
    ],
)
def test_moments_as_one_says_them(two: Cmday, words: list[str], expected: str) -> None:
    hits = two("inbox", "snooze", "i1", "i2", *words, "--json").json["data"]["items"]
    assert [hit["until"] for hit in hits] == [expected, expected]


def test_a_moment_is_said_once(two: Cmday) -> None:
    assert two("inbox", "snooze", "i1", "friday", "--until", "monday").code == 2
    assert two("inbox", "snooze", "i1", "until", "whenever").code == 2


def test_notes_stand_beside_the_item_and_in_the_journal(two: Cmday) -> None:
    assert "i1" in two("inbox", "note", "i1", "re:", "called back,", "sends\x1b[2J by Friday").out
    read = two("inbox", "read", "i1", "--json").json["data"]["items"][0]
    assert [note["text"] for note in read["notes"]] == ["re: called back, sends\x1b[2J by Friday"]
    shown = two("inbox", "read", "i1").out
    assert "called back" in shown
    assert "\x1b[2J" not in shown
    assert "called back" in two("log").out
    two("undo", "2")  # it was read since
    assert two("inbox", "read", "i1", "--json").json["data"]["items"][0]["notes"] == []
    assert two("inbox", "note", "i1").code == 2


def test_labels_find_items_again(two: Cmday) -> None:
    two("inbox", "label", "i1", "i2", "To", "Check")
    two("inbox", "label", "#billing", "--kind", "message")
    labelled = listed(two, "--label", "to-check")
    assert {item["handle"] for item in labelled} == {"i1", "i2"}
    assert "#to-check" in two("inbox", "--offline").out
    two("inbox", "label", "i1", "to-check", "--remove")
    assert {item["handle"] for item in listed(two, "--label", "to-check")} == {"i2"}
    two("undo")
    assert {item["handle"] for item in listed(two, "--label", "to-check")} == {"i1", "i2"}
    two("inbox", "done", "--label", "to-check")
    assert [item["author"] for item in listed(two, "--label", "billing")] == (
        [] if "message" in {item["kind"] for item in labelled} else ["Elodie"]
    )


def test_a_script_is_not_asked(two: Cmday, nox: Timeline, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not sys.stdin.isatty()
    assert two("inbox", "done", "--older", "0d").code == 0
