"""From what was done to points, each part with its reasons in words. Pure; docs/drills.md says the same."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from cmday.drills.measuring import Played
from cmday.drills.report import Part, PartName
from cmday.drills.scenario import Role, Scenario
from cmday.i18n import Phrase, phrase

_MOST: Final[dict[PartName, int]] = {
    "detection": 20,
    "first-reply": 20,
    "removals": 20,
    "missed": 15,
    "tone": 15,
    "client": 10,
}
# Of several words each, so that they are known again in a sentence.
_ROLES: Final[dict[Role, Phrase]] = {
    "criticism": phrase("somebody's criticism"),
    "counter-speech": phrase("an answer to hate or anger"),
    "question": phrase("a plain question"),
    "rumour": phrase("a rumour to answer"),
    "press": phrase("a journalist's question"),
    "client": phrase("words of the client"),
    "regular": phrase("words of a regular"),
    "noise": phrase("nothing of note"),
    "spam": phrase("plain advertising"),
    "hate": phrase("hate or a threat"),
    "insult": phrase("an insult, no more"),
}
_EACH_WRONG: Final = 7
_LATE: Final = 2
_NAMED: Final = 5
_EXCERPT: Final = 60


def parts(scenario: Scenario, played: Played) -> tuple[Part, ...]:
    """All parts, in the order in which they are told. What there was nothing to do in is worth nothing."""
    return (_detection(scenario, played), *_answering(scenario, played), *_deciding(scenario, played))


def _detection(scenario: Scenario, played: Played) -> Part:
    seconds = played.measures.detected
    why = [_timed(seconds, scenario.goals.detect, phrase("noticed"), phrase("never noticed"))]
    return _part("detection", _by_time("detection", seconds, scenario.goals.detect), why, scenario.good.detect)


def _answering(scenario: Scenario, played: Played) -> list[Part]:
    told, goals, good = played.measures, scenario.goals, scenario.good
    first = [_timed(told.replied, goals.reply, phrase("first answer"), phrase("nothing was said in public"))]
    if played.unsent:
        first.append(phrase("{n} written and never sent: cmday drill send", n=played.unsent))
    client = [_timed(told.told, goals.client, phrase("the client was told"), phrase("the client was told nothing"))]
    if played.told_by:
        client.append(phrase('in these words: "{words}"', words=_cut(played.told_by)))
    return [
        _part("first-reply", _by_time("first-reply", told.replied, goals.reply), first, good.reply),
        _part("tone", round(_MOST["tone"] * (told.tone or 0) / 100), _tone(played), good.reply),
        _part("client", _by_time("client", told.told, goals.client), client, good.client),
    ]


def _tone(played: Played) -> list[Phrase]:
    if not played.replies:
        return [phrase("there is no answer to judge")]
    failed: dict[str, int] = {}
    for one in played.replies:
        for check in one.checks:
            if not check.passed:
                failed[check.says] = failed.get(check.says, 0) + 1
    if not failed:
        return [phrase("every point of the checklist is met")]
    most = sorted(failed, key=lambda says: -failed[says])[:_NAMED]
    return [Phrase(says, {}) for says in most]


def _deciding(scenario: Scenario, played: Played) -> list[Part]:
    good = scenario.good.moderation
    wrong = [
        phrase(
            '{action}: {author} ({role}), "{text}"',
            action=one.action,
            author=one.author,
            role=_ROLES[one.role],
            text=_cut(one.text),
        )
        for one in played.wrong[:_NAMED]
    ] or [phrase("nothing was taken away that should have stayed")]
    removals = _part("removals", max(0, _MOST["removals"] - _EACH_WRONG * len(played.wrong)), wrong, good)
    asked = played.removable + sum(one.role not in ("spam", "hate") for one in played.missed)
    if not asked:
        return [removals, Part(name="missed", points=0, most=0, reasons=(), good=good)]
    missed = [
        phrase(
            'still there: {author} ({role}), "{text}"', author=one.author, role=_ROLES[one.role], text=_cut(one.text)
        )
        for one in played.missed[:_NAMED]
    ] or [phrase("nothing was left that had to go")]
    if played.undone:
        missed.append(phrase("{n} decided and never sent: cmday drill send", n=played.undone))
    points = round(_MOST["missed"] * (asked - len(played.missed)) / asked)
    return [removals, _part("missed", max(0, points), missed, good)]


def _by_time(name: PartName, seconds: int | None, goal: timedelta) -> int:
    """All points in time, half of them within twice the time, a quarter later, none for never."""
    if seconds is None:
        return 0
    most, wanted = _MOST[name], goal.total_seconds()
    if seconds <= wanted:
        return most
    return most // 2 if seconds <= _LATE * wanted else most // 4


def _timed(seconds: int | None, goal: timedelta, done: Phrase, never: Phrase) -> Phrase:
    wanted = _minutes(goal.total_seconds())
    if seconds is None:
        return phrase("{what}; {goal} min were asked for", what=never, goal=wanted)
    return phrase(
        "{what} after {minutes} min; {goal} min were asked for", what=done, minutes=_minutes(seconds), goal=wanted
    )


def _minutes(seconds: float) -> int:
    return -int(-seconds // 60)


def _part(name: PartName, points: int, reasons: list[Phrase], good: str) -> Part:
    return Part(name=name, points=points, most=_MOST[name], reasons=tuple(one.english for one in reasons), good=good)


def _cut(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _EXCERPT else f"{plain[: _EXCERPT - 1]}…"
