"""What a query for notifications is in SQL."""

from __future__ import annotations

from collections.abc import Collection

from cmday.core.item_query import Query
from cmday.core.time import epoch


def where(query: Query, *, communities: bool = True, kinds: bool = True) -> tuple[str, dict[str, object]]:
    """What SQL adds to a condition on ``item``, and its values by name."""
    parts: list[str] = []
    values: dict[str, object] = {}

    def among(column: str, wanted: Collection[str]) -> None:
        if wanted:
            names = [f"{column}{number}" for number in range(len(wanted))]
            values.update(zip(names, wanted, strict=True))
            parts.append(f"{column} IN ({', '.join(f':{name}' for name in names)})")

    if communities:
        among("community", ("", *query.communities) if query.communities else ())
    if kinds:
        among("kind", query.kinds)
    among("network", query.networks)
    among("account", query.accounts)
    if query.authors:
        names = [f"author{number}" for number in range(len(query.authors))]
        values.update(zip(names, (one.lstrip("@").lower() for one in query.authors), strict=True))
        marks = ", ".join(f":{name}" for name in names)
        parts.append(
            f"(lower(ltrim(author_handle, '@')) IN ({marks}) OR lower(ltrim(author, '@')) IN ({marks})"
            f" OR (substr(author_handle, 1, 1) = '@'"
            f" AND lower(substr(author_handle, 2, instr(substr(author_handle, 2), '@') - 1)) IN ({marks})))"
        )
    if query.labels:
        names = [f"label{number}" for number in range(len(query.labels))]
        values.update(zip(names, query.labels, strict=True))
        marks = ", ".join(f":{name}" for name in names)
        parts.append(f"id IN (SELECT item FROM item_label WHERE label IN ({marks}))")  # noqa: S608  names of ours only
    if query.before is not None:
        parts.append("at < :before")
        values["before"] = epoch(query.before)
    return "".join(f" AND {part}" for part in parts), values
