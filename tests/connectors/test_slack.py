"""Slack, not tested against a live server.

Fixtures written from docs.slack.dev: reference/methods/conversations.history, auth.test, users.info,
apis/web-api/rate-limits and messaging/formatting-message-text, 2026-11-23.
"""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from cmday.connectors.slack import Slack
from cmday.connectors.slack_reading import plain
from cmday.core.accounts import Account
from cmday.errors import RateLimited, ServerFailed, SignInNeeded
from tests.connectors.documented import DocumentedContract, ago, refusing, serving
from tests.connectors.holding import Answer, hold

CHANNEL = "C1"
ACCOUNT = Account(
    name="work", network="slack", server="https://slack.com", communities=("bem",),
    options={"channels": [CHANNEL], "team": ["UROBIN"]},
)  # fmt: skip
START = int(ago(hours=20).timestamp())


def said(number: int, text: str = "", user: str = "UADA", **more: Any) -> dict[str, Any]:
    return {
        "type": "message",
        "ts": f"{START + number}.000100",
        "user": user,
        "text": text or f"when {number}?",
        **more,
    }


def space(messages: list[Any]) -> Answer:
    def route(path: str, query: dict[str, str]) -> Any:
        method = path.removeprefix("/api/")
        if method == "auth.test":
            return {"ok": True, "url": "https://bem.slack.com/", "team": "BEM", "user": "bembot", "user_id": "UBOT"}
        if method == "users.info":
            return {
                "ok": True,
                "user": {"id": query["user"], "real_name": "Ada L.", "profile": {"display_name": "ada"}},
            }
        assert method == "conversations.history"
        if query["channel"] != CHANNEL:
            return {"ok": False, "error": "not_in_channel"}
        latest = float(query.get("latest", "9e9"))
        below = [one for one in messages if not isinstance(one, dict) or float(one.get("ts", 0)) < latest]
        page = below[: int(query["limit"])]
        return {"ok": True, "messages": page, "has_more": len(below) > len(page)}

    return serving(route)


class TestSlack(DocumentedContract):
    account = ACCOUNT
    many: ClassVar[int] = 250
    pages_when_many: ClassVar[int] = 3
    signed_out = ({"ok": False, "error": "token_revoked"}, 200, {})
    patience = ({"ok": False, "error": "ratelimited"}, 429, {"retry_after": "30"})

    def server(self, count: int) -> Answer:
        return space([said(number) for number in reversed(range(count))])

    def malformed(self) -> Answer:
        return space([said(4), 7, {"type": "message", "text": "x"}])

    def test_mentions_and_questions_are_kept(self) -> None:
        talk = self.sweep(
            space(
                [
                    said(9, "<@UBOT> look at <https://example.org/a?b=1&amp;c=2|this> in <#C2|help>"),
                    said(8, "tell <@UROBIN>"),
                    said(7, "lunch &lt;soon&gt;"),
                    said(6, "Where do I sign up"),
                    said(5, "Deployed?", bot_id="B1"),
                    said(4, "joined", subtype="channel_join"),
                ]
            )
        )
        assert [(one.kind, one.text) for one in talk.found] == [
            ("mention", "@UBOT look at this (https://example.org/a?b=1&c=2) in #help"),
            ("mention", "tell @UROBIN"),
            ("question", "Where do I sign up"),
            ("follow", "joined"),
        ]
        assert talk.found[0].url == f"https://bem.slack.com/archives/C1/p{START + 9}000100"
        assert (talk.found[0].author, talk.found[0].author_handle) == ("ada", "@ada")

    def test_an_answer_in_the_thread_is_told_of_what_is_known_already(self) -> None:
        first = self.sweep(space([said(2)]))
        threaded = said(2, thread_ts=said(2)["ts"], reply_users=["UX", "UROBIN"], latest_reply=said(60)["ts"])
        second = self.sweep(space([threaded]), first.cursor)
        (post,) = [one for page in second.pages for one in page.thread]
        assert (post.mine, post.answers) == (True, f"C1:{said(2)['ts']}")
        assert second.found == []

    def test_a_channel_that_is_closed_costs_itself_only(self) -> None:
        account = replace(ACCOUNT, options={"channels": ["C404", CHANNEL]})
        talk = hold(Slack(account).notifications(None), self.server(2))
        assert len(talk.found) == 2
        assert talk.gaps == ["the app may not read the channel C404: not_in_channel"]

    @pytest.mark.parametrize("error", ["invalid_auth", "token_expired", "account_inactive"])
    def test_a_token_that_is_over_asks_for_a_sign_in(self, error: str) -> None:
        assert isinstance(self.sweep(refusing({"ok": False, "error": error}, 200)).error, SignInNeeded)

    def test_other_refusals_are_told_in_slacks_words(self) -> None:
        error = self.sweep(refusing({"ok": False, "error": "fatal_error"}, 200)).error
        assert isinstance(error, ServerFailed)
        assert "fatal_error" in error.message.english

    def test_patience_may_come_with_status_200(self) -> None:
        error = self.sweep(refusing({"ok": False, "error": "ratelimited"}, 200, retry_after="7")).error
        assert isinstance(error, RateLimited)
        assert error.retry_after == 7


@given(st.text(alphabet="<>|@#!UC1a &;^", max_size=60))
def test_any_text_can_be_made_plain(text: str) -> None:
    assert isinstance(plain(text, {"U1": "ada"}), str)
