"""What a check of AutoModerator asks for, in keys of ours. Source: Reddit's "Full AutoModerator documentation"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

_CHECK: Final = re.compile(r"(~?)\s*([a-z_+]+)\s*(?:\(([^)]*)\))?", re.IGNORECASE)
_THRESHOLD: Final = re.compile(r"([<>]?)\s*(-?\d{1,9})\s*([a-z]*)", re.IGNORECASE)
_TEXTS: Final = frozenset({"title", "body", "media_title", "media_description", "crosspost_title"})
_UNITS: Final = {"minute": "m", "hour": "h", "day": "d", "week": "w"}
_DAYS: Final = {"month": 30, "year": 365}
_KARMA: Final = frozenset({"comment_karma", "post_karma", "link_karma", "combined_karma"})
_ROLES: Final = {"is_contributor": "member", "is_moderator": "moderator", "is_gold": "gold"}

When = dict[str, Any]


class Inexpressible(Exception):
    """What cannot be said in rules.toml, in English."""


def put(when: When, key: str, value: Any) -> None:
    """Ask for one thing more; raises ``Inexpressible`` where the rule asks that key for something else."""
    if key in when and when[key] != value:
        raise Inexpressible(f"asks {key} for two things")
    when[key] = value


def search(name: str, values: Sequence[str], when: When) -> bool:
    """Understand a check of texts, domains, addresses or names, like ``~title+body (regex)``; returns if it is one."""
    found = _CHECK.fullmatch(name.strip())
    if not found:
        return False
    inverted, fields = found[1], {field.casefold() for field in found[2].split("+")}
    modifiers = {word.strip().casefold() for word in (found[3] or "").split(",") if word.strip()}
    no = "not_" if inverted else ""
    if fields <= {"domain", "url"} | _TEXTS and fields & {"domain", "url"}:
        key = "domain" if "domain" in fields and not modifiers - {"includes"} else "url"
        if modifiers & {"regex"}:
            put(when, f"{no}regex", _patterns(values, modifiers))
        else:
            put(when, f"{no}{key}", list(values))
        return True
    if fields <= _TEXTS:
        _search_text(values, modifiers, no, when)
        return True
    if fields in ({"author"}, {"name"}):
        if "regex" in modifiers:
            raise Inexpressible(f'"{name}": a name is compared by words, not by expressions')
        ends = modifiers & {"includes", "starts-with"}
        put(when, f"{no}name", [f"{one}*" for one in values] if ends else list(values))
        return True
    return False


def _search_text(values: Sequence[str], modifiers: set[str], no: str, when: When) -> None:
    plain = not modifiers & {"regex", "case-sensitive", "includes", "full-exact", "full-text"}
    if plain:
        key = "starts" if "starts-with" in modifiers else "ends" if "ends-with" in modifiers else "word"
        if f"{no}{key}" not in when:
            put(when, f"{no}{key}", list(values))
            return
    put(when, f"{no}regex", _patterns(values, modifiers))


def _patterns(values: Sequence[str], modifiers: set[str]) -> list[str]:
    frame = next((frame for word, frame in _FRAMES.items() if word in modifiers), _FRAMES["includes-word"])
    parts = [one if "regex" in modifiers else re.escape(one) for one in values]
    return [f"(?-i:{found})" if "case-sensitive" in modifiers else found for found in map(frame, parts)]


_FRAMES: Final[dict[str, Callable[[str], str]]] = {
    "full-exact": r"\A(?:{})\Z".format,
    "full-text": r"\A\W*(?:{})\W*\Z".format,
    "starts-with": r"\A(?:{})".format,
    "ends-with": r"(?:{})\Z".format,
    "includes-word": r"(?:^|\W|\b)(?:{})(?:$|\W|\b)".format,
    "includes": "{}".format,
}


def threshold(key: str, value: str) -> tuple[str, str] | None:
    """A check of an author's age or worth as key and comparison; None where it is none."""
    found = _THRESHOLD.fullmatch(value.strip().strip("\"'"))
    if not found or (key != "account_age" and key not in _KARMA):
        return None
    sign, number, unit = found[1] or ">", found[2], found[3].casefold().rstrip("s")
    if key in _KARMA:
        return "score", f"{sign}{number}"
    if unit in _DAYS:
        return "age", f"{sign}{int(number) * _DAYS[unit]}d"
    return "age", f"{sign}{number}{_UNITS.get(unit or 'day', 'd')}"


def role(key: str, value: str, when: When) -> bool:
    """Understand a check of what an author is there; returns if it is one."""
    if key not in _ROLES:
        return False
    put(when, "role" if is_true(value) else "not_role", [_ROLES[key]])
    return True


def is_true(value: object) -> bool:
    """Whether a word of YAML means yes."""
    return str(value).casefold() in ("true", "yes", "on")
