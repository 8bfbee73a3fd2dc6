"""Radicale, a CalDAV server, with ana's work calendar."""

from __future__ import annotations

import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.error import HTTPError

import msgspec

from tests.servers.grounds import answers, free_port, python, running

VERSION: Final = "radicale==3.9.0"
_COLLECTION: Final = b"""<?xml version="1.0"?><D:mkcol xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>
<D:resourcetype><D:collection/><C:calendar/></D:resourcetype><D:displayname>Work</D:displayname>
</D:prop></D:set></D:mkcol>"""
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Radicale(msgspec.Struct, frozen=True):
    """A running server; ``calendar`` is the address of the collection, which a GET answers as one .ics."""

    url: str
    calendar: str
    username: str
    password: str
    log: Path

    def put(self, uid: str, *lines: str) -> None:
        """Write an event; ``lines`` are its properties."""
        self.put_at(f"{self.calendar}{uid}.ics", uid, *lines)

    def put_at(self, url: str, uid: str, *lines: str) -> None:
        """Write an event at an address of its own."""
        content = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//cmday//tests//EN", "BEGIN:VEVENT", f"UID:{uid}"]
        content += ["DTSTAMP:20260101T000000Z", *lines, "END:VEVENT", "END:VCALENDAR", ""]
        self._send("PUT", url, "\r\n".join(content).encode(), "text/calendar")

    def get(self, url: str) -> str:
        """A collection or an object as text."""
        return self._send("GET", url, None, "text/plain")

    def delete(self, url: str) -> None:
        """Take an object or a whole collection out, where it is there."""
        try:
            self._send("DELETE", url, None, "text/plain")
        except HTTPError as error:
            if error.code != HTTPStatus.NOT_FOUND:
                raise

    def count(self, method: str) -> int:
        """How many requests of a method the server has taken."""
        return self.log.read_text(errors="replace").count(f"{method} request for")

    def _send(self, method: str, url: str, body: bytes | None, content_type: str) -> str:
        word = b64encode(f"{self.username}:{self.password}".encode()).decode()
        headers = {"authorization": f"Basic {word}", "content-type": content_type}
        with _opener.open(urllib.request.Request(url, body, headers, method=method), timeout=10) as answer:
            text: str = answer.read().decode()
        return text


@contextmanager
def radicale(folder: Path) -> Iterator[Radicale]:
    """The server, with an empty calendar."""
    interpreter = python("radicale", VERSION)
    port = free_port()
    (folder / "users").write_text("ana:secret-ana\n")
    (folder / "config").write_text(
        f"[server]\nhosts = 127.0.0.1:{port}\n"
        f"[auth]\ntype = htpasswd\nhtpasswd_filename = {folder}/users\nhtpasswd_encryption = plain\ndelay = 0\n"
        f"[storage]\nfilesystem_folder = {folder}/collections\n[logging]\nlevel = info\n"
    )
    url = f"http://127.0.0.1:{port}"
    server = Radicale(url, f"{url}/ana/work/", "ana", "secret-ana", folder / "radicale.log")
    with running(
        [interpreter, "-m", "radicale", "--config", folder / "config"],
        log=folder / "radicale.log",
        ready=lambda: answers(port),
    ):
        server._send("MKCOL", server.calendar, _COLLECTION, "application/xml")
        yield server
