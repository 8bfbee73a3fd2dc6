"""Writing on Bluesky: the sending contract, what a post looks like on the wire, and that it can be written once only."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from cmday.connectors.bluesky_facets import facets
from cmday.connectors.link_cards import read_page
from cmday.connectors.record_keys import record_key
from cmday.core.accounts import Account
from cmday.core.outbox import Attachment, Outgoing, Sent
from cmday.errors import CmdayError, Refused, Uncertain
from tests.connectors.sending_contract import LONG_AGO, SECRET, SendingContract
from tests.connectors.sky import ME, post_view, reply_to
from tests.loopback.answers import Answer, Received
from tests.loopback.server import Loopback

THEIRS = "at://did:plc:bruno/app.bsky.feed.post/q1"
ROOT = f"at://{ME}/app.bsky.feed.post/root"
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 40
REPLY = Outgoing(
    id="out-1",
    kind="reply",
    account="sky",
    network="bluesky",
    community="sss",
    state="queued",
    text="Oui : parking à l'arrière, merci @bruno.test !",
    key="key-1",
    created=datetime(2026, 11, 2, 8, 31, tzinfo=UTC),
    reply_to=THEIRS,
    to="@bruno.test",
    language="fr",
)
POST = replace(REPLY, kind="post", key="key-2", reply_to=None, to=None)
LETTER = replace(REPLY, key="key-3", reply_to="chat:c1/m1", visibility="direct", text="Between us, then.")


class Repo:
    """The account's records and messages; ``fault`` is what becomes of the next thing written, kept or not."""

    def __init__(self, loopback: Loopback) -> None:
        self.loopback = loopback
        self.records: dict[str, dict[str, Any]] = {}
        self.blobs: list[tuple[str, bytes]] = []
        self.letters: list[dict[str, Any]] = []
        self.fault: Callable[[], Answer] | None = None
        self.keeps = False
        self.token = SECRET
        loopback.route("*", self)

    def __call__(self, received: Received) -> Answer:
        if received.headers.get("authorization") != f"Bearer {self.token}":
            return answer({"error": "InvalidToken", "message": "Token could not be verified"}, 401)
        method, query = received.path.removeprefix("/xrpc/"), parse_qs(received.query)
        if method == "com.atproto.repo.uploadBlob":
            self.blobs.append((received.headers["content-type"], received.body))
            return answer({"blob": {"$type": "blob", "ref": {"$link": f"b{len(self.blobs)}"}, "size": 1}})
        said = json.loads(received.body) if received.body else {}
        known: dict[str, Callable[[], Answer]] = {
            "com.atproto.repo.putRecord": lambda: self._write(said),
            "com.atproto.repo.getRecord": lambda: self._there(query["rkey"][0]),
            "com.atproto.repo.deleteRecord": lambda: self._delete(said),
            "com.atproto.identity.resolveHandle": lambda: self._resolve(query["handle"][0]),
            "app.bsky.feed.getPosts": lambda: self._posts(query["uris"]),
            "chat.bsky.convo.sendMessage": lambda: self._letter(said),
            "chat.bsky.convo.getMessages": lambda: answer({"messages": self.letters[::-1]}),
        }
        return known[method]()

    def _write(self, said: dict[str, Any]) -> Answer:
        assert said["swapRecord"] is None
        if said["rkey"] in self.records:
            return answer({"error": "InvalidSwap", "message": "Record was at cid-1"}, 400)
        if self.fault is None or self.keeps:
            self.records[said["rkey"]] = said["record"]
        return self.fault() if self.fault else answer({"uri": self._uri(said["rkey"]), "cid": "cid-1"})

    def _there(self, key: str) -> Answer:
        if key not in self.records:
            return answer({"error": "RecordNotFound", "message": "Could not locate record"}, 400)
        return answer({"uri": self._uri(key), "cid": "cid-1", "value": self.records[key]})

    def _delete(self, said: dict[str, Any]) -> Answer:
        self.records.pop(said["rkey"], None)
        return answer({})

    def _resolve(self, handle: str) -> Answer:
        if handle != "bruno.test":
            return answer({"error": "InvalidRequest", "message": "Unable to resolve handle"}, 400)
        return answer({"did": "did:plc:bruno"})

    def _posts(self, uris: list[str]) -> Answer:
        theirs = post_view("bruno", "q1", "Is there parking?", reply=reply_to(ROOT))
        return answer({"posts": [theirs] if uris == [THEIRS] else []})

    def _letter(self, said: dict[str, Any]) -> Answer:
        now = datetime.now(UTC).isoformat()
        told = {"id": f"m{len(self.letters) + 2}", "sender": {"did": ME}, "sentAt": now, **said["message"]}
        if self.fault is None or self.keeps:
            self.letters.append(told)
        return self.fault() if self.fault else answer(told)

    def _uri(self, key: str) -> str:
        return f"at://{ME}/app.bsky.feed.post/{key}"


def answer(body: Any, status: int = 200) -> Answer:
    return Answer(status=status, body=json.dumps(body).encode())


class _Sending(SendingContract):
    @pytest.fixture(autouse=True)
    def _server(self, loopback: Loopback) -> None:
        self.server = Repo(loopback)
        self.url = loopback.url("")

    def account(self) -> Account:
        return Account(name="sky", network="bluesky", server=self.url, communities=("sss",), username=ME)

    def bring_into(self, scene: str) -> None:
        server = self.server
        server.keeps = scene in ("closes", "hangs")
        if scene == "usual":
            server.fault = None
        elif scene == "signed-out":
            server.token = "another"
        elif scene == "gone":
            self.url = "http://127.0.0.1:1"
        else:
            server.fault = {
                "closes": lambda: Answer(silent=True),
                "hangs": lambda: Answer(never=True),
                "refuses": lambda: answer({"error": "InvalidRequest", "message": "no such words here"}, 400),
                "busy": lambda: Answer(status=429, headers={"Retry-After": "30"}),
            }[scene]


class TestBlueskyMessages(_Sending):
    reply: ClassVar[Outgoing] = LETTER

    def there(self) -> list[str]:
        return [one["text"] for one in self.server.letters]

    def test_it_goes_to_the_service_of_messages(self) -> None:
        sent = self.send()
        assert (sent.id, sent.url) == ("chat:c1/m2", "https://bsky.app/messages/c1")
        (request,) = self.server.loopback.asked("/xrpc/chat.bsky.convo.sendMessage")
        assert request.headers["atproto-proxy"] == "did:web:api.bsky.chat#bsky_chat"
        assert json.loads(request.body) == {"convoId": "c1", "message": {"text": LETTER.text}}

    def test_what_can_be_taken_back_is_gone_then(self) -> None:
        """A message can not, though posts can: the other person keeps it."""
        sent = self.send()
        with pytest.raises(Refused, match="own view only"):
            self.hold(lambda: self.connector().retract(replace(LETTER, sent_id=sent.id)))

    def test_long_ago_and_not_there_is_surely_not_there(self) -> None:
        assert self.find(replace(LETTER, began=datetime.now(UTC) - LONG_AGO)) is None
        assert isinstance(self.find(replace(LETTER, began=datetime.now(UTC))), Uncertain)


class TestBlueskyWriting(_Sending):
    reply: ClassVar[Outgoing] = REPLY

    def there(self) -> list[str]:
        return [one["text"] for one in self.server.records.values()]

    def only(self) -> dict[str, Any]:
        (record,) = self.server.records.values()
        return record

    def test_an_answer_names_what_it_answers_and_where_the_thread_began(self) -> None:
        sent = self.send()
        record = self.only()
        assert record["reply"] == {"root": {"uri": ROOT, "cid": "c"}, "parent": {"uri": THEIRS, "cid": "cid-q1"}}
        assert record["langs"] == ["fr"]
        (mention,) = record["facets"]
        assert mention["features"] == [{"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:bruno"}]
        start, end = mention["index"]["byteStart"], mention["index"]["byteEnd"]
        assert REPLY.text.encode()[start:end] == b"@bruno.test"
        assert sent.url == f"https://bsky.app/profile/{ME}/post/{sent.id.rsplit('/', 1)[1]}"

    def test_the_same_thing_sent_twice_is_there_once(self) -> None:
        assert self.send() == self.send()
        assert len(self.there()) == 1
        assert self.send(POST).id != self.send(replace(POST, key="key-9")).id

    def test_what_arrived_unheard_is_found_at_its_place_at_once(self) -> None:
        began = replace(REPLY, began=datetime.now(UTC))
        assert self.find(began) is None
        self.bring_into("closes")
        self.fails()
        self.bring_into("usual")
        found = self.find(began)
        assert isinstance(found, Sent)
        assert self.send(began) == found

    def test_what_is_answered_is_gone(self) -> None:
        with pytest.raises(Refused, match="is gone"):
            self.send(replace(REPLY, reply_to="at://did:plc:bruno/app.bsky.feed.post/none"))

    @pytest.mark.parametrize("status", [500, 502, 504])
    def test_a_fault_of_the_server_is_uncertain(self, status: int) -> None:
        self.server.fault = lambda: Answer(status=status, body=b"<h1>oh</h1>")
        assert isinstance(self.fails(), Uncertain)

    @pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"no": "uri"}'])
    def test_a_yes_that_cannot_be_read_is_uncertain(self, body: bytes) -> None:
        self.server.fault = lambda: Answer(body=body)
        assert isinstance(self.fails(), Uncertain)

    def test_pictures_go_first_with_their_words(self, tmp_path: Path) -> None:
        picture = tmp_path / "scene.dat"
        picture.write_bytes(PNG)
        self.send(replace(POST, attachments=(Attachment(path=str(picture), alt="Une scène"),)))
        assert self.server.blobs == [("image/png", PNG)]
        assert self.only()["embed"] == {
            "$type": "app.bsky.embed.images",
            "images": [{"image": {"$type": "blob", "ref": {"$link": "b1"}, "size": 1}, "alt": "Une scène"}],
        }

    def test_a_picture_that_is_too_large_or_not_there(self, tmp_path: Path) -> None:
        picture = tmp_path / "x.png"
        picture.write_bytes(PNG + b"x" * 1_000_000)
        with pytest.raises(Refused, match="a megabyte"):
            self.send(replace(POST, attachments=(Attachment(path=str(picture), alt="x"),)))
        with pytest.raises(CmdayError, match="cannot be read"):
            self.send(replace(POST, attachments=(Attachment(path="/no/such.png", alt="x"),)))
        assert self.there() == []

    def test_a_link_has_a_card_with_what_its_page_says(self) -> None:
        page = (
            b'<html><head><meta property="og:title" content="The venue &amp; more"><meta name=description'
            b' content="Doors at 7"><meta property="og:image" content="/stage.png"></head>'
        )
        self.server.loopback.route("/venue", Answer(body=page, headers={"Content-Type": "text/html"}))
        self.server.loopback.route("/stage.png", Answer(body=PNG, headers={"Content-Type": "image/png"}))
        link = f"{self.url}/venue"
        assert self.send(replace(POST, text=f"Here: {link}.")).note is None
        assert self.only()["embed"]["external"] == {
            "uri": link,
            "title": "The venue & more",
            "description": "Doors at 7",
            "thumb": {"$type": "blob", "ref": {"$link": "b1"}, "size": 1},
        }
        for path in ("/venue", "/stage.png"):
            (asked,) = self.server.loopback.asked(path)
            assert "authorization" not in asked.headers

    @pytest.mark.parametrize(
        "page",
        [
            Answer(status=404),
            Answer(silent=True),
            Answer(body=b"no title", headers={"Content-Type": "text/html"}),
            Answer(body=PNG, headers={"Content-Type": "image/png"}),
        ],
    )
    def test_a_page_without_a_preview_costs_the_preview_only(self, page: Answer) -> None:
        self.server.loopback.route("/venue", page)
        link = f"{self.url}/venue"
        assert self.send(replace(POST, text=link)).note == "the page gave no preview of itself"
        assert self.only()["embed"]["external"] == {"uri": link, "title": link, "description": ""}

    def test_a_page_that_hangs_does_not_hold_the_post_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("cmday.connectors.link_cards.PATIENCE", 0.3)
        self.server.loopback.route("/venue", Answer(never=True))
        assert self.send(replace(POST, text=f"{self.url}/venue")).note

    def test_only_a_post_knows_how_to_be_written(self) -> None:
        with pytest.raises(CmdayError, match="knows no action"):
            self.send(replace(POST, kind="action", action="hide"))


def test_facets_count_in_bytes_and_stay_out_of_links() -> None:
    text = "Été 🎉 @ana.test (https://ex.org/a_(b)), #fête2026! #42 foo#no @1.2 a@b.org @nobody.test https://x.org/@ana.test#frag"
    found = [
        (text.encode()[one["index"]["byteStart"] : one["index"]["byteEnd"]].decode(), one["features"][0]["$type"][23:])
        for one in facets(text, {"ana.test": "did:plc:ana"})
    ]
    assert found == [
        ("@ana.test", "#mention"),
        ("https://ex.org/a_(b)", "#link"),
        ("#fête2026", "#tag"),
        ("https://x.org/@ana.test#frag", "#link"),
    ]


@given(st.text(alphabet=st.sampled_from("a#@é🎉 .(/:https日\n"), max_size=80))
def test_facets_never_overlap_and_cut_no_letter(text: str) -> None:
    end = 0
    for one in facets(text, {}):
        index = one["index"]
        assert end <= index["byteStart"] < index["byteEnd"] <= len(text.encode())
        assert text.encode()[index["byteStart"] : index["byteEnd"]].decode()
        end = index["byteEnd"]


@given(st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC)), st.text())
def test_record_keys_are_tids_that_sort_by_time(created: datetime, key: str) -> None:
    found = record_key(created, key)
    assert len(found) == 13
    assert found[0] in "234567abcdefghij"
    assert set(found) <= set("234567abcdefghijklmnopqrstuvwxyz")
    assert found == record_key(created, key)
    assert found < record_key(created.replace(year=created.year + 1, day=1), key)


@given(st.binary(max_size=300))
def test_any_page_can_be_read(body: bytes) -> None:
    found = read_page("https://a.example/", "https://a.example/", b"<title>T</title>" + body, "text/html; charset=x-no")
    assert found is not None
    assert found.picture is None or found.picture.startswith("http")
