"""Telling each thing once on each channel: marked before it leaves, and looked for where its process died."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from cmday.core.notices import Channel, Message, Notice
from cmday.errors import CmdayError, Uncertain
from cmday.session import Session
from cmday.storage import notices as stored
from cmday.watch.channels import Way
from cmday.watch.messages import messages


class Telling(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one message on one channel."""

    channel: Channel
    message: Message
    error: CmdayError | None = None


def tell_all(session: Session, notices: Sequence[Notice], ways: Sequence[Way]) -> list[Telling]:
    """Tell what was not told yet, each channel by itself; returns what was tried.

    What is uncertain is not tried again before somebody looked (``settle``).
    """
    return [one for way in ways for one in _tell_on(session, notices, way)]


def _tell_on(session: Session, notices: Sequence[Notice], way: Way) -> list[Telling]:
    db = session.database
    fresh = set(stored.untold(db, way.name, [one.key for one in notices]))
    wanted = messages([one for one in notices if one.key in fresh], texts=session.settings.watch.texts)
    return [_tell(session, way, one) for one in wanted if stored.claim(db, way.name, one, session.clock.now())]


def _tell(session: Session, way: Way, message: Message) -> Telling:
    """Tell a message that is claimed; however it ends, an interruption included, the next look knows where it is."""
    db = session.database
    arrived: bool | None = None
    error: CmdayError | None = None
    try:
        way.tell(session, message)
        arrived = True
    except Uncertain as doubt:
        error = doubt
    except CmdayError as failed:
        arrived, error = False, failed
    finally:
        if arrived:
            stored.told(db, way.name, message.notices)
        elif arrived is None:
            stored.doubt(db, way.name, message.notices)
        else:
            stored.not_told(db, way.name, message.notices)
    return Telling(channel=way.name, message=message, error=error)


def settle(session: Session, ways: Sequence[Way]) -> None:
    """Look for what is in doubt: there it was told, else it is told anew; where nobody can say, it is not."""
    by_name: dict[str, Way] = {way.name: way for way in ways}
    for one in stored.unsure(session.database):
        way = by_name.get(one.channel)
        if way is None:
            continue  # a way that is wanted no more
        try:
            arrived = way.find(session, one.message, one.at)
        except Uncertain:
            arrived = True
        except CmdayError:
            continue  # the next look asks again
        if arrived:
            stored.told(session.database, one.channel, one.message.notices)
        else:
            stored.not_told(session.database, one.channel, one.message.notices)
