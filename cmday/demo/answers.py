"""A folder of recorded answers in the making."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Final

import msgspec

from cmday.connectors.recorded import INDEX, Recording

_JSON_SECONDS: Final = 0.35


class Answers:
    """What the networks answer at one moment (``until``), written file by file; ``close`` writes the index."""

    def __init__(self, folder: Path, until: datetime) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        self.folder = folder
        self.until = until
        self.recordings: list[Recording] = []

    def keep(self, name: str, body: bytes) -> str:
        """Write a body; returns the name by which a recording finds it."""
        (self.folder / name).write_bytes(body)
        return name

    def add(self, recording: Recording) -> None:
        self.recordings.append(recording)

    def page(self, name: str, url: str, content_type: str, body: bytes, seconds: float) -> None:
        """What a server gives at an address, with a validator to ask again with."""
        headers = {
            "content-type": f"{content_type}; charset=utf-8",
            "etag": f'"{hashlib.sha256(body).hexdigest()[:16]}"',
        }
        self.add(Recording(url=url, file=self.keep(name, body), headers=headers, seconds=seconds))

    def json(
        self, name: str, url: str, answer: object, query: dict[str, str] | None = None, *, method: str = "GET"
    ) -> None:
        """What an API answers to a question, or says to something written."""
        body = json.dumps(answer, ensure_ascii=False).encode()
        headers = {"content-type": "application/json; charset=utf-8", "date": format_datetime(self.until)}
        file = self.keep(name, body)
        self.add(
            Recording(url=url, method=method, query=query or {}, file=file, headers=headers, seconds=_JSON_SECONDS)
        )

    def close(self) -> None:
        self.keep(INDEX, msgspec.json.encode(self.recordings))
