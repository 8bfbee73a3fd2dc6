"""Whatever is done to the outbox in whatever order: each thing goes out once at most, and a person knows of each."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from cmday.__main__ import main
from cmday.cli.arguments import Options
from cmday.cli.run import Run
from cmday.core.outbox import Outgoing
from cmday.storage import outbox
from tests.loopback.answers import Answer, busy
from tests.loopback.server import Loopback
from tests.outbox.conftest import configure, settle, write_items
from tests.outbox.post_office import TOKEN, PostOffice

NUMBERS = st.integers(1, 5)
FAULTS = {
    "closes": (Answer(silent=True), False),
    "keeps and closes": (Answer(silent=True), True),
    "breaks": (Answer(status=500, body=b"oops"), True),
    "refuses": (Answer(status=422, body=b'{"error": "no"}'), False),
    "wants patience": (busy(429, "60"), False),
}


class Outbox(RuleBasedStateMachine):
    """Drives the program by its one door; the server counts."""

    @initialize()
    def begin(self) -> None:
        self.stack = contextlib.ExitStack()
        self.home = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        os.environ.update(CMDAY_HOME=str(self.home), TOKEN=TOKEN)
        self.office = PostOffice(self.stack.enter_context(Loopback()))
        configure(self.home, self.office.loopback)
        accounts = ("nox", "nox", "bema", "bema")
        write_items(*({"text": f"texte {n}", "account": account} for n, account in enumerate(accounts)))
        self.written = len(accounts)

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            self.stack.close()

    def call(self, *argv: str) -> int:
        with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):  # noqa: PTH123
            code = main(list(argv))
        assert code in (0, 1, 2, 3), argv
        return code

    def items(self) -> list[Outgoing]:
        with Run(Options()) as run:
            db = run.session.database
            return [*outbox.waiting(db), *outbox.ended(db)]

    @rule(account=st.sampled_from(["nox", "bema"]), state=st.sampled_from(["queued", "queued", "draft"]))
    def write(self, account: str, state: str) -> None:
        if self.written < 6:
            self.written += 1
            write_items({"text": f"texte {self.written}", "account": account, "state": state})

    @rule(verb=st.sampled_from(["hold", "release", "drop"]), number=NUMBERS)
    def change(self, verb: str, number: int) -> None:
        self.call("outbox", verb, f"o{number}")

    @rule(fault=st.sampled_from(["", *FAULTS]), account=st.sampled_from(["nox", "bema"]))
    def send(self, fault: str, account: str) -> None:
        if fault:
            answer, keeps = FAULTS[fault]
            self.office.fail(account, answer, keeps=keeps)
        self.call("send", "--yes")
        self.office.faults.clear()

    @rule(number=NUMBERS)
    def send_one(self, number: int) -> None:
        self.call("send", f"o{number}", "--yes")

    @rule(count=st.integers(1, 3))
    def undo(self, count: int) -> None:
        self.call("undo", str(count), "--yes")

    @rule(number=NUMBERS)
    def undo_one(self, number: int) -> None:
        self.call("undo", f"o{number}", "--yes")

    @rule()
    def time_passes(self) -> None:
        if (self.home / "cmday.db").exists():
            settle(self.home)

    @rule(number=NUMBERS, left=st.booleans())
    def crash(self, number: int, *, left: bool) -> None:
        """As a sender leaves an item that was killed before or after the request left."""
        queued = [one for one in self.items() if one.state == "queued"]
        if not queued:
            return
        one = queued[number % len(queued)]
        with closing(sqlite3.connect(self.home / "cmday.db")) as database, database:
            database.execute(
                "UPDATE outbox SET state = 'sending', sender = '1 2 3', began = unixepoch() WHERE id = ?", (one.id,)
            )
        if left:
            self.office.add(one.account, one.text)

    @invariant()
    def nothing_is_there_twice(self) -> None:
        if hasattr(self, "office"):
            assert all(count <= 1 for count in self.office.counts().values()), self.office.counts()

    @invariant()
    def the_outbox_knows_where_everything_is(self) -> None:
        if not hasattr(self, "office") or not (self.home / "cmday.db").exists():
            return
        there = self.office.counts()
        for one in self.items():
            if one.state == "sent":
                assert there[one.text] == 1
            elif one.state in ("queued", "draft", "held", "failed"):
                assert there[one.text] == 0, one


# A taste of it in the quick run; all of it in the run with real servers, which may take its time.
@pytest.mark.parametrize("examples", [20, pytest.param(100, marks=pytest.mark.server)])
def test_whatever_is_done_each_goes_out_once(examples: int) -> None:
    run_state_machine_as_test(
        Outbox,
        settings=settings(
            max_examples=examples, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
