"""The tour of the networks: all at once, one line that says how each did."""

from __future__ import annotations

from pathlib import Path

import pytest

from cmday.core.accounts import Account, AccountState
from cmday.core.items import Page
from cmday.errors import CmdayError, Unreachable
from cmday.i18n import phrase
from cmday.steps.notifications.tour import stages
from cmday.steps.protocol import Outcome, OutcomeStatus
from cmday.storage import accounts, ledger
from tests.conftest import Cmday
from tests.loopback.answers import Answer
from tests.loopback.server import Loopback
from tests.steps.notifications.conftest import PATH, Configure, mention, serve, timeline_of
from tests.storage.making import NOW, database

SIX = [f"net{number}" for number in range(6)]


def test_six_accounts_are_asked_at_once(cmday: Cmday, loopback: Loopback, configure: Configure) -> None:
    configure(dict.fromkeys(SIX, "sss"))
    for name in SIX:
        serve(loopback, name, timeline_of(mention(1, f"Bonjour de {name}", name=name)), delay=0.3)
    result = cmday("inbox", "--json")
    assert result.code == 0, result.err
    assert len(result.json["data"]["items"]) == len(SIX)
    assert loopback.most_at_once == len(SIX), "none waits for another"
    assert max(loopback.peak.values()) == 1, "and each server is asked one thing at a time"


def test_the_line_says_how_each_did(cmday: Cmday, loopback: Loopback, configure: Configure) -> None:
    configure({"nox": "sss", "bema": "bem"})
    serve(loopback, "nox", timeline_of(mention(1, "Bonjour"), mention(2, "Bonsoir", name="bob")))
    serve(loopback, "bema", timeline_of(mention(1, "Bonjour")))
    assert "nox 2 · bema 1" in cmday("inbox").out
    loopback.route(PATH, Answer(status=500), host="bema.localhost")
    said = " ".join(cmday("inbox").out.split())
    assert "nox 0 · bema failed, shown from 08:31" in said
    assert "nox" not in cmday("inbox", "--offline").out.splitlines()[2], "who asked nobody made no tour"


def stage(status: OutcomeStatus, error: CmdayError | None = None, **state: object) -> tuple[object, ...]:
    account = Account(name="home", network="mastodon", server="https://m.example")
    known = {"home": AccountState(account="home", fresh=3, last_success=NOW, **state)}  # type: ignore[arg-type]
    outcome = Outcome(key="sweep:home", subject="home", status=status, error=error)
    [found] = stages([account], known, {"sweep:home": outcome})
    return found.title, found.new, found.said, found.gap, found.failed


@pytest.mark.parametrize(
    ("status", "state", "expected"),
    [
        ("done", {}, ("Mastodon", 3, None, False, False)),
        ("done", {"said": "304"}, ("Mastodon", 3, "304", False, False)),
        ("done", {"gap": "something is missing"}, ("Mastodon", 3, None, True, False)),
        ("waiting", {"said": "$0.03"}, ("Mastodon", 0, None, False, False)),
        ("failed", {"said": "304"}, ("Mastodon", 0, None, False, True)),
    ],
)
def test_what_is_said_of_an_account(status: OutcomeStatus, state: dict[str, object], expected: object) -> None:
    error = Unreachable(phrase("no answer")) if status == "failed" else None
    assert stage(status, error, **state) == expected


def test_two_of_one_network_go_by_their_own_names() -> None:
    both = [Account(name=name, network="mastodon", server="https://m.example") for name in ("one", "two")]
    outcomes = {f"sweep:{one.name}": Outcome(key="", subject="", status="done") for one in both}
    assert [found.title for found in stages(both, {}, outcomes)] == ["one", "two"]


def test_what_a_page_says_is_kept_until_the_next_sweep(tmp_path: Path) -> None:
    db = database(tmp_path)
    ledger.store_page(db, "nox", Page(notifications=(), cursor=None, said="26 h gap"), NOW, whole=False)
    ledger.store_page(db, "nox", Page(notifications=(), cursor=None), NOW, first=False)
    assert accounts.state(db, "nox").said == "26 h gap"
    ledger.store_page(db, "nox", Page(notifications=(), cursor=None), NOW)
    assert accounts.state(db, "nox").said is None
    db.close()
