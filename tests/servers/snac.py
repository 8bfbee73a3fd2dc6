"""snac, a small ActivityPub server that speaks part of the Mastodon API, with two people and what they did."""

from __future__ import annotations

import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec

from tests.servers.grounds import Unavailable, answers, debian, free_address, run, running

OUT_OF_BAND: Final = "urn:ietf:wg:oauth:2.0:oob"
_PATIENCE: Final = 30.0
_HTTP: Final = 80


class Person(msgspec.Struct):
    name: str
    password: str
    token: str = ""
    id: str = ""


class Snac(msgspec.Struct):
    """A running server. ``post`` is ana's, which bruno likes, shares and answers."""

    url: str
    ana: Person
    bruno: Person
    post: str = ""

    def call(self, path: str, form: dict[str, str] | None = None, token: str = "") -> Any:
        """Ask the API; raises ``Unavailable`` for anything but success."""
        _, _, body = self._open(path, form, token)
        return json.loads(body)

    def code(self, person: Person, client_id: str) -> str:
        """What the server's page shows a person who signs in and agrees."""
        form = {"login": person.name, "passwd": person.password, "redir": OUT_OF_BAND, "cid": client_id, "state": "x"}
        _, headers, body = self._open("/oauth/x-snac-login", form)
        found = re.search(r"code=([^&\s\"<]+)", f"{headers.get('location') or ''} {body}")
        return found[1] if found else re.sub("<[^>]+>", " ", body).split()[-1]

    def sign_in(self, person: Person) -> None:
        app = self.call("/api/v1/apps", {"client_name": "test", "redirect_uris": OUT_OF_BAND, "scopes": "read write"})
        form = {
            "grant_type": "authorization_code",
            "code": self.code(person, app["client_id"]),
            "client_id": app["client_id"],
            "client_secret": app["client_secret"],
            "redirect_uri": OUT_OF_BAND,
        }
        person.token = self.call("/oauth/token", form)["access_token"]
        person.id = self.call("/api/v1/accounts/verify_credentials", token=person.token)["id"]

    def says(self, person: Person, text: str, *, visibility: str = "public", answering: str = "") -> str:
        form = {"status": text, "visibility": visibility} | ({"in_reply_to_id": answering} if answering else {})
        number: str = self.call("/api/v1/statuses", form, person.token)["id"]
        return number

    def notified(self, person: Person) -> list[Any]:
        found: list[Any] = self.call("/api/v1/notifications", token=person.token)
        return found

    def deeds(self, person: Person) -> int:
        """How many things a person was told of: a busy server tells of some of them twice."""
        told = self.notified(person)
        return len({(one["type"], one["account"]["id"], (one.get("status") or {}).get("id")) for one in told})

    def wait_notified(self, person: Person, count: int) -> None:
        """Until a person was told of so many things: the server works its queue by and by."""
        until = time.monotonic() + _PATIENCE
        while self.deeds(person) < count:
            if time.monotonic() > until:
                raise Unavailable(f"{self.deeds(person)} of {count} notifications came")
            time.sleep(0.3)

    def _open(self, path: str, form: dict[str, str] | None = None, token: str = "") -> tuple[int, Any, str]:
        headers = {"accept": "application/json"} | ({"authorization": f"Bearer {token}"} if token else {})
        data = urllib.parse.urlencode(form).encode() if form is not None else None
        try:
            answer = _opener.open(urllib.request.Request(self.url + path, data, headers), timeout=20)
        except urllib.error.HTTPError as redirect:
            if not 300 <= redirect.code < 400:
                raise Unavailable(f"{path}: {redirect.code}") from redirect
            answer = redirect
        with answer:
            return answer.status, answer.headers, answer.read().decode()


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay)


@contextmanager
def snac(folder: Path) -> Iterator[Snac]:
    """The server, seeded: bruno follows ana, likes, shares and answers her post, mentions her and writes to her."""
    program = debian("snac", ["snac2"], "bookworm-backports") / "usr/bin/snac"
    # Its mentions know no port, so it stands on port 80 of a loopback address of its own.
    host, data = free_address(_HTTP), folder / "data"
    run(program, "init", data, told=f"{host}\n{_HTTP}\n{host}\n\n\n")
    settings = json.loads((data / "server.json").read_text())
    settings |= {"protocol": "http", "host": host, "disable_email_notifications": True, "disable_sandbox": True}
    settings |= {"show_instance_timeline": True, "min_account_age": 0, "rss_hashtag_poll_hours": 0}
    (data / "server.json").write_text(json.dumps(settings))
    ana, bruno = (Person(name, _password(run(program, "adduser", data, name, told="\n"))) for name in ("ana", "bruno"))
    with running([program, "httpd", data], log=folder / "snac.log", ready=lambda: answers(_HTTP, host=host)):
        server = Snac(f"http://{host}", ana, bruno)
        _seed(server)
        yield server


def _password(said: str) -> str:
    found = re.search(r"password(?: is|:)\s*(\S+)", said, re.IGNORECASE)
    if not found:
        raise Unavailable(f"snac adduser said {said!r}")
    return found[1]


def _seed(server: Snac) -> None:
    ana, bruno = server.ana, server.bruno
    host = server.url.removeprefix("http://")
    server.sign_in(ana)
    server.sign_in(bruno)
    found = server.call(
        "/api/v2/search?" + urllib.parse.urlencode({"q": f"@ana@{host}", "resolve": "true", "type": "accounts"}),
        token=bruno.token,
    )["accounts"]
    server.call(f"/api/v1/accounts/{found[0]['id'] if found else ana.id}/follow", {}, bruno.token)
    server.wait_notified(ana, 1)
    server.post = server.says(ana, "Community meetup tonight, who is in? #meetup")
    there = _in_home(server, bruno, "meetup tonight")
    server.call(f"/api/v1/statuses/{there}/favourite", {}, bruno.token)
    server.call(f"/api/v1/statuses/{there}/reblog", {}, bruno.token)
    server.says(bruno, f"@ana@{host} count me in!", answering=there)
    server.says(bruno, f"@ana@{host} is there parking &amp; a cloakroom?")
    server.says(bruno, f"@ana@{host} just between us", visibility="direct")
    server.wait_notified(ana, 6)


def _in_home(server: Snac, person: Person, text: str) -> str:
    """The post with this text, once it has come to a person's own timeline."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        for post in server.call("/api/v1/timelines/home?limit=20", token=person.token):
            if text in post["content"]:
                number: str = post["id"]
                return number
        time.sleep(0.3)
    raise Unavailable(f"{text!r} did not come to {person.name}")
