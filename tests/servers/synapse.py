"""Synapse, the Matrix server: two people and its administrator, a community room, a private and an encrypted one."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import msgspec

from tests.servers.asking import ask
from tests.servers.grounds import answers, free_port, python, run, running

ALIAS: Final = "#community:localhost"
_PACKAGE: Final = "matrix-synapse==1.163.2"
_SECRET: Final = "secret-for-tests"
_START_SECONDS: Final = 90
_FREELY: Final = "{per_second: 1000, burst_count: 1000}"


class Person(msgspec.Struct):
    name: str
    id: str
    password: str
    token: str


class Synapse(msgspec.Struct):
    """A running server. ``room`` is the community's, ``private`` is of ana and bruno, ``closed`` is encrypted.

    ``root`` is its administrator, who is in no room.
    ``welcome`` is ana's, ``mention``, ``answer``, ``question`` and ``letter`` are bruno's words to her, ``chatter`` is
    said to nobody.
    """

    url: str
    ana: Person
    bruno: Person
    root: Person
    room: str = ""
    private: str = ""
    closed: str = ""
    welcome: str = ""
    mention: str = ""
    answer: str = ""
    chatter: str = ""
    letter: str = ""
    count: int = 0

    def call(self, method: str, path: str, body: object = None, *, by: Person | None = None) -> Any:
        token = f"Bearer {by.token}" if by else ""
        below = "" if path.startswith("/_synapse/") else "/_matrix/client/v3"
        return ask(method, f"{self.url}{below}{path}", body, authorization=token)

    def says(self, person: Person, room: str, text: str, **more: Any) -> str:
        self.count += 1
        body = {"msgtype": "m.text", "body": text, **more}
        path = f"/rooms/{quote(room)}/send/m.room.message/t{self.count}"
        number: str = self.call("PUT", path, body, by=person)["event_id"]
        return number

    def answers(self, person: Person, room: str, event: str, text: str) -> str:
        return self.says(person, room, text, **{"m.relates_to": {"m.in_reply_to": {"event_id": event}}})

    def messages(self, room: str) -> list[dict[str, Any]]:
        """What was said in a room, newest first."""
        found: list[dict[str, Any]] = self.call("GET", f"/rooms/{quote(room)}/messages?dir=b&limit=500", by=self.ana)[
            "chunk"
        ]
        return [one for one in found if one["type"] == "m.room.message"]

    def reports(self, person: Person, room: str, event: str, reason: str) -> None:
        """A person tells the administrators of the server that an event is not right."""
        self.call("POST", f"/rooms/{quote(room)}/report/{quote(event)}", {"reason": reason}, by=person)

    def makes(self, person: Person, **settings: Any) -> str:
        number: str = self.call("POST", "/createRoom", settings, by=person)["room_id"]
        return number

    def joins(self, person: Person, room: str) -> None:
        self.call("POST", f"/join/{quote(room)}", {}, by=person)

    def signs_in(self, person: Person) -> str:
        """Another token for a person, which can be revoked without harm."""
        told = {"type": "m.login.password", "identifier": {"type": "m.id.user", "user": person.name}}
        token: str = self.call("POST", "/login", {**told, "password": person.password})["access_token"]
        return token


@contextmanager
def synapse(folder: Path) -> Iterator[Synapse]:
    """The server, seeded."""
    program = python("synapse", _PACKAGE)
    port = free_port()
    settings = folder / "server.yaml"
    settings.write_text(_settings(folder, port))
    (folder / "log.yaml").write_text(
        "version: 1\nhandlers: {c: {class: logging.StreamHandler}}\nroot: {level: WARNING, handlers: [c]}\n"
    )
    start: list[str | Path] = [program, "-m", "synapse.app.homeserver", "-c", settings]
    run(*start, "--generate-keys")
    log = folder / "synapse.log"
    with running(start, log=log, ready=lambda: answers(port), seconds=_START_SECONDS):
        yield _seeded(f"http://127.0.0.1:{port}")


def _settings(folder: Path, port: int) -> str:
    listener = f'port: {port}, bind_addresses: ["127.0.0.1"], type: http, tls: false'
    return f"""
server_name: "localhost"
pid_file: {folder}/synapse.pid
listeners: [{{{listener}, resources: [{{names: [client], compress: false}}]}}]
database: {{name: sqlite3, args: {{database: "{folder}/synapse.db"}}}}
log_config: {folder}/log.yaml
media_store_path: {folder}/media
registration_shared_secret: "{_SECRET}"
macaroon_secret_key: "m"
form_secret: "f"
report_stats: false
signing_key_path: {folder}/signing.key
trusted_key_servers: []
federation_domain_whitelist: []
suppress_key_server_warning: true
rc_message: {_FREELY}
rc_login: {{address: {_FREELY}, account: {_FREELY}, failed_attempts: {_FREELY}}}
rc_registration: {_FREELY}
rc_reports: {_FREELY}
rc_invites: {{per_room: {_FREELY}, per_user: {_FREELY}}}
"""


def _seeded(url: str) -> Synapse:
    server = Synapse(url, _registered(url, "ana"), _registered(url, "bruno"), _registered(url, "root", admin=True))
    ana, bruno = server.ana, server.bruno
    alias = ALIAS[1:].partition(":")[0]
    server.room = server.makes(ana, name="Community", preset="public_chat", room_alias_name=alias)
    server.joins(bruno, server.room)
    server.welcome = server.says(ana, server.room, "Welcome to the community room")
    named = {"m.mentions": {"user_ids": [ana.id]}}
    server.mention = server.says(bruno, server.room, "ana: thanks for having us", **named)
    server.answer = server.answers(bruno, server.room, server.welcome, "Glad to be here")
    server.chatter = server.says(bruno, server.room, "BUY CHEAP FOLLOWERS")
    server.private = server.makes(bruno, preset="trusted_private_chat", is_direct=True, invite=[ana.id])
    server.joins(ana, server.private)
    server.letter = server.says(bruno, server.private, "Just between us: may I help?")
    encryption = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
    server.closed = server.makes(bruno, name="Board", invite=[ana.id], initial_state=[encryption])
    server.joins(ana, server.closed)
    server.says(bruno, server.closed, "which nobody but us can read")
    return server


def _registered(url: str, name: str, *, admin: bool = False) -> Person:
    where = f"{url}/_synapse/admin/v1/register"
    nonce: str = ask("GET", where)["nonce"]
    password = f"pw-{name}"
    parts = (nonce.encode(), name.encode(), password.encode(), b"admin" if admin else b"notadmin")
    mac = hmac.new(_SECRET.encode(), b"\0".join(parts), hashlib.sha1).hexdigest()
    told = {"nonce": nonce, "username": name, "password": password, "admin": admin, "mac": mac}
    made = ask("POST", where, told)
    return Person(name, made["user_id"], password, made["access_token"])
