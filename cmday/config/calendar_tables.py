"""The tables of the schedule: ``[calendar.NAME]`` and ``[date.NAME]``."""

from __future__ import annotations

from msgspec.structs import replace

from cmday.config import values as v
from cmday.config.own_dates import read_date
from cmday.config.shared_keys import absolute, check_community, check_name, read_secret
from cmday.config.tables import Table
from cmday.core.communities import Community
from cmday.core.events import Calendar, OwnDate
from cmday.i18n import phrase


def read_calendar(name: str, table: Table, communities: dict[str, Community]) -> Calendar:
    """A calendar: a file of the web, a file or folder of this machine, or a CalDAV server."""
    has_place = ("url" in table) + ("path" in table) + ("caldav" in table)
    url = table.take("url", v.address, None)
    path = table.take("path", v.text, None)
    community = table.take("community", v.text, None)
    caldav = table.take("caldav", v.address, None)
    owned = table.take("owned", v.flag, False)
    if has_place != 1:
        table.wrong(None, phrase("wants one of url, path and caldav"))
    if owned and caldav is None:
        table.wrong("owned", phrase("goes with caldav only"))
    if community is not None:
        check_community(table, "community", community, communities)
    calendar = Calendar(
        name=name,
        url=url,
        path=absolute(path, table.source.file.parent) if path else None,
        caldav=caldav,
        owned=owned,
        community=community if community in communities else None,
        username=table.take("username", v.text, None),
        secret=read_secret(table),
        busy=table.take("busy", v.flag, True),
        private=table.take("private", v.flag, False),
    )
    table.finish()
    return calendar


def read_own_date(name: str, table: Table, communities: dict[str, Community]) -> OwnDate:
    """A date of the person's own that comes again."""
    check_name(table, name)
    found = read_date(name, table)
    if found.community is None or found.community in communities:
        return found
    check_community(table, "community", found.community, communities)
    return replace(found, community=None)
