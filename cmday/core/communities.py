"""A community, and the weekly hours it and its manager keep."""

from __future__ import annotations

from datetime import timedelta

import msgspec


class Span(msgspec.Struct, frozen=True, order=True):
    """A span of one weekday in local minutes after midnight; ``weekday`` 0 is Monday, ``end`` at most 1440."""

    weekday: int
    start: int
    end: int


class WorkingHours(msgspec.Struct, frozen=True, kw_only=True):
    """When somebody works: weekly spans with the breaks already cut out, days off as ISO dates, holidays' country.

    ``extended`` are evenings and week-ends opened for operations that may use them; ``day_limit`` is the most that
    operations may fill of one day, None without a limit.
    """

    spans: tuple[Span, ...]
    days_off: frozenset[str] = frozenset()
    country: str | None = None
    extended: tuple[Span, ...] = ()
    day_limit: timedelta | None = None

    def usual_start(self, weekday: int) -> int:
        """The local minute at which work begins on a weekday; that of other days, else 09:00, where it has no work."""
        own = [span.start for span in self.spans if span.weekday == weekday]
        return min(own or [span.start for span in self.spans], default=9 * 60)

    def usual_end(self, weekday: int) -> int:
        """The local minute at which work ends on a weekday; that of other days, else 18:00, where it has no work."""
        own = [span.end for span in self.spans if span.weekday == weekday]
        return max(own or [span.end for span in self.spans], default=18 * 60)


class Utm(msgspec.Struct, frozen=True, kw_only=True):
    """What the links of a community's posts tell the site they lead to.

    ``{network}``, ``{account}`` and ``{community}`` in them stand for where the post goes.
    """

    source: str = "{network}"
    medium: str = "social"
    campaign: str = "{community}"


class Community(msgspec.Struct, frozen=True, kw_only=True):
    """A group of people that the CM answers to.

    ``short`` is what one types (``bem``). ``audience`` maps IANA zones to weights that need not sum to one; empty means
    the community's own zone. ``quiet`` and ``peak`` are the configured hours in ``zone``, used until measured.
    ``names`` are what others call the community itself, ``people`` and ``domains`` whom and which sites it follows.
    ``utm`` is None where links are passed on as they are.
    """

    short: str
    title: str
    colour: str = "default"
    zone: str | None = None
    audience: dict[str, float] = {}
    languages: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    muted: tuple[str, ...] = ()
    quiet: tuple[Span, ...] = ()
    peak: tuple[Span, ...] = ()
    reply_within: timedelta = timedelta(hours=4)
    hours: WorkingHours | None = None
    utm: Utm | None = Utm()
