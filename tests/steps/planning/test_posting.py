"""Posts: by which accounts, when, with what; in the plan and in the outbox, and out of both again."""

from __future__ import annotations

import io
import os
import pty
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Cmday, Result

CONFIG = """
timezone = "Europe/Paris"
[hours]
work = ["mon-fri 09:00-17:30"]
[community.sss]
title = "Seeksicksound"
quiet = ["mon-fri 10:00-11:00"]
peak = ["mon-fri 18:30-20:00"]
languages = ["fr"]
[community.bem]
quiet = ["mon-fri 08:00-09:00"]
[community.cap]
[account.nox]
network = "mastodon"
server = "https://nox.localhost"
username = "nox"
communities = ["sss"]
[account.talents]
network = "mastodon"
server = "https://talents.localhost"
username = "talents"
communities = ["bem", "sss"]
[account.mail]
network = "imap"
server = "imap.localhost"
communities = ["cap"]
"""
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture
def post(home: Path, cmday: Cmday) -> Cmday:
    """``post("Text", "-c", "sss")``; no network is asked."""
    (home / "config.toml").write_text(CONFIG)

    def call(*words: str) -> Result:
        return cmday("--offline", "post", *words)

    return call


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A terminal to type in: what is written to this descriptor is typed."""
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "r") as reads:
        monkeypatch.setattr(sys, "stdin", reads)
        yield ours
    os.close(ours)


def rows(result: Result) -> list[dict[str, object]]:
    assert result.code == 0, result.err
    found = result.json["data"]["items"]
    assert isinstance(found, list)
    return found


def waiting(cmday: Cmday) -> list[dict[str, object]]:
    return [one for one in rows(cmday("outbox", "--json")) if one["state"] != "cancelled"]


def planned(cmday: Cmday) -> list[dict[str, object]]:
    found = cmday("plan", "list", "--json").json["data"]["operations"]
    assert isinstance(found, list)
    return found


def test_post_to_all_accounts_of_a_community(post: Cmday, cmday: Cmday) -> None:
    posted = rows(post("Les portes ouvrent à 19 h 30", "-c", "sss", "--json"))
    assert [(one["account"], one["community"], one["due"]) for one in posted] == [
        ("nox", "sss", None),
        ("talents", "sss", None),
    ]
    assert len({one["operation"] for one in posted}) == 1
    assert [(one["account"], one["state"], one["kind"]) for one in waiting(cmday)] == [
        ("nox", "queued", "post"),
        ("talents", "queued", "post"),
    ]
    [operation] = planned(cmday)
    assert operation["title"] == "Post: Les portes ouvrent à 19 h 30"
    assert operation["id"] == posted[0]["operation"]


def test_quiet_and_peak_are_the_next_windows_of_each_community(post: Cmday, cmday: Cmday) -> None:
    assert [one["due"] for one in rows(post("Bonjour", "--to", "nox", "--at", "quiet", "--json"))] == [
        "2026-11-02T10:00:00+01:00"
    ]
    assert [one["due"] for one in rows(post("Bonjour", "--to", "nox", "--at", "peak", "--json"))] == [
        "2026-11-02T18:30:00+01:00"
    ]
    # bem is quiet now: it goes with the next send.
    assert [one["due"] for one in rows(post("Bonjour", "-c", "bem", "--at", "quiet", "--json"))] == [None]
    assert [one["wants"] for one in planned(cmday)] == ["quiet", "quiet", "peak"]
    assert post("Bonjour", "-c", "bem", "--at", "peak").code == 2


def test_named_time_and_draft(post: Cmday, cmday: Cmday) -> None:
    [one] = rows(post("Bonjour", "--to", "nox", "--at", "ven 18h", "--draft", "--json"))
    assert (one["due"], one["state"]) == ("2026-11-06T18:00:00+01:00", "draft")
    [operation] = planned(cmday)
    assert operation["start"] == one["due"]
    said = post("Bonjour", "--to", "nox", "--at", "ven 18h").out
    assert "o2 as @nox@nox.localhost for sss: " in said
    assert "p2" in said


def test_planned_post_keeps_its_time_when_all_is_placed(
    post: Cmday, cmday: Cmday, monkeypatch: pytest.MonkeyPatch
) -> None:
    post("Bonjour", "--to", "nox", "--at", "18:30")
    assert cmday("--offline", "plan", "--yes", "--json").json["data"]["changes"] == []
    monkeypatch.setenv("CMDAY_NOW", "2026-11-02T19:00:00+01:00")
    data = cmday("--offline", "plan", "--json").json["data"]
    assert data["changes"] == []
    assert data["unplaced"] == []


@pytest.mark.parametrize(
    "words",
    [
        ["Bonjour"],
        ["Bonjour", "-c", "cap"],
        ["Bonjour", "-c", "sss", "-c", "cap"],
        ["Bonjour", "-c", "ssss"],
        ["Bonjour", "--to", "mail"],
        ["Bonjour", "--to", "nobody"],
        ["Bonjour", "-c", "sss", "--at", "hier 10h"],
        ["  ", "-c", "sss"],
        ["Bonjour", "-c", "sss", "--image", "nothing.png"],
        ["Bonjour", "-c", "sss", "--alt", "Une affiche"],
    ],
)
def test_wrong_lines_leave_nothing(post: Cmday, cmday: Cmday, words: list[str]) -> None:
    result = post(*words)
    assert result.code == 2, result.out
    assert "hint:" in result.err
    assert waiting(cmday) == []
    assert planned(cmday) == []


def test_no_account_of_the_community_is_told_with_a_way_on(post: Cmday) -> None:
    assert "cap has no account that takes posts" in post("Bonjour", "-c", "cap").err


def test_undo_takes_the_post_out_of_both(post: Cmday, cmday: Cmday) -> None:
    post("Bonjour", "-c", "sss")
    assert cmday("undo", "--yes").code == 0
    assert waiting(cmday) == []
    assert planned(cmday) == []


def test_dropping_either_drops_both_and_undo_brings_both_back(post: Cmday, cmday: Cmday) -> None:
    post("Bonjour", "--to", "nox", "--at", "18:30")
    for words in (["plan", "drop", "p1"], ["outbox", "drop", "o1"]):
        assert cmday(*words).code == 0
        assert (waiting(cmday), planned(cmday)) == ([], [])
        assert cmday("undo", "--yes").code == 0
        assert [one["state"] for one in waiting(cmday)] == ["queued"]
        assert [one["state"] for one in planned(cmday)] == ["open"]


def test_dropping_one_account_leaves_the_other_its_place(post: Cmday, cmday: Cmday) -> None:
    post("Bonjour", "-c", "sss", "--at", "18:30")
    cmday("outbox", "drop", "o1")
    assert [one["account"] for one in waiting(cmday)] == ["talents"]
    assert len(planned(cmday)) == 1
    cmday("outbox", "drop", "o2")
    assert planned(cmday) == []


def test_post_is_not_done_before_it_was_sent(post: Cmday, cmday: Cmday) -> None:
    post("Bonjour", "-c", "sss", "--at", "18:30")
    for words in (["plan", "done", "p1"], ["done", "p1"]):
        assert cmday(*words).code == 2
    assert len(planned(cmday)) == 1


def test_variants_by_network_and_account(post: Cmday, tmp_path: Path) -> None:
    file = tmp_path / "text.md"
    file.write_text("Pour tous\n\n---\n#concert\n--- mastodon\nPour mastodon\n--- talents\nPour talents\n")
    posted = rows(post("--file", str(file), "-c", "sss", "--json"))
    assert [one["text"] for one in posted] == ["Pour mastodon", "Pour talents"]
    file.write_text("Pour tous\n--- mastodont\nx\n")
    assert "did you mean --- mastodon?" in post("--file", str(file), "-c", "sss").err
    file.write_text("--- talents\nPour talents\n")
    assert post("--file", str(file), "-c", "sss").code == 2, "nox would have no text"


def test_piped_text(post: Cmday, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("Pour tous\n"))
    assert [one["text"] for one in rows(post("-", "--to", "nox", "--json"))] == ["Pour tous"]
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert post("--to", "nox").code == 2


def test_pictures_and_their_words(post: Cmday, tmp_path: Path) -> None:
    one, other, no_picture = tmp_path / "a.png", tmp_path / "b.jpg", tmp_path / "c.png"
    one.write_bytes(PNG)
    other.write_bytes(b"\xff\xd8\xff" + b"\0" * 40)
    no_picture.write_text("<svg/>")
    [posted] = rows(
        post("Bonjour", "--to", "nox", "--image", str(one), "--alt", "Une affiche", "--image", str(other), "--json")
    )
    assert posted["images"] == [str(one), str(other)]
    [note] = [note for note in posted["notes"] if note["kind"] == "alt"]  # type: ignore[attr-defined]
    assert "b.jpg" in note["message"]
    assert "a.png" not in note["message"]
    assert post("Bonjour", "--to", "nox", "--image", str(no_picture)).code == 2


def test_broken_links_are_told(post: Cmday) -> None:
    [posted] = rows(post("Voir https://localhost/a et htps://exemple.org ou www.exemple.org", "--to", "nox", "--json"))
    [note] = [note for note in posted["notes"] if note["kind"] == "link"]  # type: ignore[attr-defined]
    assert note["message"] == "no complete address: htps://exemple.org, www.exemple.org"


def test_editor_writes_the_post(post: Cmday, terminal: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "editor"
    script.write_text("#!/bin/sh\nprintf '\\nBonjour\\n--- talents\\nSalut\\n' >> \"$1\"\n")
    script.chmod(0o700)
    monkeypatch.setenv("VISUAL", str(script))
    assert [one["text"] for one in rows(post("-c", "sss", "--json"))] == ["Bonjour", "Salut"]
    monkeypatch.setenv("VISUAL", "true")
    result = post("-c", "sss")
    assert (result.code, result.out) == (0, "")


def test_too_long_a_text_is_offered_shorter(
    post: Cmday, cmday: Cmday, terminal: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "Une phrase entière. " * 30
    assert "length" in [note["kind"] for note in rows(post(text, "--to", "nox", "--json"))[0]["notes"]]  # type: ignore[attr-defined]
    monkeypatch.setattr("cmday.cli.post.can_ask", lambda: True)
    monkeypatch.setenv("VISUAL", "true")
    os.write(terminal, b"y\n")
    result = post(text, "--to", "nox")
    assert "nox takes 500 characters, these are" in result.err
    assert "499 of 500" in result.out
    os.write(terminal, b"n\n")
    assert "of 500" in post(text, "--to", "talents").out
    assert [len(str(one["text"])) for one in waiting(cmday)] == [599, 499, 599]
