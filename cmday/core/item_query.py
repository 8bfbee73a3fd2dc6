"""Which notifications are meant, by what they are: for lists, and for verbs that hit many at once."""

from __future__ import annotations

from datetime import datetime

import msgspec

from cmday.core.items import Kind


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """What is meant; empty means all. ``communities`` take in what belongs to none.

    ``authors`` are compared with names and handles, in small letters and without the ``@`` in front. ``before`` is not
    included.
    """

    communities: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    networks: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    before: datetime | None = None

    @property
    def narrows(self) -> bool:
        """Whether it asks for more than communities."""
        return self != Query(communities=self.communities)
