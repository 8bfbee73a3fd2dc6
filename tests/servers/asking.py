"""Asks a real server in JSON, past cmday, to set it up and to look what is there."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

from tests.servers.grounds import Unavailable

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def ask(method: str, url: str, body: object = None, *, authorization: str = "") -> Any:
    """The JSON that a server answers; raises ``Unavailable`` for anything but success."""
    headers = {"accept": "application/json", "content-type": "application/json"}
    if authorization:
        headers["authorization"] = authorization
    data = None if body is None else json.dumps(body).encode()
    try:
        with _opener.open(urllib.request.Request(url, data, headers, method=method), timeout=30) as answer:
            return json.loads(answer.read() or b"{}")
    except urllib.error.HTTPError as refused:
        raise Unavailable(f"{method} {url}: {refused.code} {refused.read()[:300]!r}") from refused
