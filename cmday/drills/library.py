"""The scenarios there are: those that come with cmday, and a person's own in ``drills/`` of their home."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from cmday.config.paths import Home
from cmday.config.toml_file import read_file
from cmday.drills.reading import read_scenario, read_sittings
from cmday.drills.scenario import USUAL, Scenario, Sitting
from cmday.errors import NotFound
from cmday.i18n import LANGUAGES, phrase

OURS: Final = Path(__file__).parent
MESSAGES: Final = "messages"


def own_folder(home: Home) -> Path:
    """Where a person's own scenarios lie."""
    return home.settings / "drills"


def names(home: Home, language: str) -> list[str]:
    """What the scenarios are called, ours first."""
    ours = sorted(file.stem for file in (OURS / language).glob("*.toml") if file.stem != MESSAGES)
    own = sorted({_name(file) for file in own_folder(home).glob("*.toml")} - {MESSAGES})
    return [*ours, *(name for name in own if name not in ours)]


def scenario_file(home: Home, name: str, language: str) -> Path:
    """The file of a scenario: one's own before ours, in this language before another. Raises ``NotFound``."""
    known = names(home, language)
    if name in known:
        own = own_folder(home)
        others = [each for each in LANGUAGES if each != language]
        for file in (
            own / f"{name}.{language}.toml",
            own / f"{name}.toml",
            *(own / f"{name}.{other}.toml" for other in others),
            OURS / language / f"{name}.toml",
        ):
            if file.is_file():
                return file
    near = get_close_matches(name, known, n=1, cutoff=0.4)
    hint = phrase("did you mean {name}?", name=near[0]) if near else phrase("there are {names}", names=", ".join(known))
    raise NotFound(phrase('no scenario is called "{name}"', name=name), hint)


def scenario(home: Home, name: str, language: str) -> Scenario:
    """A scenario, read; raises ``NotFound``, and ``ConfigErrors`` with every mistake in its file."""
    file = scenario_file(home, name, language)
    return read_scenario(read_file(file) or "", file, name)


def sittings(language: str) -> Sequence[Sitting]:
    """The messages to be answered one by one that come with cmday."""
    file = OURS / language / f"{MESSAGES}.toml"
    return read_sittings(read_file(file) or "", file)


def sittings_of(one: Scenario) -> list[Sitting]:
    """The messages of a scenario for which it says how an answer could read, to be answered one by one."""
    return [
        Sitting(
            key=each.key,
            title=one.title,
            who=each.who.name,
            situation=one.brief,
            text=each.text,
            asks=each.asks or USUAL,
            facts=one.facts,
            promises=one.promises,
            good=each.good,
        )
        for each in one.messages
        if each.good
    ]


def _name(file: Path) -> str:
    stem = file.stem
    head, dot, tail = stem.rpartition(".")
    return head if dot and tail in LANGUAGES else stem
