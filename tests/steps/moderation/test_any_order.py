"""However pages, reports, notifications and rules come: the cases are the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cmday.core.accounts import Account
from cmday.core.cases import Case, CaseReport, QueueEntry
from cmday.core.items import Notification, Page
from cmday.core.time import Clock, parse_instant
from cmday.steps.moderation.merging import merged
from cmday.storage import case_causes, case_queue, cases, ledger
from cmday.storage.case_causes import Cause
from cmday.storage.database import Database, open_database
from cmday.text.gravity import GRAVE, SERIOUS, gravity
from tests.conftest import NOW

AT = parse_instant(NOW)
ACCOUNT = Account(name="mod", network="mastodon", server="https://m.example", communities=("bem",))
SUBJECTS = ("p1", "p2")


reports = st.lists(
    st.integers(0, 4).map(
        lambda n: CaseReport(id=f"r{n}", by=f"R{n}", by_handle=f"@r{n}", reason="", at=AT - timedelta(minutes=n))
    ),
    max_size=3,
    unique_by=lambda one: one.id,
).map(tuple)
entries = st.builds(
    QueueEntry,
    subject=st.sampled_from(SUBJECTS),
    author=st.just("Promo"),
    author_handle=st.just("@promo"),
    author_id=st.sampled_from(("66", None)),
    text=st.sampled_from(("first", "edited")),
    url=st.just(None),
    at=st.just(AT - timedelta(hours=3)),
    reports=reports,
    edited=st.sampled_from((None, AT - timedelta(minutes=5), AT - timedelta(minutes=3))),
    held=st.booleans(),
    claimed_by=st.sampled_from((None, "@mod", "@léa")),
    resolved=st.sampled_from((None, None, AT)),
    appeal=st.booleans(),
    labels=st.lists(st.sampled_from("abc"), max_size=2, unique=True).map(sorted).map(tuple),
    joined=st.sampled_from((None, AT - timedelta(days=2))),
    place=st.dictionaries(st.sampled_from(("report", "room")), st.sampled_from(("1", "2 1", "10")), max_size=2),
)


@given(
    st.lists(entries.map(lambda one: replace(one, subject="p1")), min_size=2, max_size=4),
    st.randoms(use_true_random=False),
)
def test_merging_is_the_same_in_any_order(some: list[QueueEntry], chance: Random) -> None:
    def together(told: list[QueueEntry]) -> QueueEntry:
        first, *rest = told
        for one in rest:
            first = merged(first, one)
        return first

    shuffled = list(some)
    chance.shuffle(shuffled)
    assert together(some) == together(shuffled)
    assert together([*some, *some]) == together(some)
    told = {number for one in some for number in one.place.get("report", "").split()}
    assert sorted(together(some).place.get("report", "").split()) == sorted(told)  # as every connector reads them


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    file = tmp_path_factory.mktemp("cases") / "cmday.db"
    opened = open_database(file, Clock(ZoneInfo("Europe/Paris"), AT))
    yield opened
    opened.close()


notifications = st.builds(
    Notification,
    id=st.integers(1, 5).map(lambda n: f"mod:n{n}"),
    account=st.just("mod"),
    network=st.just("mastodon"),
    community=st.just("bem"),
    kind=st.sampled_from(("mention", "report", "reply")),
    author=st.just("Promo"),
    author_handle=st.just("@promo"),
    text=st.just("first"),
    url=st.just(None),
    at=st.integers(0, 90).map(lambda n: AT - timedelta(minutes=n)),
    subject=st.sampled_from(SUBJECTS),
)
stories = st.tuples(
    st.lists(notifications, max_size=4, unique_by=lambda one: one.id),
    st.lists(entries.map(lambda one: replace(one, resolved=None)), max_size=2, unique_by=lambda one: one.subject),
)


def causes(one: Notification) -> list[Cause]:
    """What the rules of this world find."""
    found = [Cause("", f"reported: {one.text}")] if one.kind == "report" else []
    return [*found, Cause("tone", 'rule "tone": x')] if one.id in ("mod:n1", "mod:n2") else found


def play(db: Database, told: Sequence[Notification | QueueEntry]) -> list[Case]:
    """The cases after all this came, one after the other."""
    with db.write() as tx:
        for table in ("item", "examine_again", "case_cause", "case_report", "moderation_case", "keep"):
            tx.execute(f"DELETE FROM {table}")
        for one in told:
            if isinstance(one, QueueEntry):
                case_queue.store(db, ACCOUNT, [one], AT)
                continue
            ledger.store_page(db, "mod", Page(notifications=(one,), cursor=None), AT)
            known = case_causes.examined(db)
            unseen = case_causes.to_examine(db, known, 100)
            case_causes.store_causes(db, known, [(at, item, causes(item.notification)) for at, item in unseen])
            case_causes.drop_empty(db)
    return cases.listed(db, "all")


@settings(max_examples=30)
@given(stories, st.randoms(use_true_random=False))
def test_any_order_of_what_is_told_gives_the_same_cases(
    db: Database, story: tuple[list[Notification], list[QueueEntry]], chance: Random
) -> None:
    told: list[Notification | QueueEntry] = [*story[0], *story[1]]
    shuffled = list(told)
    chance.shuffle(shuffled)
    assert play(db, told) == play(db, shuffled)


@pytest.mark.parametrize(
    ("reason", "grave"),
    [
        *(("threatens to come to my house", GRAVE), ("reasonViolenceThreats", GRAVE), ("self-harm", GRAVE)),
        *(("menace un mineur", GRAVE), ("harcèlement", SERIOUS), ("hate speech", SERIOUS), ("reasonSpam", 0)),
        *(("violation of rule 4", 0), ("whatever", 0), ("", 0), ("\u202e" * 5_000, 0)),
    ],
)
def test_gravity_is_told_by_words(reason: str, grave: int) -> None:
    assert gravity(reason) == grave
