"""What a scenario is made of. ``reading`` makes it of a file; docs/drills.md tells how to write one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal, get_args

import msgspec

Role = Literal[
    "criticism", "counter-speech", "question", "rumour", "press", "client", "regular", "noise", "spam", "hate", "insult"
]
Fair = Literal["keep", "remove", "either"]
CheckName = Literal[
    "acknowledges",
    "facts",
    "no-blame",
    "respect",
    "next-step",
    "when",
    "no-promise",
    "asks",
    "contact",
    "no-speculation",
    "sober",
    "short",
]

ROLES: Final[tuple[Role, ...]] = get_args(Role)
CHECKS: Final[tuple[CheckName, ...]] = get_args(CheckName)
# What is asked of an answer where nothing else is said.
USUAL: Final[tuple[CheckName, ...]] = (
    *("acknowledges", "facts", "no-blame", "respect", "next-step", "when", "no-promise"),
)
# What is to go; an insult may be treated either way, everything else is to stay.
FAIR: Final[dict[Role, Fair]] = {"spam": "remove", "hate": "remove", "insult": "either"}


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of a scenario; ``joined`` is how long before its start their account was made."""

    key: str
    name: str
    handle: str
    joined: timedelta | None = None


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Something that an answer may state: in a sentence, and the words of which one tells it (``rembours*``)."""

    says: str
    words: tuple[str, ...]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody reports a message to its platform."""

    by: str
    why: str


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message. ``at`` counts from the start of the scenario; before it lies what was said in the days before.

    ``trouble`` belongs to what the drill is about: to open or take up one of these is to have noticed. ``fair`` is what
    a moderator is to do about it. ``held`` waits on its platform to be let through. ``asks`` is what an answer to it is
    judged by, ``good`` how such an answer could read.
    """

    key: str
    at: timedelta
    who: Person
    role: Role
    text: str
    fair: Fair
    trouble: bool = False
    direct: bool = False
    held: bool = False
    reports: tuple[Report, ...] = ()
    asks: tuple[CheckName, ...] = ()
    good: str | None = None


class Goals(msgspec.Struct, frozen=True, kw_only=True):
    """In how much time, counted from the first message that is trouble."""

    detect: timedelta
    reply: timedelta
    client: timedelta


class Good(msgspec.Struct, frozen=True, kw_only=True):
    """What a good answer would have had, in words for the end."""

    detect: str
    reply: str
    moderation: str
    client: str


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """One scenario in one language. ``community`` is the short name, ``client`` who is to be told."""

    name: str
    title: str
    language: str
    brief: str
    zone: str
    start: datetime
    length: timedelta
    community: str
    community_title: str
    account: str
    client: str
    goals: Goals
    good: Good
    facts: tuple[Fact, ...]
    promises: tuple[str, ...]
    messages: tuple[Message, ...]

    @property
    def trouble_at(self) -> timedelta:
        """When the first message that is trouble comes."""
        return min(one.at for one in self.messages if one.trouble)

    @property
    def end(self) -> datetime:
        return self.start + self.length

    def moment(self, at: timedelta) -> datetime:
        """The moment of something in the scenario."""
        return self.start + at


class Sitting(msgspec.Struct, frozen=True, kw_only=True):
    """One message to be answered by itself: ``situation`` is what one knows, ``good`` how an answer could read."""

    key: str
    title: str
    who: str
    situation: str
    text: str
    asks: tuple[CheckName, ...]
    facts: tuple[Fact, ...]
    promises: tuple[str, ...]
    good: str
