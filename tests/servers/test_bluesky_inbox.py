"""Bluesky's own servers as a network of the inbox: each thing once, sessions that renew, answers that arrive once."""

from __future__ import annotations

import json
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cmday.connectors.catalog import sender
from cmday.core.accounts import Account
from cmday.core.outbox import Attachment, Outgoing, Sent
from cmday.renewal import SigningIn
from tests.conftest import Cmday
from tests.servers.atproto import Atproto, Person
from tests.servers.grounds import Unavailable
from tests.servers.test_snac_writing import dot
from tests.servers.writing import hold

pytestmark = pytest.mark.server

_PATIENCE = 40.0


class Seeded(msgspec.Struct):
    """``post`` is ana's; the others are what bruno did, by the reason that the network gives."""

    server: Atproto
    app_password: str
    post: dict[str, Any]
    done: dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def seeded(atproto_server: Atproto) -> Seeded:
    ana, bruno = atproto_server.ana, atproto_server.bruno
    made = atproto_server.call(atproto_server.pds, "com.atproto.server.createAppPassword", {"name": "cmday"}, ana.token)
    post = atproto_server.says(ana, "Open stage on Friday, who plays?")
    there = {"uri": post["uri"], "cid": post["cid"]}
    mention = {"$type": "app.bsky.richtext.facet#mention", "did": ana.did}
    facets = [{"index": {"byteStart": 0, "byteEnd": 9}, "features": [mention]}]
    done = {
        "follow": atproto_server.record(bruno, "app.bsky.graph.follow", {"subject": ana.did}),
        "like": atproto_server.record(bruno, "app.bsky.feed.like", {"subject": there}),
        "share": atproto_server.record(bruno, "app.bsky.feed.repost", {"subject": there}),
        "reply": atproto_server.says(bruno, "Count me in!", reply={"root": there, "parent": there}),
        "question": atproto_server.says(bruno, "@ana.test is there parking & a cloakroom?", facets=facets),
        "mention": atproto_server.says(bruno, "Hear hear", embed={"$type": "app.bsky.embed.record", "record": there}),
    }
    wait(lambda: {one["uri"] for one in done.values()} <= {one["uri"] for one in notified(atproto_server, ana)})
    return Seeded(atproto_server, made["password"], post, done)


def notified(server: Atproto, person: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = server.call(
        server.pds, "app.bsky.notification.listNotifications", token=person.token, limit="100"
    )["notifications"]
    return found


def wait(there: Any) -> None:
    until = time.monotonic() + _PATIENCE
    while not there():
        if time.monotonic() > until:
            raise Unavailable("the AppView did not learn of it")
        time.sleep(0.3)


@pytest.fixture
def sky(home: Path, seeded: Seeded, monkeypatch: pytest.MonkeyPatch) -> Seeded:
    """An account of ana's, signed in by an app password from the environment."""
    monkeypatch.delenv("CMDAY_NOW")
    monkeypatch.setenv("APP_PASSWORD", seeded.app_password)
    (home / "config.toml").write_text(
        '[community.bem]\ntitle = "BEM"\n[account.sky]\nnetwork = "bluesky"\n'
        f'server = "{seeded.server.pds}"\ncommunities = ["bem"]\nusername = "ana.test"\n'
        'secret = { env = "APP_PASSWORD" }\n'
    )
    return seeded


def items(cmday: Cmday) -> list[dict[str, Any]]:
    result = cmday("inbox", "--json", "--all")
    assert result.code == 0, result
    found: list[dict[str, Any]] = result.json["data"]["items"]
    return found


def test_each_comes_once_with_its_kind_author_time_and_link(sky: Seeded, cmday: Cmday) -> None:
    found = {one["id"].removeprefix("sky:"): one for one in items(cmday)}
    there = sky.post["uri"]
    folded = {"follow": "fold/sky/follow/", "like": f"fold/sky/like/{there}", "share": f"fold/sky/share/{there}"}
    for kind, made in sky.done.items():
        one = found[folded.get(kind, made["uri"])]
        assert (one["kind"], one["author"], one["author_handle"]) == (kind, "Bruno", "@bruno.test")
        assert (one["count"], one["community"]) == (1, "bem")
        assert abs(datetime.fromisoformat(one["at"]) - datetime.now(UTC)) < timedelta(minutes=10)
    question = found[sky.done["question"]["uri"]]
    assert question["text"] == "is there parking & a cloakroom?"
    assert question["url"] == f"https://bsky.app/profile/bruno.test/post/{_key(sky.done['question'])}"
    assert found[folded["like"]]["url"].endswith(f"/post/{_key(sky.post)}")
    assert found[folded["follow"]]["url"] == "https://bsky.app/profile/bruno.test"
    again = cmday("inbox", "--json", "--all").json["data"]
    assert again["accounts"][0]["new"] == 0
    assert Counter(one["id"] for one in again["items"]) == Counter(one["id"] for one in found.values())


def _key(made: dict[str, Any]) -> str:
    key: str = made["uri"].rsplit("/", 1)[1]
    return key


def test_an_answer_by_the_app_comes_with_the_next_sweep(sky: Seeded, cmday: Cmday, home: Path) -> None:
    """Ana answers the reply by another program: its item is done, and says so."""
    items(cmday)
    server, asked = sky.server, sky.done["reply"]
    there = {"uri": asked["uri"], "cid": asked["cid"]}
    root = {"uri": sky.post["uri"], "cid": sky.post["cid"]}
    server.says(server.ana, "Great, Friday at 8", reply={"root": root, "parent": there})
    count = server.shown(server.ana)
    wait(lambda: server.shown(server.ana) >= count)
    wait(lambda: f"sky:{asked['uri']}" not in {one["id"] for one in items(cmday) if one["state"] != "done"})
    assert home


class Ana:
    """Ana at her server, with what she writes there."""

    def __init__(self, sky: Seeded, home: Path) -> None:
        from cmday.config.paths import find_home
        from cmday.core.accounts import SecretSource

        assert home
        self.server = sky.server
        self.account = Account(
            name="sky",
            network="bluesky",
            server=sky.server.pds,
            username="ana.test",
            secret=SecretSource("env", ("APP_PASSWORD",)),
        )
        self.sign_in = SigningIn(find_home())

    def post(self, key: str, text: str, **more: Any) -> Outgoing:
        one = Outgoing(
            id=f"out-{key}",
            kind="post",
            account="sky",
            network="bluesky",
            community=None,
            state="queued",
            text=text,
            key=key,
            created=datetime.now(UTC),
            began=datetime.now(UTC),
        )
        return msgspec.structs.replace(one, **more)

    def send(self, one: Outgoing) -> Sent:
        sent: Sent = hold(lambda: sender(self.account).send(one), self.sign_in)
        return sent

    def find(self, one: Outgoing) -> Sent | None:
        found: Sent | None = hold(lambda: sender(self.account).find(one), self.sign_in)
        return found

    def shown(self, sent: Sent) -> dict[str, Any]:
        """The record as the server has it."""
        key = sent.id.rsplit("/", 1)[1]
        found: dict[str, Any] = self.server.call(
            self.server.pds,
            "com.atproto.repo.getRecord",
            repo=self.server.ana.did,
            collection="app.bsky.feed.post",
            rkey=key,
        )["value"]
        return found

    def count(self) -> int:
        listed = self.server.call(
            self.server.pds,
            "com.atproto.repo.listRecords",
            repo=self.server.ana.did,
            collection="app.bsky.feed.post",
            limit="100",
        )
        return len(listed["records"])


@pytest.fixture
def ana(sky: Seeded, home: Path) -> Ana:
    return Ana(sky, home)


def test_an_answer_sent_twice_is_there_once_with_its_facets(ana: Ana, sky: Seeded) -> None:
    before = ana.count()
    asked = sky.done["question"]
    text = "Oui @bruno.test : parking derrière, #openstage"
    one = ana.post("a1", text, kind="reply", reply_to=asked["uri"], to="@bruno.test", language="fr")
    assert ana.find(one) is None
    sent = ana.send(one)
    assert ana.send(one) == ana.find(one) == sent
    assert ana.count() == before + 1
    record = ana.shown(sent)
    assert record["reply"]["parent"] == record["reply"]["root"] == {"uri": asked["uri"], "cid": asked["cid"]}
    kinds = [facet["features"][0]["$type"].partition("#")[2] for facet in record["facets"]]
    assert kinds == ["mention", "tag"]
    assert record["facets"][0]["features"][0]["did"] == sky.server.bruno.did
    wait(lambda: sent.id in {one["uri"] for one in notified(sky.server, sky.server.bruno)})


def test_an_answer_by_command_goes_out_once_however_often_one_sends(sky: Seeded, cmday: Cmday, home: Path) -> None:
    found = {one["id"].removeprefix("sky:"): one for one in items(cmday)}
    mention = found[sky.done["mention"]["uri"]]
    ana = Ana(sky, home)
    before = ana.count()
    for argv in (["inbox", "reply", mention["handle"], "So glad you like it!"], ["send", "--yes"], ["send", "--yes"]):
        result = cmday(*argv)
        assert result.code == 0, result
    assert ana.count() == before + 1
    (sent,) = [one for one in cmday("outbox", "--all", "--json").json["data"]["items"] if one["state"] == "sent"]
    assert sent["account"] == "sky"


def test_what_was_swept_counts_as_seen_where_that_is_wanted(sky: Seeded, cmday: Cmday, home: Path) -> None:
    config = home / "config.toml"
    items(cmday)
    assert not all(one["isRead"] for one in notified(sky.server, sky.server.ana))
    (home / "cmday.db").unlink()
    config.write_text(config.read_text() + "sync_read = true\n")
    items(cmday)
    wait(lambda: all(one["isRead"] for one in notified(sky.server, sky.server.ana)))


def test_a_picture_comes_with_its_words_and_a_post_is_taken_back(ana: Ana, tmp_path: Path) -> None:
    picture = tmp_path / "scene.png"
    picture.write_bytes(dot())
    one = ana.post("p1", "The stage", attachments=(Attachment(path=str(picture), alt="Une scène vide"),))
    sent = ana.send(one)
    (image,) = ana.shown(sent)["embed"]["images"]
    assert image["alt"] == "Une scène vide"
    assert image["image"]["mimeType"] == "image/png"
    for _ in range(2):
        hold(lambda: sender(ana.account).retract(msgspec.structs.replace(one, sent_id=sent.id)), ana.sign_in)
    assert ana.find(one) is None


def test_an_expired_session_renews_itself(sky: Seeded, cmday: Cmday, home: Path) -> None:
    items(cmday)
    file = home / "tokens/sky.pass"
    kept = json.loads(file.read_text())
    before = kept["given"]["refresh"]
    kept["given"]["secret"], kept["given"]["expires"] = "no.such.token", None
    file.write_text(json.dumps(kept))
    assert items(cmday)
    assert json.loads(file.read_text())["given"]["refresh"] != before


def test_a_revoked_password_asks_for_a_sign_in(
    sky: Seeded, cmday: Cmday, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = sky.server
    made = server.call(server.pds, "com.atproto.server.createAppPassword", {"name": "brief"}, server.ana.token)
    monkeypatch.setenv("APP_PASSWORD", made["password"])
    items(cmday)
    server.call(server.pds, "com.atproto.server.revokeAppPassword", {"name": "brief"}, server.ana.token)
    file = home / "tokens/sky.pass"
    kept = json.loads(file.read_text())
    kept["given"]["expires"] = 1.0
    file.write_text(json.dumps(kept))
    result = cmday("inbox", "--json")
    assert result.code == 4, result
    (error,) = result.json["errors"]
    assert (error["subject"], error["kind"]) == ("sky", "sign-in")
    assert "cmday login bluesky" in error["hint"]
    assert made["password"] not in result.out + result.err


def test_signing_in_with_an_app_password(
    home: Path, seeded: Seeded, cmday: Cmday, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CMDAY_NOW")
    monkeypatch.setenv("GIVEN", seeded.app_password)
    server = seeded.server.pds
    done = cmday(
        "login", "bluesky", "--server", server, "--username", "ana.test", "--account", "sky", "--token-env", "GIVEN"
    )
    assert done.code == 0, done
    assert "signed in as @ana.test" in done.out
    monkeypatch.delenv("GIVEN")
    assert items(cmday)
    (own,) = [check for check in cmday("doctor", "--json").json["data"]["checks"] if "sky" in check["about"]]
    assert own["status"] == "ok", own
    assert (home / "tokens/sky.json").stat().st_mode & 0o077 == 0
