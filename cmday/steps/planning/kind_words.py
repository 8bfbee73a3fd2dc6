"""Kinds of operations and distances from an event, as the chosen language says them; typed words stay English."""

from __future__ import annotations

from cmday.i18n import _, language


def kind_word(kind: str) -> str:
    """``announcement``, ``annonce``; a kind that is not known is said as it is stored."""
    words = {
        "work": _("work"),
        "contest": _("contest"),
        "campaign": _("campaign"),
        "report": _("reporting"),
        "newsletter": _("newsletter"),
        "maintenance": _("maintenance"),
        "announcement": _("announcement"),
        "relay": _("relay"),
        "watch": _("watch"),
        "draw": _("draw"),
        "thanks": _("thanks"),
        "errand": _("errand"),
    }
    return words.get(kind, kind)


def offset_word(offset: str | None) -> str:
    """``D-7``; ``J-7`` in French, as people of the trade write it."""
    said = offset or ""
    return f"J{said[1:]}" if language() == "fr" and said.startswith("D") else said
