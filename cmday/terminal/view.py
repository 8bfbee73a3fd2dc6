"""What a drawing needs to know of the screen it is made for: room, signs, language, the moment, the communities."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec

from cmday.core.communities import Community
from cmday.terminal import wording
from cmday.terminal.glyphs import FANCY, PLAIN, Glyphs
from cmday.text.safe_text import safe


class View(msgspec.Struct, frozen=True, kw_only=True):
    """The screen as ``draw(report, view)`` sees it.

    ``height`` is None where nothing bounds it (a pipe). ``compact`` asks for the dense form of a low window.
    ``alone`` is true where the block is the whole answer of its command, false within the dashboard, which holds so
    many ``items``, ``stories`` and ``cases``. ``first`` is the very first morning: what fills a step is said.
    ``verbose`` asks to say more.
    """

    now: datetime
    width: int = 80
    height: int | None = None
    plain: bool = False
    compact: bool = False
    alone: bool = True
    language: str = "en"
    offline: bool = False
    first: bool = False
    verbose: bool = False
    items: int = 5
    stories: int = 6
    cases: int = 3
    communities: dict[str, Community] = {}

    @property
    def glyphs(self) -> Glyphs:
        return PLAIN if self.plain else FANCY

    def colour(self, community: str | None) -> str:
        """The style of a community's colour, of the first in ``bem+``; nothing where it has none."""
        known = self.communities.get((community or "").removesuffix("+"))
        return known.colour if known and known.colour != "default" else ""

    def title(self, community: str) -> str:
        """A community's full name."""
        known = self.communities.get(community)
        return known.title if known else community

    def local(self, moment: datetime) -> datetime:
        """The moment on the CM's own clock."""
        return moment.astimezone(self.now.tzinfo)

    def is_today(self, moment: datetime) -> bool:
        return self.local(moment).date() == self.now.date()

    def time(self, moment: datetime) -> str:
        """``08:31``."""
        return wording.time(self.local(moment))

    def when(self, moment: datetime) -> str:
        """``08:31`` today, else ``ven. 17:34`` within a week, else ``12 nov. 17:34``."""
        return wording.when(self.local(moment), self.now, self.language)

    def near_day(self, moment: datetime) -> str:
        """``08:31`` today, else the day alone: ``dim.``, ``12 oct.``."""
        return wording.near_day(self.local(moment), self.now, self.language)

    def day(self, day: date) -> str:
        """``lundi 2 novembre 2026``."""
        return wording.long_day(day, self.language)

    def short_day(self, day: date) -> str:
        """``lun. 2 nov.``."""
        return wording.short_day(day, self.language)

    def duration(self, length: timedelta | int) -> str:
        """``2 h 30``; an int counts minutes."""
        minutes = length if isinstance(length, int) else round(length.total_seconds() / 60)
        return wording.duration(minutes)

    def number(self, value: float, digits: int = 0) -> str:
        return wording.number(value, self.language, digits)

    def quote(self, text: str) -> str:
        """The text on one line, in the quotation marks of the language."""
        return wording.quote(wording.one_line(text, self.glyphs.dot), self.language, plain=self.plain)

    def quote_start(self, text: str, most: int) -> str:
        """The beginning of a text from outside, made safe, in quotation marks."""
        line = safe(wording.one_line(text, self.glyphs.dot), most, ellipsis=self.glyphs.ellipsis)
        return wording.quote(line, self.language, plain=self.plain)

    def join(self, *parts: str | None) -> str:
        """The parts that say something, with a dot between."""
        return f" {self.glyphs.dot} ".join(part for part in parts if part)
