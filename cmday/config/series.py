"""Files of linked operations: a contest from its rules to its prizes, the relay of an event, or one's own.

Each ``[operation.NAME]`` says when it is by its distance from the day of the series (``D``): the closing day of a
contest, the day of an event. All mistakes of a file are told at once.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, Final, get_args

import msgspec

from cmday.config import values as v
from cmday.config.tables import Source, Table
from cmday.config.toml_file import parse_toml, read_file
from cmday.core.operation_kinds import KINDS
from cmday.core.operations import Offset, OpenHours, Wants
from cmday.errors import CmdayError, ConfigError, ConfigErrors, NotFound
from cmday.i18n import language, phrase
from cmday.text.durations import parse_duration
from cmday.text.offsets import parse_offset

BUNDLED: Final = Path(__file__).parent.parent / "starter" / "series"
_MOST_PARTS: Final = 100
_MOST_GAP: Final = timedelta(days=366)


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One operation of a series. ``on`` is the day (or hour) it is for; ``not_before`` and ``due`` bound it instead.

    ``title`` may hold ``{title}``, the name that the series is given; ``after`` are names of other parts.
    """

    name: str
    title: str
    kind: str = "work"
    length: timedelta | None = None
    on: Offset | None = None
    not_before: Offset | None = None
    due: Offset | None = None
    after: tuple[str, ...] = ()
    gap: timedelta = timedelta()
    buffer: timedelta | None = None
    wants: Wants | None = None
    hours: OpenHours = "work"
    priority: int = 2


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of a file, each after those it comes after."""

    title: str
    parts: tuple[Part, ...]


def bundled() -> tuple[str, ...]:
    """The names of the files that come with cmday."""
    return tuple(sorted(file.stem for file in BUNDLED.glob("*.toml")))


def read_series(word: str, folder: Path) -> Series:
    """The series of a file, or of one that comes with cmday by its name; raises ``ConfigErrors`` and ``NotFound``."""
    file = folder / word
    content = read_file(file) if file.is_file() else None
    if content is None and word in bundled():
        file = BUNDLED / f"{word}.toml"
        content = read_file(file)
    if content is None:
        raise NotFound(
            phrase('there is no file "{file}"', file=word),
            phrase(
                "{names} are ready-made: cmday plan add TITLE --file {first}",
                names=", ".join(bundled()),
                first="contest",
            ),
        )
    mend = phrase("mend {file}, then add it again", file=file.name)
    source = Source(file, content)
    try:
        top = Table(source, "", parse_toml(content, file), "")
    except ConfigError as error:
        error.hint = mend
        raise
    title = _title(top)
    tables = top.each("operation")
    parts = [_part(name, table) for name, table in tables[:_MOST_PARTS]]
    top.finish()
    if not parts or len(tables) > _MOST_PARTS:
        source.mistake("", "operation", phrase("must be 1 to {most} tables", most=_MOST_PARTS), None)
    ordered = _in_order(parts, source)
    if source.mistakes:
        raise ConfigErrors(source.mistakes, mend)
    return Series(title=title, parts=tuple(ordered))


def _title(table: Table) -> str:
    """The title in the language spoken, where the file has it."""
    plain = table.require("title", v.text, "")
    own = table.take(f"title_{language()}", v.text, None)
    for other in ("title_en", "title_fr"):
        table.take(other, v.text, None)
    return own or plain


def _part(name: str, table: Table) -> Part:
    lengthless = "for" not in table
    part = Part(
        name=name,
        title=_title(table),
        kind=table.take("kind", v.one_of(tuple(KINDS)), "work"),
        length=table.take("for", _length, None),
        on=table.take("on", _offset, None),
        not_before=table.take("from", _offset, None),
        due=table.take("by", _offset, None),
        after=table.take("after", v.texts, ()),
        gap=table.take("gap", v.duration(timedelta(), _MOST_GAP), timedelta()),
        buffer=table.take("buffer", _length, None),
        wants=table.take("wants", v.one_of(get_args(Wants)), None),
        hours=table.take("hours", v.one_of(get_args(OpenHours)), "work"),
        priority=table.take("priority", _priority, 2),
    )
    if lengthless and KINDS[part.kind].length is None:
        table.wrong("for", phrase("is missing"), phrase('write for = "1h"'))
    if part.on and (part.not_before or part.due):
        table.wrong("on", phrase("stands alone, without from and by"))
    table.finish()
    return part


def _in_order(parts: list[Part], source: Source) -> list[Part]:
    """The parts so that each stands after those it comes after; what goes in a circle is a mistake."""
    names = {part.name for part in parts}
    for part in parts:
        for name in part.after:
            if name not in names:
                source.mistake(
                    f"operation.{part.name}", "after", phrase('names no other operation: "{name}"', name=name), None
                )
    ordered: list[Part] = []
    left = list(parts)
    while left:
        there = {part.name for part in ordered}
        ready = [part for part in left if all(name in there or name not in names for name in part.after)]
        if not ready:
            source.mistake(f"operation.{left[0].name}", "after", phrase("goes in a circle"), None)
            return ordered
        ordered += ready
        left = [part for part in left if part not in ready]
    return ordered


def _offset(value: Any) -> Offset:
    try:
        return parse_offset(v.text(value))
    except CmdayError:
        raise v.Unfit(phrase('a distance like "D-7", "H-1", "live" or "D+1"')) from None


def _length(value: Any) -> timedelta:
    try:
        return parse_duration(v.text(value))
    except CmdayError:
        raise v.Unfit(phrase('a length like "90m" or "2h", up to 24 hours')) from None


def _priority(value: Any) -> int:
    if type(value) is not int or not 1 <= value <= 3:  # noqa: PLR2004  three levels, 1 the highest
        raise v.Unfit(phrase("1, 2 or 3"))
    return value
