"""From notices to messages: an alarm is one of its own, limits and failed sends are told together. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from hashlib import sha256

from cmday.core.notices import Message, Notice
from cmday.i18n import _, ngettext


def messages(notices: Sequence[Notice], *, texts: bool) -> list[Message]:
    """What goes out about these. Without ``texts``: counts and communities, nothing of a person's."""
    found = [_message([one], _alarm_title(one), urgent=True, texts=texts) for one in notices if one.kind == "alarm"]
    near = [one for one in notices if one.kind == "limit"]
    if near:
        title = ngettext("{n} limit is about to pass", "{n} limits are about to pass", len(near)).format(n=len(near))
        found.append(_message(near, title, urgent=False, texts=texts))
    bad = [one for one in notices if one.kind == "failed"]
    if bad:
        title = ngettext("{n} send failed", "{n} sends failed", len(bad)).format(n=len(bad))
        found.append(_message(bad, title, urgent=False, texts=texts))
    return found


def _alarm_title(one: Notice) -> str:
    return _("Alarm: {community}").format(community=one.community)


def _message(notices: Sequence[Notice], title: str, *, urgent: bool, texts: bool) -> Message:
    lines = [_line(one) for one in notices] if len(notices) == 1 or texts else _counted(notices)
    if texts:
        lines = [f"{line}\n{one.personal}" if one.personal else line for line, one in zip(lines, notices, strict=True)]
    keys = tuple(one.key for one in notices)
    return Message(
        key=sha256("\n".join(keys).encode()).hexdigest()[:32],
        title=f"cmday: {title}",
        text="\n".join(lines),
        urgent=urgent,
        notices=keys,
    )


def _line(one: Notice) -> str:
    text = str(one.text)
    return text if one.kind == "alarm" or not one.community else f"{one.community}: {text}"


def _counted(notices: Sequence[Notice]) -> list[str]:
    """``sss: an answer is due before 11:20 (2)``."""
    counts = Counter(_line(one) for one in notices)
    return [f"{line} ({n})" if n > 1 else line for line, n in counts.items()]
