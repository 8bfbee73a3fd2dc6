"""Discord, not tested against a live server.

Fixtures written from docs.discord.com (resources/message, "Message Object", "Get Channel Messages"; topics/rate-limits;
resources/application, "Application Flags"), 2026-11-23.
"""

from __future__ import annotations

from typing import Any, ClassVar

from msgspec.structs import replace

from cmday.connectors.discord import MUTE, Discord
from cmday.connectors.protocol import Request
from cmday.core.accounts import Account
from cmday.errors import RateLimited
from tests.connectors.documented import DocumentedContract, ago, iso, refusing, serving
from tests.connectors.holding import SECRET, Answer, hold

CHANNEL, GUILD, BOT, ROLE = "5001", "4001", "9001", "7001"
ACCOUNT = Account(
    name="guild", network="discord", server="https://discord.com", communities=("bem",),
    options={"channels": [CHANNEL], "team": ["@robin"]},
)  # fmt: skip
ADA = {"id": "11", "username": "ada", "global_name": "Ada L."}
ME = {"id": BOT, "username": "bembot", "global_name": None, "bot": True}


def said(number: int, text: str = "", author: Any = ADA, **more: Any) -> dict[str, Any]:
    told = {
        "id": str(10**17 + number),
        "channel_id": CHANNEL,
        "author": author,
        "content": text or f"when is meeting {number}?",
        "timestamp": iso(ago(hours=20)).replace("Z", f".{number:06d}+00:00"),
        "edited_timestamp": None,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "type": 0,
    }
    return told | more


def answer_to(number: int, author: Any, **more: Any) -> dict[str, Any]:
    reference = {"message_id": str(10**17 + number), "channel_id": CHANNEL}
    return {"type": 19, "message_reference": reference, "referenced_message": said(number, author=author), **more}


def guild(messages: list[Any], **channels: Any) -> Answer:
    def route(path: str, query: dict[str, str]) -> Any:
        path = path.removeprefix("/api/v10")
        fixed = {
            "/users/@me": ME,
            "/applications/@me": {"flags": 1 << 19},
            f"/channels/{CHANNEL}": {"id": CHANNEL, "guild_id": GUILD, "name": "help", "type": 0},
            f"/guilds/{GUILD}/members/{BOT}": {"roles": [ROLE]},
        } | channels
        if path in fixed:
            return fixed[path]
        if path != f"/channels/{CHANNEL}/messages":
            return {"message": "Unknown Channel", "code": 10003}, 404, {}
        before = int(query.get("before", 10**19))
        below = [one for one in messages if not isinstance(one, dict) or int(one.get("id", 0)) < before]
        return below[: int(query["limit"])]

    return serving(route)


class TestDiscord(DocumentedContract):
    account = ACCOUNT
    many: ClassVar[int] = 250
    pages_when_many: ClassVar[int] = 3
    patience = (
        {"message": "You are being rate limited.", "retry_after": 30, "global": False},
        429,
        {"x_ratelimit_scope": "user"},
    )

    def server(self, count: int) -> Answer:
        return guild([said(number) for number in reversed(range(count))])

    def malformed(self) -> Answer:
        return guild([said(4), 7, {"author": ADA}, said(2, timestamp="soon")])

    def test_the_bot_shows_its_token_as_one(self) -> None:
        step = self.sweep(self.server(1)).asked[0]
        assert isinstance(step, Request)
        assert step.secret_headers == (("Authorization", f"Bot {SECRET}"),)

    def test_what_is_for_us_is_kept_and_chatter_is_not(self) -> None:
        talk = self.sweep(
            guild(
                [
                    said(9, "hello there"),
                    said(8, "thanks", **answer_to(1, ME)),
                    said(7, f"<@{BOT}> have a look", mentions=[ME]),
                    said(6, f"<@&{ROLE}> tickets", mention_roles=[ROLE]),
                    said(5, "Where do I sign up"),
                    said(4, "is this a bot?", author=ADA | {"bot": True}),
                    said(3, "", type=7),
                ]
            )
        )
        assert [(one.kind, one.text) for one in talk.found] == [
            ("reply", "thanks"),
            ("mention", "@bembot have a look"),
            ("mention", f"<@&{ROLE}> tickets"),
            ("question", "Where do I sign up"),
            ("follow", "when is meeting 3?"),
        ]
        assert talk.found[1].url == f"https://discord.com/channels/{GUILD}/{CHANNEL}/{10**17 + 7}"
        assert talk.found[1].subject_text == "#help"
        assert (talk.found[1].author, talk.found[1].author_handle) == ("Ada L.", "@ada")

    def test_what_a_colleague_answers_is_ours(self) -> None:
        robin = {"id": "12", "username": "robin"}
        talk = self.sweep(guild([said(8, "at 7", author=robin, **answer_to(2, ADA)), said(2)]))
        (post,) = [one for page in talk.pages for one in page.thread]
        assert (post.mine, post.by, post.answers) == (True, "@robin", str(10**17 + 2))
        assert [one.id for one in talk.found] == [f"guild:{10**17 + 2}"]

    def test_texts_that_are_left_out_are_told(self) -> None:
        silent = said(1) | {"content": ""}
        assert MUTE in self.sweep(guild([silent])).gaps
        assert self.sweep(guild([silent | {"attachments": [{"id": "1"}]}])).gaps == []

    def test_a_channel_that_is_closed_costs_itself_only(self) -> None:
        account = replace(ACCOUNT, options={"channels": [CHANNEL, "404"]})
        talk = hold(Discord(account).notifications(None), self.server(2))
        assert len(talk.found) == 2
        assert talk.gaps == ["the bot may not read the channel 404"]

    def test_without_channels_it_says_so(self) -> None:
        talk = hold(Discord(replace(ACCOUNT, options={})).notifications(None), self.server(2))
        assert talk.error is None
        assert "channels = [...]" in talk.gaps[0]

    def test_check_tells_whether_texts_are_shown(self) -> None:
        probe = hold(self.connector().check(), self.server(0)).result
        assert "texts" in probe.capabilities
        shut = hold(self.connector().check(), guild([], **{"/applications/@me": {"flags": 0}})).result
        assert shut.detail == MUTE

    def test_patience_is_read_to_the_millisecond(self) -> None:
        talk = self.sweep(refusing({"message": "x", "retry_after": 0.337, "global": True}, 429))
        assert isinstance(talk.error, RateLimited)
        assert talk.error.retry_after == 0.337
