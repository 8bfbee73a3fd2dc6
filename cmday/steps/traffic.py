"""How busy each community is, as its schedule, its plan and its screens share it: measured where that can be."""

from __future__ import annotations

from cmday.core.communities import Community
from cmday.hours.quiet.traffic import CommunityTraffic, ConfiguredTraffic
from cmday.session import Session


def of(session: Session, community: Community) -> CommunityTraffic:
    """The traffic of a community of the settings."""
    return ConfiguredTraffic(community, session.clock.zone, session.clock.today())


def all_of(session: Session) -> dict[str, CommunityTraffic]:
    """The traffic of every community, by its short name, as ``Ground`` wants it."""
    return {short: of(session, one) for short, one in session.settings.communities.items()}
