"""Stories in the database: folded as entries come, in any portions, split for good, undone, bounded, whole after a kill."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.folding import Labelled, read
from cmday.core.feeds import Entry
from cmday.core.time import Clock
from cmday.session import Session
from cmday.steps.news.folding import Folder
from cmday.steps.news.folding_new import fold_new
from cmday.steps.news.folding_window import Window
from cmday.steps.news.folding_words import headline
from cmday.steps.news.splitting import restore, take_apart
from cmday.storage import entries, feeds, stories, undo
from cmday.storage.database import open_database
from cmday.storage.entry_store import Judged, store
from tests.conftest import Cmday
from tests.loopback.server import Loopback
from tests.steps.news.feeds_of_ours import rss, subscribe
from tests.steps.news.test_folding import HEADLINES

LAST = datetime(2026, 3, 16, tzinfo=UTC)
LINES = read(HEADLINES)


def session_at(folder: Path, now: datetime) -> Session:
    """A session on a home's database, at a moment."""
    folder.mkdir(exist_ok=True, parents=True)
    clock = Clock(UTC, now)
    session = Session.__new__(Session)
    session.clock = clock
    session.__dict__["database"] = open_database(folder / "cmday.db", clock)
    return session


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    made = session_at(tmp_path, LAST)
    yield made
    made.database.close()


def bring(session: Session, lines: list[Labelled]) -> None:
    """Store headlines as their feeds would bring them."""
    for line in lines:
        at = datetime.fromtimestamp(line.at, UTC)
        url = f"https://{line.source.lower().replace(' ', '').encode('ascii', 'replace').hex()}.example.org/"
        entry = Entry(identity=line.title, guid=line.title, title=line.title, url=None)
        store(session.database, url, [Judged(entry=entry, shown_at=at)], at)


def folds(session: Session) -> set[frozenset[str]]:
    """The stories of two or more, by the titles in them."""
    db = session.database
    ids = [one.id for one in entries.newest(db, 10_000, everything=True)]
    known = entries.by_ids(db, ids)
    return {frozenset(known[one].entry.title for one in story.entries) for story in stories.around(db, ids).values()}


def at_once(lines: list[Labelled]) -> set[frozenset[str]]:
    """The same thought in memory, in one go."""
    folder = Folder(Window())
    names: dict[str, str] = {}
    given = []
    for line in lines:
        source = names.setdefault(line.source, str(len(names) + 1))
        name = f"{line.source.lower().replace(' ', '').encode('ascii', 'replace').hex()}.example.org"
        given.append((folder.fold(headline(line.title, source, line.at, name=name)), line.title))
    found: dict[int, set[str]] = {}
    for number, title in given:
        found.setdefault(folder.window.root(number), set()).add(title)
    return {frozenset(titles) for titles in found.values() if len(titles) > 1}


@settings(max_examples=6)
@given(cuts=st.lists(st.integers(1, 119), max_size=6, unique=True).map(sorted), most=st.sampled_from([50, 6000]))
def test_any_portions_give_the_same_stories(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int], most: int
) -> None:
    lines = LINES[:120]
    session = session_at(tmp_path_factory.mktemp("portions"), LAST)
    try:
        for start, end in zip([0, *cuts], [*cuts, len(lines)], strict=True):
            bring(session, lines[start:end])
            if end - start <= most:
                fold_new(session, most)
        while fold_new(session, most):
            pass
        found = folds(session)
        if all(end - start <= most for start, end in zip([0, *cuts], [*cuts, len(lines)], strict=True)):
            assert found == at_once(lines)
        assert found
        assert fold_new(session) == 0
        assert folds(session) == found
    finally:
        session.database.close()


def test_a_fold_cut_short_leaves_nothing_and_the_next_does_all(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = LINES[:60]
    bring(session, lines)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("cmday.storage.echoes.give", killed)
        with pytest.raises(KeyboardInterrupt):
            fold_new(session)
    tables = ("story", "story_entry", "story_word", "story_count")
    rows = [session.database.connection.execute(f"SELECT count(*) FROM {name}").fetchone() for name in tables]
    assert rows == [(0,)] * 4
    assert fold_new(session) == 60
    assert folds(session) == at_once(lines)


def test_two_processes_fold_each_entry_once(tmp_path: Path) -> None:
    one, other = session_at(tmp_path, LAST), session_at(tmp_path, LAST)
    try:
        bring(one, LINES[:40])
        before = stories.progress(other.database)
        assert fold_new(one) == 40
        nothing = stories.Changes(entries={}, told={}, gone={}, lost={}, posted=(), counted={})
        assert stories.save(other.database, nothing, before, before) is False
        assert fold_new(other) == 0
    finally:
        one.database.close()
        other.database.close()


def test_the_newest_come_first_and_the_work_is_bounded(session: Session) -> None:
    bring(session, LINES[-90:])
    assert fold_new(session, 30) == 30
    newest = [one.id for one in entries.newest(session.database, 30, everything=True)]
    assert len(stories.numbers_of(session.database, newest)) == 30
    assert [fold_new(session, 30) for _ in range(3)] == [30, 30, 0]


def test_what_folding_keeps_is_bounded_by_two_weeks(tmp_path: Path) -> None:
    session = session_at(tmp_path, LAST)
    bring(session, LINES[-200:])
    fold_new(session)
    before = folds(session)
    assert before
    session.database.close()
    later = session_at(tmp_path, LAST + timedelta(days=40))
    late = int((LAST + timedelta(days=40)).timestamp())
    bring(later, [Labelled("x", "A", late, "A zinc mine floods in Chile")])
    fold_new(later)
    tables = [later.database.connection.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in ("story",)]
    words = later.database.connection.execute("SELECT count(DISTINCT story) FROM story_word").fetchone()[0]
    assert tables == [1]
    assert words == 1
    assert folds(later) == before
    later.database.close()


def test_a_split_is_remembered_and_can_be_undone(session: Session) -> None:
    at = int(LAST.timestamp()) - 9000
    same = [Labelled("s", name, at, f"Chile zinc mine flooded, {name} says") for name in ("Alba", "Bora")]
    bring(session, same)
    fold_new(session)
    (story,) = set(stories.around(session.database, [one.id for one in entries.newest(session.database, 9)]).values())
    take_apart(session, story.entries, "f1 Chile zinc mine flooded")
    assert folds(session) == set()
    bring(session, [Labelled("s", name, at + 60, f"Chile zinc mine flooded, {name} says") for name in ("Cora", "Dina")])
    fold_new(session)
    assert all(len([title for title in fold if "Alba" in title or "Bora" in title]) < 2 for fold in folds(session))
    (noted,) = undo.newest(session.database, 5)
    restore(session, noted.before)
    assert any(len([title for title in fold if "Alba" in title or "Bora" in title]) == 2 for fold in folds(session))


def test_a_removed_feed_leaves_its_stories(session: Session) -> None:
    at = int(LAST.timestamp()) - 9000
    bring(session, [Labelled("s", name, at, f"Chile zinc mine flooded, {name} says") for name in ("Alba", "Bora")])
    fold_new(session)
    assert len(folds(session)) == 1
    feeds.remove(session.database, [entries.newest(session.database, 1)[0].feed_url])
    assert folds(session) == set()
    bring(session, [Labelled("s", "Cora", at + 60, "Chile zinc mine flooded, Cora says")])
    fold_new(session)
    assert len(folds(session)) == 1


def test_folded_on_the_screen_split_and_undone(cmday: Cmday, loopback: Loopback, home: Path) -> None:
    titles = ("Zinc mine flooded in northern Chile", "Flooded zinc mine in Chile traps nine", "Chile zinc mine flooded")
    subscribe(
        home,
        [
            (loopback.route("/feed", rss(title), host=f"{name}.localhost"), f'title = "{name.upper()}"')
            for name, title in zip("abc", titles, strict=True)
        ],
    )
    (story,) = cmday("feeds", "--json").json["data"]["stories"]
    assert sorted(story["sources"]) == ["A", "B", "C"]
    assert len(story["entries"]) == 3
    assert cmday("feeds", "split", story["handle"]).code == 0
    assert len(cmday("feeds", "--json").json["data"]["stories"]) == 3
    assert "taken apart" in cmday("undo").out
    (again,) = cmday("feeds", "--json").json["data"]["stories"]
    assert sorted(again["entries"]) == sorted(story["entries"])
