"""A home in which three people wait for an answer, seen once; from then on no network is needed."""

from __future__ import annotations

import pytest

from tests.conftest import Cmday
from tests.connectors.timeline import Timeline
from tests.loopback.fixture import loopback
from tests.loopback.server import Loopback
from tests.steps.notifications.conftest import Configure, configure, mention, serve, timeline_of

__all__ = ["configure", "loopback"]


@pytest.fixture
def waiting(loopback: Loopback, configure: Configure, cmday: Cmday) -> Timeline:
    """``i1`` is Nina's message about the doors, ``i2`` Elodie's question, ``i3`` Karim's thanks."""
    timeline = timeline_of(
        mention(1001, "Les portes, vendredi, c'est 19 h ou 20 h ?", hours=1, visibility="direct"),
        mention(1002, "Ma carte expire jeudi, qui la renouvelle ?", hours=2, name="elodie"),
        mention(1003, "Merci pour la soirée, c'était très bien.", hours=3, name="karim"),
    )
    configure({"nox": "sss"})
    serve(loopback, "nox", timeline)
    shown = cmday("inbox", "--json")
    assert [item["author"] for item in shown.json["data"]["items"]] == ["Nina", "Elodie", "Karim"]
    return timeline
