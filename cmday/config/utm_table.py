"""``utm`` of a community: what the links of its posts tell the site they lead to, or false for nothing."""

from __future__ import annotations

from cmday.config import values as v
from cmday.config.tables import Table
from cmday.core.communities import Utm


def read_utm(community: Table) -> Utm | None:
    """``utm = false``, or a table with ``source``, ``medium`` and ``campaign``; without either the usual ones."""
    if not isinstance(community.left.get("utm"), dict):
        return Utm() if community.take("utm", v.flag, default=True) else None
    table = community.table("utm")
    if table is None:
        return Utm()
    usual = Utm()
    utm = Utm(
        source=table.take("source", v.text, usual.source),
        medium=table.take("medium", v.text, usual.medium),
        campaign=table.take("campaign", v.text, usual.campaign),
    )
    table.finish()
    return utm
