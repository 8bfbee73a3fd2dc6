"""The file in which answers are written: for each item what stands around it, and an empty line for the answer.

Lines that begin with ``#|`` are ours and are never sent; no hashtag begins so. Where there are several items, each has
a first and a last line of ours, so that a line deleted by mistake is noticed and never sends words to somebody else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from cmday.errors import CmdayError
from cmday.i18n import phrase

MARK: Final = "#|"
_FIRST: Final = f"{MARK}==="
_LAST: Final = f"{MARK}---"
# What an editor would take for settings of its own, in words that strangers wrote.
_SETTINGS: Final = re.compile(r"\b(vim?|ex)(\d*\s*):|(Local Variables):|-\*-", re.IGNORECASE)


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """One item: its handle, who speaks to whom, what stands around it line by line, and a text to begin with."""

    handle: str
    head: str
    around: tuple[str, ...] = ()
    offered: str = ""


def compose(sections: Sequence[Section], intro: Iterable[str]) -> str:
    """The file to be edited."""
    lines = [_own(line) for line in intro]
    alone = len(sections) == 1
    for section in sections:
        lines.append(_own(section.head) if alone else f"{_FIRST} {section.handle}  {section.head}")
        lines += [_own(line) for line in section.around]
        lines.append(section.offered)
        if not alone:
            lines.append(f"{_LAST} {section.handle}")
    return "\n".join(lines) + "\n"


def writing_line(sections: Sequence[Section], intro: Sequence[str]) -> int:
    """The number of the line at which the first answer is written, from 1."""
    return len(intro) + 1 + len(sections[0].around) + 1


def read(text: str, sections: Sequence[Section]) -> dict[str, str]:
    """The answers by handle: those with words in them that are not just what was offered.

    Raises ``CmdayError`` where lines of ours are missing, so that it cannot be told to whom words go.
    """
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").split("\n")]
    found = {sections[0].handle: lines} if len(sections) == 1 else _apart(lines, {one.handle for one in sections})
    answers = {}
    for section in sections:
        answer = "\n".join(line for line in found.get(section.handle, ()) if not line.startswith(MARK)).strip("\n")
        if answer.strip() and answer.strip() != section.offered.strip():
            answers[section.handle] = answer.strip()
    return answers


def _apart(lines: Sequence[str], handles: set[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    here: str | None = None
    for number, line in enumerate(lines, 1):
        if line.startswith(_FIRST):
            here = _handle(line)
            if here not in handles or here in found:
                raise _spoilt(number, line)
            found[here] = []
        elif line.startswith(_LAST):
            if _handle(line) != here:
                raise _spoilt(number, line)
            here = None
        elif line.startswith(MARK) or not line.strip():
            if here:
                found[here].append(line)
        elif here is None:
            raise _spoilt(number, line)
        else:
            found[here].append(line)
    return found


def _handle(line: str) -> str:
    return (line[len(_FIRST) :].split() or [""])[0]


def _spoilt(number: int, line: str) -> CmdayError:
    return CmdayError(
        phrase(
            'it cannot be told to whom line {number} belongs: "{line}"; nothing was taken',
            number=number,
            line=line[:60],
        ),
        phrase("each section keeps its first line (#|=== i1) and its last one (#|--- i1)"),
    )


def _own(line: str) -> str:
    """A line of ours, in which no editor finds settings."""
    quiet = _SETTINGS.sub(lambda found: found[0].replace(":", " :").replace("-*-", "- * -"), line)
    return f"{MARK} {quiet}".rstrip()
