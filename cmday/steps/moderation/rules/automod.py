"""From Reddit's AutoModerator to rules.toml: each document a rule that observes, and what cannot be said named.

A rule that lost a check hits more than it did; that is why none of them does more than count before it was tried.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec

from cmday.steps.moderation.rules.automod_checks import Inexpressible, When, is_true, put, role, search, threshold
from cmday.steps.moderation.rules.automod_reading import Document

_DO: Final = {"remove": "remove", "spam": "remove", "filter": "hold", "report": "queue"}
_MEANT: Final = {"report_reason", "action_reason"}
_SAID: Final = {
    "comment": "a comment needs a template: write it to templates/ and add reply:NAME",
    "message": "a message to the author needs a template: write it to templates/ and add warn:NAME",
    "modmail": "messages to the moderators: cases are shown instead",
    "standard": "Reddit's own lists",
    "parent_submission": "checks of the post that a comment belongs to",
    "crosspost_author": "checks of another post's author",
    "crosspost_subreddit": "checks of another post's community",
}
_LONGEST_NAME: Final = 30
_MOST_FIGURES: Final = 20


class Translated(msgspec.Struct, frozen=True, kw_only=True):
    """One rule of ours, or none of it where nothing that it asks for can be said; ``lost`` in English."""

    line: int
    name: str
    when: When
    do: tuple[str, ...]
    why: str
    lost: tuple[str, ...]


def translate(documents: Sequence[Document]) -> list[Translated]:
    """The rules of a file; one that asks for any of several figures becomes several."""
    found: list[Translated] = []
    taken: dict[str, int] = {}
    for number, document in enumerate(documents, 1):
        found += _Translation(document, f"automod_{number}").rules(taken)
    return found


class _Translation:
    """One document being translated, key by key."""

    def __init__(self, document: Document, name: str) -> None:
        self._line = document.line
        self._name = name
        self._when: When = {}
        self._do: list[str] = []
        self._why = ""
        self._lost: list[str] = []
        self._any: list[tuple[str, str]] = []
        self._moderators_exempt = True
        for key, value in document.keys:
            self._attempt(key, value)

    def rules(self, taken: dict[str, int]) -> list[Translated]:
        deeds = tuple(dict.fromkeys(self._do)) or ("queue",)
        if self._moderators_exempt and self._when and "not_role" not in self._when:
            self._when["not_role"] = ["moderator"]
        cases = [{**self._when, key: value} for key, value in self._any] or [self._when]
        name = re.sub(r"[^\w]+", "_", self._why.casefold()).strip("_")[:_LONGEST_NAME] or self._name
        found: list[Translated] = []
        for when in cases:
            found.append(
                Translated(
                    line=self._line,
                    name=_free(name, taken),
                    when=when if any(not key.startswith("not_") for key in when) else {},
                    do=deeds,
                    why=self._why or f"line {self._line} of AutoModerator's rules",
                    lost=() if found else tuple(self._lost),
                )
            )
        return found

    def _attempt(self, key: str, value: Any) -> None:
        try:
            if not self._take(key.strip(), value):
                self._lost.append(f"{key}: {_SAID.get(key, 'there is no such key')}")
        except Inexpressible as why:
            self._lost.append(f"{key}: {why}")

    def _take(self, key: str, value: Any) -> bool:
        if key in self._KEYS:
            return self._KEYS[key](self, value)
        if key in _MEANT:
            self._why = " ".join(str(value).split())
            return True
        if key == "author" and value and isinstance(value, list) and isinstance(value[0], tuple):
            return self._author(value)
        values = _words(value)
        return bool(values) and search(key, values, self._when)

    def _author(self, keys: Sequence[tuple[str, Any]]) -> bool:
        either = any(key == "satisfy_any_threshold" and is_true(value) for key, value in keys)
        for key, value in keys:
            try:
                self._author_key(key, value, either=either)
            except Inexpressible as why:
                self._lost.append(f"author {key}: {why}")
        return True

    def _author_key(self, key: str, value: Any, *, either: bool) -> None:
        if key == "satisfy_any_threshold":
            return
        asked = threshold(key, str(value))
        if asked and either and len(self._any) == _MOST_FIGURES:
            raise Inexpressible(f"asks for any of more than {_MOST_FIGURES} figures")
        if asked and either:
            self._any.append(asked)
        elif asked:
            put(self._when, *asked)
        elif not role(key, str(value), self._when) and not (
            (values := _words(value)) and re.fullmatch(r"~?\s*name\b.*", key) and search(key, values, self._when)
        ):
            raise Inexpressible("there is no such key")

    def _type(self, value: Any) -> bool:
        words = str(value).casefold()
        if words == "any":
            return True
        put(self._when, "top_level", "submission" in words)
        if words == "link submission":
            put(self._when, "link", value=True)
        elif words not in ("submission", "comment"):
            raise Inexpressible(f'there is no "{words}", only whether it began a thread')
        return True

    def _action(self, value: Any) -> bool:
        if not isinstance(value, str) or value not in _DO:
            raise Inexpressible(f'"{value}" is nothing that a rule does')
        self._do.append(_DO[value])
        return True

    def _locked(self, value: Any) -> bool:
        self._do += ["lock"] if is_true(value) else []
        return True

    def _exempt(self, value: Any) -> bool:
        self._moderators_exempt = is_true(value)
        return True

    def _reports(self, value: Any) -> bool:
        put(self._when, "reports", f">={value}")
        return True

    def _longer(self, value: Any) -> bool:
        put(self._when, "length", f">{value}")
        return True

    def _shorter(self, value: Any) -> bool:
        put(self._when, "length", f"<{value}")
        return True

    def _edited(self, value: Any) -> bool:
        put(self._when, "edited", is_true(value))
        return True

    def _top_level(self, value: Any) -> bool:
        put(self._when, "top_level", is_true(value))
        return True

    _KEYS: Final[dict[str, Callable[[_Translation, Any], bool]]] = {
        "type": _type,
        "action": _action,
        "set_locked": _locked,
        "moderators_exempt": _exempt,
        "reports": _reports,
        "body_longer_than": _longer,
        "body_shorter_than": _shorter,
        "is_edited": _edited,
        "is_top_level": _top_level,
        "priority": lambda _, __: True,  # all rules are asked, the strictest wins
    }


def _free(name: str, taken: dict[str, int]) -> str:
    """A name that no rule has yet; ``taken`` has those that are given, each with the last number behind it."""
    number = taken.get(name, 0) + 1
    while (one := name if number == 1 else f"{name}_{number}") in taken:
        number += 1
    taken[name] = number
    taken.setdefault(one, 1)
    return one


def _words(value: Any) -> list[str]:
    several = value if isinstance(value, list) else [value]
    return [one for one in several if isinstance(one, str) and one.strip()]
