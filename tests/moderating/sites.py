"""Sites with comments that wait, each on a host of its own, which count how often each comment was decided on."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from tests.connectors.test_wordpress_moderating import Site, comment
from tests.loopback.answers import Answer, Received
from tests.loopback.server import Loopback


class Sites:
    """``sites["blog"].comments``; ``lag`` seconds pass between carrying something out and saying so."""

    def __init__(self, loopback: Loopback, servers: dict[str, str], *, lag: float = 0.0) -> None:
        self.lag = lag
        self._sites = {name: Site(loopback) for name in servers}
        for name in servers:
            loopback.route("*", self._answering(name), host=f"{name}.localhost")

    def __getitem__(self, name: str) -> Site:
        return self._sites[name]

    def written(self) -> list[tuple[str, str, str, Any]]:
        """All that was written, as ``(site, method, path, body)``."""
        return [(name, *one) for name, site in self._sites.items() for one in site.written]

    def counts(self) -> Counter[str]:
        """How often each comment was decided on."""
        return Counter(f"{name}{path}" for name, _method, path, _body in self.written())

    def statuses(self, name: str) -> dict[int, str]:
        return {number: one["status"] for number, one in self._sites[name].comments.items()}

    def fill(self, name: str, numbers: range) -> None:
        """Let other comments wait on a site."""
        self._sites[name].comments |= {number: comment(number, text=f"Words {number}") for number in numbers}

    def _answering(self, name: str) -> Any:
        site = self._sites[name]

        def answer(received: Received) -> Answer:
            path = received.path.removeprefix("/wp-json/wp/v2")
            if received.method == "GET" and path == "/comments" and "status=" not in received.query:
                return Answer(body=json.dumps([]).encode(), headers={"Content-Type": "application/json"})
            said = site(received)
            return (
                said
                if received.method == "GET"
                else Answer(
                    status=said.status, body=said.body, headers=said.headers, delay=self.lag, silent=said.silent
                )
            )

        return answer
