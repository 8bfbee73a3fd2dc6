"""Telegram, not tested against a live server.

Fixtures written from core.telegram.org/bots/api ("Getting updates", "Message", "Making requests", "ResponseParameters"),
2026-11-23.
"""

from __future__ import annotations

from typing import Any, ClassVar

from msgspec.structs import replace

from cmday.connectors.protocol import SECRET_HERE, Request
from cmday.connectors.telegram import Reach
from cmday.core.accounts import Account
from cmday.core.items import Cursor
from cmday.errors import RateLimited, ServerFailed, SignInNeeded
from tests.connectors.documented import NOW, DocumentedContract, ago, refusing, serving
from tests.connectors.holding import SECRET, Answer

ACCOUNT = Account(
    name="tg", network="telegram", server="https://api.telegram.org", communities=("bem",), options={"team": ["@robin"]}
)
ADA = {"id": 11, "is_bot": False, "first_name": "Ada", "last_name": "L.", "username": "ada"}
ME = {"id": 99, "is_bot": True, "first_name": "BEM", "username": "bem_bot", "can_read_all_group_messages": True}
GROUP = {"id": -1001, "type": "supergroup", "title": "BEM talk", "username": "bemtalk"}


def update(number: int, text: str = "", sender: Any = ADA, chat: Any = None, **more: Any) -> dict[str, Any]:
    told = {
        "message_id": number,
        "from": sender,
        "chat": chat or {"id": 11, "type": "private"},
        "date": int(ago(hours=5).timestamp()) + number,
        "text": text or f"hello {number}",
    }
    return {"update_id": 7000 + number, "message": told | more}


def bot(updates: list[Any]) -> Answer:
    def route(path: str, query: dict[str, str]) -> Any:
        assert path.startswith(f"/bot{SECRET_HERE}/")
        if path.endswith("/getMe"):
            return {"ok": True, "result": ME}
        offset = int(query.get("offset", 0))
        waiting = [one for one in updates if not isinstance(one, dict) or one["update_id"] >= offset]
        return {"ok": True, "result": waiting[: int(query["limit"])]}

    return serving(route)


class TestTelegram(DocumentedContract):
    account = ACCOUNT
    many: ClassVar[int] = 230
    pages_when_many: ClassVar[int] = 3
    signed_out = ({"ok": False, "error_code": 401, "description": "Unauthorized"}, 401, {})
    patience = ({"ok": False, "error_code": 429, "parameters": {"retry_after": 30}}, 429, {})

    def server(self, count: int) -> Answer:
        return bot([update(number) for number in range(count)])

    def malformed(self) -> Answer:
        return bot([update(1), 7, {"update_id": 7002, "message": {"text": "x"}}, {"update_id": 7003, "poll": {}}])

    def test_the_secret_stands_in_secret_headers_only(self) -> None:
        """Telegram wants it in the address: there the connector leaves it to the wire."""
        for step in self.sweep(self.answers("few")).asked:
            assert isinstance(step, Request)
            assert step.secret_path == SECRET
            assert step.follow == 0
            assert SECRET not in f"{step.url} {step.headers} {step.body!r}"

    def test_private_messages_mentions_and_questions_are_kept(self) -> None:
        found = self.sweep(
            bot(
                [
                    update(1, "Hi"),
                    update(2, "look @Bem_Bot", chat=GROUP),
                    update(3, "thanks", chat=GROUP, reply_to_message={"message_id": 1, "from": ME}),
                    update(4, "When does it start?", chat=GROUP),
                    update(5, "nice weather", chat=GROUP),
                ]
            )
        ).found
        assert [(one.id, one.kind) for one in found] == [
            ("tg:11/1", "message"),
            ("tg:-1001/2", "mention"),
            ("tg:-1001/3", "reply"),
            ("tg:-1001/4", "question"),
        ]
        assert found[1].url == "https://t.me/bemtalk/2"
        assert found[1].subject_text == "BEM talk"
        assert (found[0].author, found[0].author_handle) == ("Ada L.", "@ada")

    def test_an_edited_message_is_the_same_with_its_new_words(self) -> None:
        changed = update(1, "Hi all")["message"] | {"edit_date": int(NOW.timestamp())}
        talk = self.sweep(bot([update(1, "Hi"), {"update_id": 7009, "edited_message": changed}]))
        (one,) = talk.found
        assert (one.text, one.edited) == ("Hi all", NOW)

    def test_a_colleague_answers_for_us(self) -> None:
        robin = {"id": 12, "first_name": "Robin", "username": "robin"}
        asked = update(4, "When?", chat=GROUP)
        talk = self.sweep(bot([asked, update(5, "7pm", sender=robin, chat=GROUP, reply_to_message=asked["message"])]))
        (post,) = talk.pages[0].thread
        assert (post.mine, post.by, post.answers) == (True, "@robin", "-1001/4")

    def test_a_late_sweep_is_told_as_a_gap(self) -> None:
        known = Reach(me="99", name="bem_bot", next=7001, asked=ago(hours=26))
        talk = self.sweep(self.server(3), known.cursor())
        assert talk.pages[0].said == "26 h gap"
        assert "24 h" in talk.gaps[0]
        in_time = self.sweep(self.server(3), replace(known, asked=ago(hours=23)).cursor())
        assert (in_time.gaps, in_time.pages[0].said) == ([], None)

    def test_what_was_not_stored_is_asked_for_again(self) -> None:
        answer = self.answers("many")
        first = self.sweep(answer, cut_after=2)
        steps = [step for step in self.sweep(answer, first.cursor).asked if isinstance(step, Request)]
        offsets = [step.url.partition("offset=")[2].partition("&")[0] for step in steps]
        assert offsets == ["7100", "7200"]

    def test_a_token_of_another_form_asks_for_a_sign_in(self) -> None:
        talk = self.sweep(refusing({"ok": False, "error_code": 404, "description": "Not Found"}, 404))
        assert isinstance(talk.error, SignInNeeded)

    def test_another_program_at_the_bot_is_named(self) -> None:
        talk = self.sweep(refusing({"ok": False, "description": "Conflict: webhook is active"}, 409), Cursor("{}"))
        assert isinstance(talk.error, ServerFailed)
        assert "another program reads this bot" in talk.error.message.english

    def test_patience_without_a_number_is_patience_too(self) -> None:
        talk = self.sweep(refusing({"ok": False}, 429))
        assert isinstance(talk.error, RateLimited)
        assert talk.error.retry_after is None
