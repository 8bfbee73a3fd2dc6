"""Grouped notifications (API v2, Mastodon from 4.3 on) as the single ones of API v1, none of a group left out.

docs.joinmastodon.org/methods/grouped_notifications. Accounts and posts come once for all that name them; likes, shares
and follows of some hours are one group, of which only the last few people are shown: the others are asked for.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from cmday.connectors.mastodon_reading import native_id
from cmday.connectors.social_posts import tables, text_of

PATH: Final = "/api/v2/notifications"
MOST_ASKED: Final = 10  # groups of a page whose people are asked for
MOST_PEOPLE: Final = 500
_SINGLE: Final = "ungrouped-"


def is_grouped(told: Any) -> bool:
    """Whether this is an answer of API v2."""
    return isinstance(told, dict) and isinstance(told.get("notification_groups"), list)


def paging_ids(told: dict[str, Any]) -> list[str]:
    """The ids of notifications between which a page lies."""
    found = []
    for group in tables(told["notification_groups"]):
        ends = [group.get("page_min_id"), group.get("page_max_id")]
        ids = [native_id({"id": one}) for one in (ends if all(ends) else [group.get("most_recent_notification_id")])]
        found += [one for one in ids if one]
    return list(dict.fromkeys(found))


def shortened(told: dict[str, Any]) -> list[str]:
    """The keys of groups that more people belong to than are shown."""
    return [
        text_of(group, "group_key")
        for group in tables(told["notification_groups"])
        if _is_group(group) and _count(group) > len(_members(group))
    ][:MOST_ASKED]


def accounts_path(key: str) -> str:
    """Where all people of a group are asked for."""
    return f"{PATH}/{quote(key, safe='')}/accounts"


def singly(told: dict[str, Any], more: dict[str, list[Any]]) -> list[Any]:
    """The notifications of a page one by one, as API v1 has them; ``more`` are all people of some groups, by key."""
    shown = [*tables(told.get("partial_accounts")), *tables(told.get("accounts"))]
    accounts = {str(one.get("id")): one for one in shown}
    statuses = {str(one.get("id")): one for one in tables(told.get("statuses"))}
    found: list[Any] = []
    for group in told["notification_groups"]:
        if not isinstance(group, dict):
            found.append(group)
            continue
        status = statuses.get(str(group.get("status_id")))
        entry = {
            "id": group.get("page_max_id") or group.get("most_recent_notification_id"),
            "type": group.get("type"),
            "created_at": group.get("latest_page_notification_at") or (status or {}).get("created_at"),
            "status": status,
            "report": group.get("report"),
        }
        key = text_of(group, "group_key")
        people = {one: accounts.get(one) for one in _members(group)}
        if _is_group(group):
            people |= {str(one.get("id")): one for one in tables(more.get(key))}
            found += [{**entry, "account": one, "key": f"{key}/{who}"} for who, one in [*people.items()][:MOST_PEOPLE]]
        else:
            found.append({**entry, "account": next(iter(people.values()), None)})
    return found


def _is_group(group: dict[str, Any]) -> bool:
    key = text_of(group, "group_key")
    return bool(key) and not key.startswith(_SINGLE) and bool(_members(group))


def _members(group: dict[str, Any]) -> list[str]:
    listed = group.get("sample_account_ids")
    return [str(one) for one in listed if isinstance(one, str | int)] if isinstance(listed, list) else []


def _count(group: dict[str, Any]) -> int:
    count = group.get("notifications_count")
    return count if type(count) is int else 0
