"""The sending contract before a server of the loopback that keeps what it is given, and can be made to fail."""

from __future__ import annotations

from typing import Any

import pytest

from cmday.errors import Uncertain
from tests.connectors.sending_contract import SendingContract
from tests.loopback.answers import Answer


class KeepingContract(SendingContract):
    """``server`` has ``fault``, ``keeps`` (what came, though the answer is lost), ``signed_in``, ``say``, ``refusal``."""

    server: Any
    url: str

    def bring_into(self, scene: str) -> None:
        server = self.server
        server.keeps = scene in ("closes", "hangs")
        if scene == "usual":
            server.fault = None
        elif scene == "signed-out":
            server.signed_in = False
        elif scene == "gone":
            self.url = "http://127.0.0.1:1"
        else:
            server.fault = {
                "closes": lambda: Answer(silent=True),
                "hangs": lambda: Answer(never=True),
                "refuses": lambda: server.say(server.refusal("Validation failed: such words"), 422),
                "busy": lambda: Answer(status=429, headers={"Retry-After": "30"}),
            }[scene]

    @pytest.mark.parametrize("answer", [Answer(status=502), Answer(body=b"<html>"), Answer(body=b'{"no": "id"}')])
    def test_an_answer_that_says_nothing_is_uncertain(self, answer: Answer) -> None:
        self.server.fault = lambda: answer
        assert isinstance(self.fails(), Uncertain)
