"""What becomes a case by hand: what somebody said, never what they only liked."""

from __future__ import annotations

import pytest

from cmday.core.items import Kind
from cmday.errors import WrongUse
from cmday.steps.moderation.acting import actions
from cmday.storage import cases
from tests.people.conftest import Sweep, settled, sweep, told

__all__ = ["settled", "sweep"]


@pytest.mark.parametrize("kind", ["like", "share", "follow"])
def test_who_liked_our_post_does_not_put_our_post_on_trial(sweep: Sweep, kind: Kind) -> None:
    """The subject of a like is what was liked: to remove it would remove our own."""
    from cmday.cli.arguments import Options
    from cmday.cli.run import Run

    sweep(told(1, "@zo@m.example", "Zo", kind=kind, text="", subject="77", reply=None), told(2, "@zo@m.example", "Zo"))
    with Run(Options()) as run:
        with pytest.raises(WrongUse):
            actions.take_up(run.session, "nox:1")
        assert cases.count(run.session.database, "all") == 0
        actions.take_up(run.session, "nox:2")
        assert cases.count(run.session.database, "all") == 1
