"""Which items are meant, by what they are: for lists, and for verbs that hit many at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import msgspec

from cmday.core.items import Kind
from cmday.core.time import epoch


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

    def where(self, *, communities: bool = True, kinds: bool = True) -> tuple[str, dict[str, object]]:
        """What SQL adds to a condition on ``item``, and its values by name."""
        parts: list[str] = []
        values: dict[str, object] = {}

        def among(column: str, wanted: Collection[str]) -> None:
            if wanted:
                names = [f"{column}{number}" for number in range(len(wanted))]
                values.update(zip(names, wanted, strict=True))
                parts.append(f"{column} IN ({', '.join(f':{name}' for name in names)})")

        if communities:
            among("community", ("", *self.communities) if self.communities else ())
        if kinds:
            among("kind", self.kinds)
        among("network", self.networks)
        among("account", self.accounts)
        if self.authors:
            names = [f"author{number}" for number in range(len(self.authors))]
            values.update(zip(names, (one.lstrip("@").lower() for one in self.authors), strict=True))
            marks = ", ".join(f":{name}" for name in names)
            parts.append(
                f"(lower(ltrim(author_handle, '@')) IN ({marks}) OR lower(ltrim(author, '@')) IN ({marks})"
                f" OR (substr(author_handle, 1, 1) = '@'"
                f" AND lower(substr(author_handle, 2, instr(substr(author_handle, 2), '@') - 1)) IN ({marks})))"
            )
        if self.labels:
            names = [f"label{number}" for number in range(len(self.labels))]
            values.update(zip(names, self.labels, strict=True))
            marks = ", ".join(f":{name}" for name in names)
            parts.append(f"id IN (SELECT item FROM item_label WHERE label IN ({marks}))")  # noqa: S608  names of ours only
        if self.before is not None:
            parts.append("at < :before")
            values["before"] = epoch(self.before)
        return "".join(f" AND {part}" for part in parts), values
