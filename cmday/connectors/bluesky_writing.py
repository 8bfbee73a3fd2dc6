"""Writing on Bluesky: posts and answers with links, mentions, hashtags, pictures and previews; direct messages.

A post has its record key before it is sent, so that it can be written once only: the server is told that nothing may
be there yet (``swapRecord``), and whether it arrived is one look at that place (docs.bsky.app,
com.atproto.repo.putRecord).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar, Final

from cmday.connectors import bluesky_messages as letters
from cmday.connectors.bluesky_api import Xrpc, words_of
from cmday.connectors.bluesky_chat import PREFIX
from cmday.connectors.bluesky_facets import facets, handles_in, links_in
from cmday.connectors.bluesky_notices import post_url
from cmday.connectors.bluesky_pictures import MOST_BYTES, embedded, upload
from cmday.connectors.bluesky_refusals import refuse, uncertain
from cmday.connectors.link_cards import Preview, picture_of, preview
from cmday.connectors.protocol import Exchange, Manner, Response
from cmday.connectors.record_keys import record_key
from cmday.connectors.social_posts import tables, text_of
from cmday.core.accounts import Account
from cmday.core.outbox import Outgoing, Sent
from cmday.errors import CmdayError, Garbled, Refused
from cmday.i18n import phrase

POST: Final = "app.bsky.feed.post"
USUAL: Final = Manner(most=300, pictures=4, findable=True, retractable=True)
MOST_PEOPLE: Final = 10
_BAD_REQUEST: Final = 400
_NOT_THERE: Final = frozenset({400, 404})


class BlueskyWriting:
    """Writes for one account."""

    network: ClassVar[str] = "bluesky"
    patience: ClassVar[float] = 60.0
    usual: ClassVar[Manner] = USUAL

    def __init__(self, account: Account) -> None:
        self.account = account

    def manner(self) -> Exchange[Manner]:
        """The same everywhere: 300 characters and four pictures are in the definition of a post."""
        yield from ()  # a conversation without a request is still a generator
        return USUAL

    def send(self, outgoing: Outgoing) -> Exchange[Sent]:
        if outgoing.kind == "action":
            raise CmdayError(
                phrase('"{account}" knows no action "{action}"', account=self.account.name, action=outgoing.action),
                None,
                self.account.name,
            )
        api = Xrpc(self.account)
        if (outgoing.reply_to or "").startswith(PREFIX):
            return (yield from letters.send(api, outgoing))
        return (yield from self._post(api, outgoing))

    def find(self, outgoing: Outgoing, taken: frozenset[str] = frozenset()) -> Exchange[Sent | None]:
        api = Xrpc(self.account)
        if (outgoing.reply_to or "").startswith(PREFIX):
            return (yield from letters.find(api, outgoing, taken))
        found = yield from self._there(api, outgoing)
        return None if found is None or found.id in taken else found

    def retract(self, outgoing: Outgoing) -> Exchange[None]:
        """Delete the post; one that is gone already is as well."""
        if outgoing.sent_id is None:
            raise CmdayError(phrase("it is not known under which number it was sent"), None, self.account.name)
        if outgoing.sent_id.startswith(PREFIX):
            raise Refused(
                phrase("Bluesky takes a message back from your own view only"),
                phrase("write to them that it was a mistake"),
                self.account.name,
            )
        api = Xrpc(self.account)
        yield from api.sign_in()
        told = {"repo": api.me, "collection": POST, "rkey": outgoing.sent_id.rsplit("/", 1)[-1]}
        response: Response = yield from api.post("com.atproto.repo.deleteRecord", told, repeatable=True)
        refuse(api, response)
        api.read(response)

    def _post(self, api: Xrpc, outgoing: Outgoing) -> Exchange[Sent]:
        yield from api.sign_in()
        record, note = yield from self._record(api, outgoing)
        told = {
            "repo": api.me,
            "collection": POST,
            "rkey": record_key(outgoing.created, outgoing.key),
            "record": record,
            "swapRecord": None,
        }
        response: Response = yield from api.post("com.atproto.repo.putRecord", told)
        if response.status == _BAD_REQUEST and words_of(response)[0] == "InvalidSwap":
            there = yield from self._there(api, outgoing)  # an attempt before this one arrived
            if there is not None:
                return there
        refuse(api, response)
        try:
            uri = text_of(api.read(response), "uri")
        except Garbled:
            uri = ""
        if not uri.startswith("at://"):
            raise uncertain(api, response)
        return Sent(id=uri, url=self._page(uri), note=note)

    def _record(self, api: Xrpc, outgoing: Outgoing) -> Exchange[tuple[dict[str, Any], str | None]]:
        """The post as it is written, and what is to be said of its preview."""
        record: dict[str, Any] = {"$type": POST, "text": outgoing.text}
        if outgoing.reply_to:
            record["reply"] = yield from self._answered(api, outgoing.reply_to)
        people = yield from self._people(api, outgoing.text)
        if found := facets(outgoing.text, people):
            record["facets"] = found
        if outgoing.language:
            record["langs"] = [outgoing.language]
        note = None
        if outgoing.attachments:
            record["embed"] = yield from embedded(api, outgoing.attachments)
        elif links := links_in(outgoing.text):
            record["embed"], note = yield from self._card(api, links[0][2])
        record["createdAt"] = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return record, note

    def _there(self, api: Xrpc, outgoing: Outgoing) -> Exchange[Sent | None]:
        """What stands where this post is written to."""
        yield from api.sign_in()
        response: Response = yield from api.get(
            "com.atproto.repo.getRecord", repo=api.me, collection=POST, rkey=record_key(outgoing.created, outgoing.key)
        )
        if response.status in _NOT_THERE and words_of(response)[0] == "RecordNotFound":
            return None
        uri = text_of(api.read(response), "uri")
        if not uri.startswith("at://"):
            raise api.garbled()
        return Sent(id=uri, url=self._page(uri))

    def _answered(self, api: Xrpc, uri: str) -> Exchange[dict[str, Any]]:
        """What an answer names: the post that it answers and the first one of the thread, each with its version."""
        response: Response = yield from api.get("app.bsky.feed.getPosts", uris=[uri])
        refuse(api, response)
        post = next(iter(tables(api.read(response).get("posts"))), None)
        if post is None:
            raise Refused(
                phrase("what it answers is gone"),
                phrase("write a post instead, or drop it: cmday outbox"),
                self.account.name,
            )
        parent = {"uri": uri, "cid": text_of(post, "cid")}
        record = post.get("record")
        root = record.get("reply", {}) if isinstance(record, dict) else {}
        above = {name: text_of(root, "root", name) for name in ("uri", "cid")}
        return {"root": above if all(above.values()) else parent, "parent": parent}

    def _people(self, api: Xrpc, text: str) -> Exchange[dict[str, str]]:
        """The DIDs of the handles in a text; a handle that nobody has stays plain text."""
        found = {}
        for handle in handles_in(text)[:MOST_PEOPLE]:
            response: Response = yield from api.get("com.atproto.identity.resolveHandle", handle=handle)
            if response.status in _NOT_THERE:
                continue
            did = text_of(api.read(response), "did")
            if did.startswith("did:"):
                found[handle] = did
        return found

    def _card(self, api: Xrpc, url: str) -> Exchange[tuple[dict[str, Any], str | None]]:
        """The preview of the first link, and what is to be said where the page gave none."""
        told: Preview | None = yield from preview(url)
        if told is None:
            external: dict[str, Any] = {"uri": url, "title": url, "description": ""}
            return {"$type": "app.bsky.embed.external", "external": external}, "the page gave no preview of itself"
        external = {"uri": url, "title": told.title, "description": told.text}
        body = yield from picture_of(told, MOST_BYTES)
        if body is not None:
            external["thumb"] = yield from upload(api, body)
        return {"$type": "app.bsky.embed.external", "external": external}, None

    def _page(self, uri: str) -> str:
        return post_url({"handle": (self.account.username or "").lstrip("@")}, uri)
