"""Handles like ``@name@server`` in texts: whom a text addresses, and what of it every server leaves as it is."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_NAME: Final = r"@\w(?:[\w.-]*\w)?"
_SERVER: Final = r"@[\w-]+(?:\.[\w-]+)*(?::\d+)?"
_HANDLE: Final = re.compile(rf"(?<![\w/=.@])({_NAME}){_SERVER}", re.IGNORECASE)
_LEADING: Final = re.compile(
    rf"\s*((?:{_NAME}(?:{_SERVER})?[\s,:]+)*{_NAME}(?:{_SERVER})?)(?=$|[\s,:.!?;])", re.IGNORECASE
)
_WORD: Final = re.compile(r"\w")
_CALL: Final = re.compile("[@＠]+")


def addressed(text: str, to: str | None) -> str:
    """The text with this handle in front, unless it is among those that it begins with, in full or by name alone."""
    if not to:
        return text
    wanted = "@" + to.lstrip("@").lower()
    names = {wanted, "@" + wanted[1:].partition("@")[0]}
    leading = _LEADING.match(text)
    there = {word.strip(",:").lower() for word in leading[1].split()} if leading else set()
    return text if names & there else f"@{to.lstrip('@')} {text}".rstrip()


def unaddressed(text: str) -> str:
    """Somebody's words as they may be quoted: whom they mention is named, and not written to."""
    return _CALL.sub(lambda found: "" if _calls(found) else found[0][-1], text)


def _calls(found: re.Match[str]) -> bool:
    """Whether a sign begins a mention: a word follows it, and none stands before it, as one does in a mail address."""
    before, after = found.string[max(0, found.start() - 1) : found.start()], found.string[found.end() : found.end() + 1]
    return bool(_WORD.match(after)) and not _WORD.match(before)


def without_own_name(text: str, username: str | None) -> str:
    """The text without the own name in front, which says only that this was meant for us."""
    name = (username or "").lstrip("@").partition("@")[0].lower()
    first, _, rest = text.partition(" ")
    if name and rest and first.lower().lstrip("@").partition("@")[0] == name and first.startswith("@"):
        return rest.lstrip()
    return text


def essence(text: str) -> str:
    """What of a text is left when a server has made HTML of it: its letters and digits, handles without their server.

    Marks stay where there is nothing else, so that a text of emoji has an essence too.
    """
    bare = _HANDLE.sub(r"\1", unicodedata.normalize("NFKC", text)).casefold()
    return "".join(filter(str.isalnum, bare)) or "".join(bare.split())
