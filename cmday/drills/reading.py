"""A scenario's file, read strictly: every mistake is named with its place, and all of them at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from cmday.config import values as v
from cmday.config.tables import Source, Table
from cmday.config.toml_file import parse_toml
from cmday.config.values import Unfit
from cmday.drills.scenario import (
    CHECKS,
    FAIR,
    ROLES,
    USUAL,
    CheckName,
    Fact,
    Goals,
    Good,
    Message,
    Person,
    Report,
    Role,
    Scenario,
    Sitting,
)
from cmday.errors import ConfigErrors
from cmday.i18n import LANGUAGES, phrase
from cmday.text import typography

_MINUTE: Final = timedelta(minutes=1)
_DAY: Final = timedelta(days=1)
_LONGEST: Final = timedelta(hours=12)
_FARTHEST: Final = 14 * _DAY
_MOST: Final = 2_000
_NOBODY: Final = Person(key="", name="", handle="")


def read_scenario(content: str, file: Path, name: str) -> Scenario:
    """The scenario in a text. Raises ``ConfigErrors`` with every mistake, ``ConfigError`` where it is no TOML."""
    source = Source(file, content)
    top = Table(source, "", parse_toml(content, file), "")
    language = top.require("language", v.one_of(LANGUAGES), "en")
    french = language == "fr"
    zone = top.take("timezone", v.zone_name, "Europe/Paris")
    length = top.require("length", v.duration(_MINUTE, _LONGEST), _LONGEST)
    people = {key: _person(key, table) for key, table in top.each("people")}
    community = top.table("community")
    scenario = Scenario(
        name=name,
        title=top.require("title", v.text, name),
        language=language,
        brief=_typed(top.require("brief", v.text, ""), french=french),
        zone=zone,
        start=top.require("start", v.instant, datetime(2026, 1, 1, tzinfo=UTC)).astimezone(ZoneInfo(zone)),
        length=length,
        community=community.require("name", v.name, "") if community else "",
        community_title=community.take("title", v.text, "") if community else "",
        account=community.take("account", v.text, "") if community else "",
        client=top.require("client", v.text, ""),
        goals=_goals(top),
        good=_good(top, french=french),
        facts=_facts(top),
        promises=top.take("promises", v.texts, ()),
        messages=_messages(top, people, length, french=french),
    )
    if community:
        community.finish()
    else:
        top.wrong("community", phrase("is missing"))
    top.finish()
    _check_whole(top, scenario)
    if source.mistakes:
        raise ConfigErrors(source.mistakes, phrase("docs/drills.md tells how a scenario is written"))
    return scenario


def read_sittings(content: str, file: Path) -> tuple[Sitting, ...]:
    """Messages to be answered one by one; raises as ``read_scenario`` does."""
    source = Source(file, content)
    top = Table(source, "", parse_toml(content, file), "")
    french = top.require("language", v.one_of(LANGUAGES), "en") == "fr"
    found = []
    for table in _rows(top, "message"):
        found.append(
            Sitting(
                key=table.require("name", v.name, ""),
                title=table.require("title", v.text, ""),
                who=table.require("who", v.text, ""),
                situation=_typed(table.require("situation", v.text, ""), french=french),
                text=table.require("text", v.text, "").strip(),
                asks=table.take("asks", _checks, USUAL),
                facts=_facts(table),
                promises=table.take("promises", v.texts, ()),
                good=_typed(table.require("good", v.text, ""), french=french),
            )
        )
        table.finish()
    top.finish()
    if not found:
        top.wrong("message", phrase("is missing"))
    if source.mistakes:
        raise ConfigErrors(source.mistakes, phrase("docs/drills.md tells how a scenario is written"))
    return tuple(found)


def _check_whole(top: Table, scenario: Scenario) -> None:
    """What is wrong between the parts, each being right by itself."""
    if scenario.messages and not any(one.trouble for one in scenario.messages):
        top.wrong("messages", phrase("none of them is the trouble"), phrase("say trouble = true where it begins"))
    keys = [one.key for one in scenario.messages]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        top.wrong("messages", phrase('two are called "{name}"', name=key))


def _person(key: str, table: Table) -> Person:
    name = table.require("name", v.text, key)
    found = Person(
        key=key,
        name=name,
        handle=table.take("handle", v.text, f"{key}@drill.example"),
        joined=table.take("joined", v.duration(timedelta(), 9_000 * _DAY), None),
    )
    table.finish()
    return found


def _goals(top: Table) -> Goals:
    table = top.table("goals")
    if table is None:
        return Goals(detect=15 * _MINUTE, reply=15 * _MINUTE, client=30 * _MINUTE)
    length = v.duration(_MINUTE, _LONGEST)
    found = Goals(
        detect=table.take("detect", length, 15 * _MINUTE),
        reply=table.take("reply", length, 15 * _MINUTE),
        client=table.take("client", length, 30 * _MINUTE),
    )
    table.finish()
    return found


def _good(top: Table, *, french: bool) -> Good:
    table = top.table("good")
    if table is None:
        top.wrong("good", phrase("is missing"))
        return Good(detect="", reply="", moderation="", client="")
    found = Good(**{name: _typed(table.require(name, v.text, ""), french=french) for name in Good.__struct_fields__})
    table.finish()
    return found


def _facts(table: Table) -> tuple[Fact, ...]:
    found = []
    for row in _rows(table, "facts"):
        found.append(Fact(says=row.require("says", v.text, ""), words=row.require("words", v.texts, ())))
        row.finish()
    return tuple(found)


def _messages(top: Table, people: dict[str, Person], length: timedelta, *, french: bool) -> tuple[Message, ...]:
    found = []
    for number, row in enumerate(_rows(top, "messages", required=True), 1):
        found.append(_message(row, number, people, french=french))
        if found[-1].at > length:
            row.wrong("at", phrase("lies behind the end"), phrase("the scenario lasts {length}", length=str(length)))
        row.finish()
    return tuple(sorted(found, key=lambda one: one.at))


def _message(row: Table, number: int, people: dict[str, Person], *, french: bool) -> Message:
    who = row.require("who", v.text, "")
    if who and who not in people:
        from difflib import get_close_matches

        near = get_close_matches(who, people, n=1, cutoff=0.4)
        hint = (
            phrase('did you mean "{name}"?', name=near[0]) if near else phrase("name them as [people.{name}]", name=who)
        )
        row.wrong("who", phrase('nobody is called "{name}"', name=who), hint)
    role: Role = row.require("role", v.one_of(ROLES), "noise")
    good = row.take("good", v.text, None)
    return Message(
        key=row.take("name", v.name, f"m{number}"),
        at=row.require("at", _offset, timedelta()),
        who=people.get(who, _NOBODY),
        role=role,
        text=row.require("text", v.text, "").strip(),
        fair=row.take("fair", v.one_of(("keep", "remove", "either")), FAIR.get(role, "keep")),
        trouble=row.take("trouble", v.flag, False),
        direct=row.take("direct", v.flag, role == "client"),
        held=row.take("held", v.flag, False),
        reports=row.take("reported", _reports, ()),
        asks=row.take("asks", _checks, ()),
        good=_typed(good, french=french) if good else None,
    )


def _rows(table: Table, key: str, *, required: bool = False) -> Iterator[Table]:
    """The tables of a list, each with its number as its place."""
    table.known.add(key)
    if key not in table:
        if required:
            table.wrong(key, phrase("is missing"))
        return
    rows = table.left.pop(key)
    if not isinstance(rows, list) or len(rows) > _MOST:
        table.wrong(key, phrase("must be a list of tables"), phrase("write {key} = [ {{ ... }}, {{ ... }} ]", key=key))
        return
    for number, values in enumerate(rows, 1):
        yield Table(table.source, f"{table.place}.{key} {number}".lstrip("."), values, f"{table.kind}.{key}")


def _typed(text: str, *, french: bool) -> str:
    """In the typography of its language, so that it can be typed on any keyboard."""
    return typography.mend(text.strip()) if french else text.strip()


def _offset(value: Any) -> timedelta:
    """``12m``, ``1h 5m``, and with a minus what lies before the start."""
    expected = phrase('a length like "12m", or "-3d" for what was before')
    if not isinstance(value, str):
        raise Unfit(expected)
    sign = -1 if value.strip().startswith("-") else 1
    try:
        return sign * v.duration(timedelta(), _FARTHEST)(value.strip().removeprefix("-"))
    except Unfit:
        raise Unfit(expected) from None


def _checks(value: Any) -> tuple[CheckName, ...]:
    return v.some_of(CHECKS)(value)  # type: ignore[return-value]


def _reports(value: Any) -> tuple[Report, ...]:
    """``["Samir: spam"]``: who, and why."""
    expected = phrase('a list like ["Samir: spam"]')
    found = []
    for each in v.texts(value):
        by, colon, why = each.partition(":")
        if not (colon and by.strip() and why.strip()):
            raise Unfit(expected)
        found.append(Report(by=by.strip(), why=why.strip()))
    return tuple(found)
