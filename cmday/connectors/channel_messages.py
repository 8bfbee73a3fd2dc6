"""Messages of channels that many write to: which of them are for us, and which we wrote ourselves. Pure.

What speaks to us counts, and what asks something; all else is passed over. A colleague named in ``team`` answers for
us.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from cmday.connectors.newest_first import Found
from cmday.connectors.noticing import notice, own_post, texts
from cmday.core.accounts import Account
from cmday.core.items import Kind
from cmday.text.questions import asks

MOST_CHANNELS: Final = 20
NO_CHANNELS: Final = "no channels are chosen: name them in config.toml, channels = [...]"


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One message: ``author`` is the network's id of who wrote it, ``who`` their name and handle.

    ``to`` are the ids of people and roles that it names, ``answered`` the native id of the message that it answers and
    ``answered_author`` who wrote that, ``reply`` the place that an answer goes to.
    ``joined`` says that somebody came in; ``automatic`` ones come from machines.
    """

    id: str
    mark: int
    author: str
    who: tuple[str, str]
    text: str
    at: datetime
    url: str | None = None
    place: tuple[str, str] | None = None
    thread: str | None = None
    to: frozenset[str] = frozenset()
    answered: str | None = None
    answered_author: str | None = None
    edited: datetime | None = None
    reply: str | None = None
    direct: bool = False
    joined: bool = False
    automatic: bool = False


class Ours(msgspec.Struct, frozen=True):
    """Under which ids we are spoken to, and who answers for us beside ourselves."""

    names: frozenset[str]
    team: frozenset[str]

    def wrote(self, said: Said) -> bool:
        return said.author in self.names or bool(self.team & {said.author, said.who[1], said.who[1].lstrip("@")})


def ours(account: Account, *names: str) -> Ours:
    """These ids of ours, and the ``team`` that the account's table names."""
    return Ours(frozenset(one for one in names if one), frozenset(texts(account, "team")))


def channels_of(account: Account) -> tuple[str, ...]:
    """The channels that the account's table names, each once."""
    return tuple(dict.fromkeys(texts(account, "channels")))[:MOST_CHANNELS]


def heard(said: Said, we: Ours, account: Account) -> Found:
    """What a message is to us."""
    frame = Found(mark=said.mark, id=said.id, at=said.at)
    thread = said.thread or said.answered or said.id
    if we.wrote(said):
        if not (said.answered or said.thread) or said.joined:
            return frame
        post = own_post(said.id, thread, said.who, said.text, said.at, answers=said.answered, url=said.url)
        return msgspec.structs.replace(frame, post=post)
    kind = None if said.automatic else kind_of(said, we)
    if kind is None:
        return frame
    one = notice(
        account, said.id, kind, said.who, said.text, at=said.at, url=said.url, thread=thread, about=said.place,
        edited=said.edited, reply=said.reply,
    )  # fmt: skip
    return msgspec.structs.replace(frame, notification=one)


def kind_of(said: Said, we: Ours) -> Kind | None:
    """What kind of notification a message of somebody's is; None where it is none."""
    if said.joined:
        return "follow"
    if said.direct:
        return "message"
    if said.answered_author and (said.answered_author in we.names or said.answered_author in we.team):
        return "reply"
    if said.to & (we.names | we.team):
        return "mention"
    return "question" if asks(said.text) else None
