"""What may reach a terminal: text from outside without anything that a terminal would obey.

Removed are escape sequences whole (CSI, OSC, DCS and their like), C0, C1 and DEL, marks that turn the direction of
writing (bidi embeddings, overrides and isolates), zero-width characters but for the joiner inside an emoji, lone
surrogates, and floods of combining marks. Line breaks and tabs become spaces; runs of spaces become one. Names and
passwords in addresses are struck, because what is on a screen is copied and photographed.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from cmday.text.cells import ELLIPSIS, cut

_MOST_MARKS: Final = 4

# Every payload stops at the next control character, so that a run of openings is read in one pass, whatever its length.
_SEQUENCE: Final = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]"
    "|(?:\x1b[\\]PX^_]|[\x90\x98\x9d\x9e\x9f])[^\x00-\x06\x07\x1b\x80-\x9f]*(?:\x07|\x1b\\\\|\x9c)"
    "|\x1b[ -/]*[0-~]"
)
# The standard library drops these without what they introduce (HTML, 13.2.5.80), which would leave "[31m" to be read.
_ENTITY_ESCAPE: Final = re.compile("&#(?:0*27|[xX]0*1[bB])(?![0-9a-fA-F]);?")
_BREAK: Final = re.compile("[\t\n\x0b\x0c\r\x1c-\x1f\x85\u2028\u2029]")
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_UNSEEN: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff0-\uffff\U0001d173-\U0001d17a\U000e0000-\U000e00ff]"
)
_LOOSE_JOINER: Final = re.compile(
    "(?<![\u203c-\u3299\ufe0f\U0001f000-\U0001faff])\u200d|\u200d(?![\u203c-\u3299\U0001f000-\U0001faff])"
)
# Up to the last @ before path, query and fragment (RFC 3986, 3.2): a password may hold one itself.
_LOGIN: Final = re.compile(r"(?<=://)[^/?#\s\"'<>\\]+@")
_SPACES: Final = re.compile("[ \u1680\u2000-\u200a\u205f\u3000]{2,}|[\u1680\u2000-\u200a\u205f]|[\u00a0\u202f ]{2,}")


def safe(text: str, limit: int | None = None, *, entities: bool = False, ellipsis: str = ELLIPSIS) -> str:
    """The text as it may be shown on one line, cut to ``limit`` cells where given.

    ``entities`` decodes HTML entities first, because ``&#27;`` is an escape character too.
    """
    if limit is not None:
        text = text[: max(4096, 32 * limit)]  # what is far beyond the limit need not be read
    if entities and "&" in text:
        import html

        text = html.unescape(_ENTITY_ESCAPE.sub("\x1b", text))
    if not (text.isascii() and text.isprintable()):
        text = _tame(text)
    text = _SPACES.sub(" ", hide_logins(text)).strip()
    return text if limit is None else cut(text, limit, ellipsis)


def hide_logins(text: str, instead: str = "***@") -> str:
    """The text with user name and password struck from every address in it."""
    return _LOGIN.sub(instead, text) if "@" in text and "://" in text else text


def without_login(url: str | None) -> str | None:
    """An address as it may be followed, printed and passed on: without a name or password in it."""
    return hide_logins(url, "") if url else url


def strip_controls(text: str) -> str:
    """The text without control characters and direction marks, its spaces kept: the last guard before the terminal."""
    if text.isascii() and text.isprintable():
        return hide_logins(text)
    return hide_logins(_UNSEEN.sub("", _CONTROL.sub("", text)))


def _tame(text: str) -> str:
    text = _SEQUENCE.sub("", text)
    text = _BREAK.sub(" ", text)
    text = _CONTROL.sub("", text)
    if text.isascii():
        return text
    text = _UNSEEN.sub("", text)
    text = _LOOSE_JOINER.sub("", text)
    return _without_floods(text)


def _without_floods(text: str) -> str:
    """The text with at most four marks on a letter, and none at the start, where it would land on our own text."""
    kept: list[str] = []
    marks = _MOST_MARKS
    for char in text:
        if unicodedata.category(char) in {"Mn", "Me"}:
            marks += 1
            if marks > _MOST_MARKS:
                continue
        else:
            marks = 0
        kept.append(char)
    return "".join(kept)
