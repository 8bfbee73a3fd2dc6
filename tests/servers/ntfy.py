"""ntfy, with one person whose token may write and read, and a topic that only she may."""

from __future__ import annotations

import json
import os
import re
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec

from tests.servers.grounds import answers, debian, free_port, run, running

NAME: Final = "ana"
PASSWORD: Final = "secret-ana"
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class NtfyServer(msgspec.Struct, frozen=True):
    """The running server; nobody may do anything without ``token``."""

    url: str
    token: str

    def messages(self, topic: str, at_least: int = 0) -> list[dict[str, Any]]:
        """What the topic has, oldest first; waits a while for so many."""
        until = time.monotonic() + 5
        while True:
            request = urllib.request.Request(
                f"{self.url}/{topic}/json?poll=1&since=all", headers={"Authorization": f"Bearer {self.token}"}
            )
            with _opener.open(request, timeout=10) as answer:
                found = [json.loads(line) for line in answer.read().splitlines()]
            told = [one for one in found if one["event"] == "message"]
            if len(told) >= at_least or time.monotonic() > until:
                return told
            time.sleep(0.1)


@contextmanager
def ntfy(folder: Path) -> Iterator[NtfyServer]:
    program = debian("ntfy", ["ntfy"], "trixie") / "usr/bin/ntfy"
    port = free_port()
    settings = folder / "server.yml"
    settings.write_text(
        f'base-url: "http://127.0.0.1:{port}"\nlisten-http: "127.0.0.1:{port}"\n'
        f'cache-file: "{folder}/cache.db"\nauth-file: "{folder}/auth.db"\nauth-default-access: "deny-all"\n'
    )
    listening: list[str | Path] = [program, "serve", "-c", settings]
    with running(listening, log=folder / "ntfy.log", ready=lambda: answers(port)):
        run(program, "user", "-c", settings, "add", "--role=admin", NAME, env={"NTFY_PASSWORD": PASSWORD})
        # The program speaks of its success on stderr.
        said = run("sh", "-c", f"'{program}' token -c '{settings}' add {NAME} 2>&1", env=dict(os.environ))
        token = re.search(r"tk_[a-z0-9]+", said)
        assert token, said
        yield NtfyServer(f"http://127.0.0.1:{port}", token[0])
