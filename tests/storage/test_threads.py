"""Threads in the ledger: one line for what one has to answer, posts for the tunnel, answers given elsewhere."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from cmday.core.item_query import Query
from cmday.core.items import Notification, Page, ReplyTo, ThreadPost
from cmday.core.outbox import Outgoing
from cmday.storage import audience, item_states, journal, ledger, open_items, outbox, threads
from cmday.storage.database import Database
from tests.storage.making import NOW, database, notification


def said(
    number: int, text: str = "", *, minutes: int = 0, by: str = "@ana", thread: str = "t", **more: Any
) -> Notification:
    """What somebody said in a thread; the network calls the post ``p1`` where the item is ``nox:1``."""
    kind = more.pop("kind", "mention")
    return notification(
        number,
        kind,
        minutes=minutes,
        text=text or f"text {number}",
        author=by.strip("@"),
        author_handle=by,
        thread=thread,
        reply=ReplyTo(id=f"p{number}", to=by),
        **more,
    )


def post(one: str, *, minutes: int = 0, mine: bool = True, **more: Any) -> ThreadPost:
    fields: dict[str, Any] = {
        "id": one,
        "thread": "t",
        "author": "BEM",
        "author_handle": "@bem",
        "text": "ours",
        "at": NOW - timedelta(minutes=minutes),
        "mine": mine,
    }
    return ThreadPost(**{**fields, **more})


def sweep(db: Database, *told: Notification, posts: tuple[ThreadPost, ...] = (), **more: Any) -> None:
    ledger.store_page(db, "nox", Page(notifications=told, cursor=None, thread=posts, **more), NOW)


def waiting(db: Database) -> dict[str, int]:
    """By id of the item that stands for it how many wait on each line."""
    names = [head.line for stream in open_items.heads(db) for head in stream]
    return {item.notification.id: item.count for item in open_items.lines(db, names)}


def states(db: Database, *numbers: int) -> list[str]:
    return [item.state for item in ledger.items(db, [f"nox:{number}" for number in numbers])]


@pytest.fixture
def db(tmp_path: Path) -> Any:
    opened = database(tmp_path)
    yield opened
    opened.close()


def test_a_thread_is_one_line_and_its_newest_stands_for_it(db: Database) -> None:
    sweep(
        db, said(1, minutes=50), said(2, minutes=40, kind="reply"), said(3, minutes=30, by="@bob"), said(4, thread="u")
    )
    assert waiting(db) == {"nox:2": 2, "nox:3": 1, "nox:4": 1}, "each person of a public thread waits for themselves"
    assert open_items.count_to_answer(db) == 3
    [line] = open_items.lines(db, ["nox\nt\n@ana"])
    assert (line.since, line.notification.at) == (NOW - timedelta(minutes=50), NOW - timedelta(minutes=40))


def test_a_private_conversation_is_one_line_whoever_writes(db: Database) -> None:
    sweep(db, said(1, kind="message", minutes=9), said(2, kind="message", by="@bob"))
    assert waiting(db) == {"nox:2": 2}


def test_reports_of_one_thread_stay_apart(db: Database) -> None:
    sweep(db, said(1, kind="report"), said(2, kind="report"))
    assert waiting(db) == {"nox:1": 1, "nox:2": 1}


def test_a_verb_hits_the_line_up_to_its_item_and_can_be_undone(db: Database) -> None:
    sweep(db, said(1, minutes=50), said(2, minutes=40), said(3, minutes=30))
    before = item_states.of(db, ["nox:2"])
    assert item_states.set_state(db, ["nox:2"], "done") == 2
    assert states(db, 1, 2, 3) == ["done", "done", "new"], "what came after it was not on the line one saw"
    changed = item_states.changed(db, before)
    assert set(changed["nox:2"]) == {"nox:1", "nox:2"}
    item_states.bring_back(db, changed)
    assert states(db, 1, 2, 3) == ["new", "new", "new"]


def test_an_edit_comes_back_with_its_change(db: Database) -> None:
    sweep(db, said(1, "Doors at 7?"))
    item_states.set_state(db, ["nox:1"], "done")
    sweep(db, said(1, "Doors at 8?", edited=NOW))
    [item] = ledger.items(db, ["nox:1"])
    assert (item.state, item.was, item.notification.text) == ("new", "Doors at 7?", "Doors at 8?")
    item_states.set_state(db, ["nox:1"], "done")
    sweep(db, said(1, "Doors at 8?", edited=NOW))
    assert states(db, 1) == ["done"], "the same edit comes back once"


def test_what_was_deleted_says_so_and_counts_no_more(db: Database) -> None:
    sweep(db, said(1), said(2, by="@bob"), posts=(post("q1", mine=False, author_handle="@cleo"),))
    sweep(db, gone=("p1", "q1"))
    sweep(db, gone=("2",))
    assert [item.notification.id for item in open_items.deleted(db)] == ["nox:1", "nox:2"]
    assert (waiting(db), open_items.count_to_answer(db)) == ({}, 0)
    [item] = ledger.items(db, ["nox:1"])
    assert threads.around(db, item) == [], "what stood around it is forgotten where it was deleted"
    assert item.gone == NOW


@pytest.mark.parametrize("answers", ["p1", "1"])
def test_what_our_account_answered_is_done(db: Database, answers: str) -> None:
    sweep(db, said(1, minutes=50), said(2, minutes=40))
    sweep(db, posts=(post("a1", minutes=20, answers=answers, by="lou"),))
    [item] = ledger.items(db, ["nox:1"])
    assert (item.state, item.answered_at, item.answered_by) == ("done", NOW - timedelta(minutes=20), "lou")
    assert states(db, 2) == ["done"], "all that she said before was answered by it"
    [line] = [one for one in journal.entries(db) if one.item == "nox:1"]
    assert (line.verb, line.text) == ("answered", "ana: text 1 (lou)")


def test_an_answer_to_one_person_leaves_the_others_waiting(db: Database) -> None:
    sweep(db, said(1, minutes=50), said(2, minutes=40, by="@bob"), said(3, minutes=1))
    sweep(db, posts=(post("a1", minutes=20, answers="p1"),))
    assert states(db, 1, 2, 3) == ["done", "new", "new"]


def test_an_answer_to_all_closes_what_came_before_it(db: Database) -> None:
    sweep(db, said(1, minutes=50), said(2, minutes=40, by="@bob"), said(3, minutes=1))
    sweep(db, posts=(post("root", minutes=90), post("a1", minutes=20, answers="root")))
    assert states(db, 1, 2, 3) == ["done", "done", "new"]


def test_the_answer_may_be_known_before_the_question(db: Database) -> None:
    sweep(db, posts=(post("a1", minutes=20, answers="p1"),))
    sweep(db, said(1, minutes=50), said(2, minutes=10))
    assert states(db, 1, 2) == ["done", "new"]


def test_reactions_and_reports_wait_for_no_words(db: Database) -> None:
    sweep(db, said(1, kind="report"), said(2, kind="like", subject="root"))
    sweep(db, posts=(post("a1", answers="p1"),))
    assert states(db, 1, 2) == ["new", "new"]


def test_what_was_taken_up_again_stays_open(db: Database) -> None:
    ours = (post("a1", answers="p1"),)
    sweep(db, said(1, minutes=50), posts=ours)
    item_states.reopen(db, ["nox:1"])
    sweep(db, said(1, minutes=50), posts=ours)
    assert states(db, 1) == ["seen"]


def test_what_cmday_sent_closes_nothing_a_second_time(db: Database) -> None:
    """A follow-up has brought the item back; the sweep then meets our own answer for the first time."""
    sweep(db, said(1, minutes=50))
    sent = Outgoing(
        id="out-abcdef",
        kind="reply",
        account="nox",
        network="mastodon",
        community=None,
        text="ours",
        key="k",
        created=NOW,
        target="nox:1",
        state="sent",
        sent_at=NOW,
        sent_id="a1",
    )
    outbox.put(db, sent, NOW)
    sweep(db, posts=(post("a1", answers="p1"),))
    assert states(db, 1) == ["new"]


def test_posts_are_bounded_per_thread_and_the_newest_stay(db: Database) -> None:
    many = tuple(post(f"q{n}", minutes=n, mine=False, text="x" * 9_000) for n in range(threads.PER_THREAD + 30))
    sweep(db, said(1, minutes=3), posts=many)
    [item] = ledger.items(db, ["nox:1"])
    kept = threads.around(db, item)
    assert [one.id for one in kept] == [f"q{n}" for n in reversed(range(threads.PER_THREAD))]
    assert max(len(one.text) for one in kept) < 5_000


def test_posts_are_bounded_in_all_and_those_of_the_last_sweep_stay(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "IN_ALL", 10)
    for thread in ("a", "b", "a", "c"):
        sweep(db, posts=tuple(post(f"{thread}{n}", thread=thread, mine=False) for n in range(5)))
    left = {one for (one,) in db.connection.execute("SELECT DISTINCT thread FROM thread_post")}
    assert left == {"a", "c"}, "the one that no sweep has brought for longest went first"


def test_hostile_posts_are_stored_and_read(db: Database) -> None:
    sweep(db, said(1), posts=(post("\ud800", mine=False, text="\ud800\x00", answers="\udfff"),))
    [item] = ledger.items(db, ["nox:1"])
    assert len(threads.around(db, item)) == 1


def test_followers_are_kept_once_a_day(db: Database) -> None:
    for followers in (100, 120, None, -5, 1 << 80, 130):
        sweep(db, followers=followers)
    assert audience.counts(db, "nox") == [(date(2026, 11, 2), 130)]


def test_queries_mean_what_they_say(db: Database) -> None:
    come = [
        said(1, minutes=5000, by="@ana@far.example"),
        said(2, minutes=10, by="@bob@far.example", thread="u"),
        notification(3, "like", minutes=5000, subject="s", author_handle="@cleo"),
        notification(4, "like", minutes=10, subject="s", author_handle="@dan"),
    ]
    sweep(db, *come)
    yesterday = NOW - timedelta(days=1)

    def found(**asked: Any) -> dict[str, list[str]]:
        return open_items.matching(db, Query(**asked))

    fold = "fold/nox/like/s"
    assert found(before=yesterday) == {"nox:1": ["nox:1"], fold: ["nox:3"]}
    assert found(kinds=("like",)) == {fold: ["nox:3", "nox:4"]}
    assert found(authors=("ANA",)) == found(authors=("@ana@far.example",)) == {"nox:1": ["nox:1"]}
    assert found(networks=("imap",)) == found(accounts=("other",)) == found(communities=("bem",)) == {}
    assert set(found(networks=("mastodon",), communities=("sss",))) == {"nox:1", "nox:2", fold}
    assert found(labels=("x",)) == {}
