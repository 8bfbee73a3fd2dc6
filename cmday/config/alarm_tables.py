"""``[crisis]`` and ``[watch]`` of config.toml."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from cmday.config import values as v
from cmday.config.settings import CrisisWishes, Watch
from cmday.config.shared_keys import read_secret
from cmday.config.tables import Table
from cmday.i18n import phrase

_MINUTE = timedelta(minutes=1)
_NIGHT = r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})"
_DAY = 24 * 60
_HOUR = 60


def read_crisis(table: Table) -> CrisisWishes:
    """``[crisis]``."""
    usual = CrisisWishes()
    wishes = CrisisWishes(
        hold=table.take("hold", v.flag, usual.hold),
        first_word=table.take("first_word", v.duration(_MINUTE, timedelta(days=1)), usual.first_word),
        checklist=table.take("checklist", v.texts, usual.checklist),
    )
    table.finish()
    return wishes


def read_watch(table: Table, accounts: dict[str, Any]) -> Watch:
    """``[watch]``; ``accounts`` are those that mail may go out by."""
    usual = Watch()
    mail = table.take("mail", v.text, None)
    watch = Watch(
        every=table.take("every", v.duration(_MINUTE, timedelta(days=1)), usual.every),
        ahead=table.take("ahead", v.duration(_MINUTE, timedelta(days=1)), usual.ahead),
        quiet=table.take("quiet", night, usual.quiet),
        alarms_at_night=table.take("alarms_at_night", v.flag, usual.alarms_at_night),
        texts=table.take("texts", v.flag, usual.texts),
        bell=table.take("bell", v.flag, usual.bell),
        desktop=table.take("desktop", v.flag, usual.desktop),
        ntfy=table.take("ntfy", topic, usual.ntfy),
        secret=read_secret(table),
        mail=mail,
        to=table.take("to", mail_address, usual.to),
    )
    if mail is not None and (mail not in accounts or accounts[mail].network != "imap"):
        table.wrong(
            "mail", phrase('no mail account is called "{name}"', name=mail), phrase("cmday login imap adds one")
        )
    elif mail is not None and watch.to is None:
        table.wrong("to", phrase("is missing"), phrase('write to = "robin@example.org", where the mail goes'))
    table.finish()
    return watch


def night(value: Any) -> tuple[int, int]:
    """``"22:00-07:00"`` as minutes of the day; it may go over midnight."""
    match = re.fullmatch(_NIGHT, v.text(value).strip(), re.ASCII)
    if match:
        hours = [int(part) for part in match.groups()]
        start, end = hours[0] * _HOUR + hours[1], hours[2] * _HOUR + hours[3]
        if max(start, end) <= _DAY and max(hours[1], hours[3]) < _HOUR and start != end:
            return start % _DAY, end % _DAY
    raise v.Unfit(phrase('a span like "22:00-07:00"'))


def topic(value: Any) -> str:
    """The address of an ntfy topic, without a slash at its end."""
    words = v.address(value).rstrip("/")
    if not re.fullmatch(r"https?://[^/?#\s]+/(?:[^/?#\s]+/)*[\w-]{1,64}", words, re.ASCII | re.IGNORECASE):
        raise v.Unfit(phrase('the address of a topic, like "https://ntfy.example.org/my-alarms"'))
    return words


def mail_address(value: Any) -> str:
    """One mail address."""
    words = v.text(value).strip()
    if not re.fullmatch(r"[^\s@<>,;:\"()\\]{1,64}@[^\s@<>,;:\"()\\]{1,253}", words):
        raise v.Unfit(phrase('a mail address like "robin@example.org"'))
    return words
