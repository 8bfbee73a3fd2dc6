"""Answers on a Discourse forum, private messages among them: docs.discourse.org, posts."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Final

from cmday.connectors.discourse_api import DiscourseApi
from cmday.connectors.discourse_reading import whole
from cmday.connectors.protocol import Exchange, Manner
from cmday.connectors.social_posts import moment, tables, text_of
from cmday.connectors.token_api import GONE, NOT_FOUND, json_of
from cmday.core.accounts import Account
from cmday.core.outbox import Outgoing, Sent
from cmday.errors import CmdayError, Refused
from cmday.i18n import phrase
from cmday.text.mentions import essence
from cmday.text.plain import plain

# How far apart two clocks may be that nobody has noticed.
SLACK: Final = timedelta(minutes=10)


class DiscourseWriting:
    """Answers for one account on one forum."""

    network: ClassVar[str] = "discourse"
    patience: ClassVar[float] = 30.0
    usual: ClassVar[Manner] = Manner(most=32_000, findable=True, retractable=True)

    def __init__(self, account: Account) -> None:
        self.account = account
        self.api = DiscourseApi(account)

    def manner(self) -> Exchange[Manner]:
        """A forum takes 32,000 characters, unless its admin changed that."""
        yield from ()  # a conversation without a request is still a generator
        return self.usual

    def send(self, outgoing: Outgoing) -> Exchange[Sent]:
        topic, number = self._place(outgoing)
        told = {"raw": outgoing.text, "topic_id": int(topic), "reply_to_post_number": int(number)}
        response = self.api.refuse((yield from self.api.tell("POST", "/posts.json", told)))
        found = json_of(response)
        if text_of(found, "action") == "enqueued":
            pending = found.get("pending_post") if isinstance(found, dict) else None
            return Sent(id=f"pending-{whole(pending, 'id') or topic}", note="it waits for approval on the forum")
        post, there = whole(found, "id"), whole(found, "post_number")
        if not post:
            raise self.api.uncertain(response)
        return Sent(id=str(post), url=f"{self.api.base}/t/-/{topic}/{there or number}")

    def find(self, outgoing: Outgoing, taken: frozenset[str] = frozenset()) -> Exchange[Sent | None]:
        """Among our own posts at the end of the topic, by what they say."""
        topic, _number = self._place(outgoing)
        found = self.api.read((yield from self.api.get(f"/t/-/{topic}/last.json")))
        stream = found.get("post_stream") if isinstance(found, dict) else None
        posts = tables(stream.get("posts")) if isinstance(stream, dict) else []
        floor = outgoing.began - SLACK if outgoing.began else None
        for one in posts[::-1]:
            post, at = whole(one, "id"), moment(one.get("created_at"))
            ours = one.get("yours") is True and post and str(post) not in taken
            late = floor is None or (at is not None and at >= floor)
            if ours and late and essence(plain(text_of(one, "cooked"))) == essence(outgoing.text):
                return Sent(id=str(post), url=f"{self.api.base}/t/-/{topic}/{whole(one, 'post_number') or ''}")
        return None

    def retract(self, outgoing: Outgoing) -> Exchange[None]:
        """Delete the post; one that is gone already is as well."""
        if outgoing.sent_id is None or not outgoing.sent_id.isdigit():
            raise CmdayError(phrase("it is not known under which number it was sent"), None, self.account.name)
        response = yield from self.api.tell("DELETE", f"/posts/{outgoing.sent_id}.json")
        if response.status not in (NOT_FOUND, GONE):
            self.api.refuse(response)

    def _place(self, outgoing: Outgoing) -> tuple[str, str]:
        """The numbers of the topic and of the post in it that is answered."""
        if outgoing.kind == "action":
            raise CmdayError(
                phrase('"{account}" knows no action "{action}"', account=self.account.name, action=outgoing.action),
                None,
                self.account.name,
            )
        if outgoing.attachments:
            raise Refused(phrase("cmday sends no pictures to {network}", network="Discourse"), None, self.account.name)
        topic, _, number = (outgoing.reply_to or "").partition("/")
        if outgoing.kind != "reply" or not (topic.isdecimal() and number.isdecimal()):
            raise Refused(phrase("only answers can go to {network}", network="Discourse"), None, self.account.name)
        return topic, number
