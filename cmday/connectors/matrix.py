"""Matrix: who writes to us in private, speaks to us in rooms, and what is said in the rooms that we run.

Client-server API v3: ``/sync`` with a filter (spec.matrix.org/latest/client-server-api/#syncing). cmday has no keys, so
encrypted rooms are passed over, and said.
"""

from __future__ import annotations

from typing import ClassVar

from cmday.connectors.matrix_api import MatrixApi
from cmday.connectors.matrix_reach import reach
from cmday.connectors.matrix_sweep import Sweep, wanted_rooms
from cmday.connectors.protocol import Exchange, Probe
from cmday.core.accounts import Account
from cmday.core.items import Cursor, Page


class Matrix:
    """One account on one home server. Option ``rooms``: aliases or ids of the rooms that one runs."""

    network: ClassVar[str] = "matrix"

    def __init__(self, account: Account) -> None:
        self.account = account

    def check(self) -> Exchange[Probe]:
        """Who is signed in, and whether the rooms that one runs are there and joined."""
        api = MatrixApi(self.account)
        me = yield from api.who()
        response = yield from api.get("/joined_rooms")
        joined = api.read(response, dict[str, list[str]]).get("joined_rooms", [])
        strange = []
        for word in wanted_rooms(self.account):
            room = yield from api.room_called(word)
            if room not in joined:
                strange.append(word)
        return Probe(
            identity=me,
            capabilities=frozenset({"notifications", "messages", "replies", "posts"}),
            detail=f"not in the room {', '.join(strange)}" if strange else None,
        )

    def notifications(self, since: Cursor | None) -> Exchange[Page]:
        """Everything after the cursor: the sync first, then what the cut timelines of rooms left out."""
        return (yield from Sweep(self.account, MatrixApi(self.account), reach(since)).talk())
