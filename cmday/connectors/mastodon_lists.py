"""The list of notifications as a server has it: grouped (API v2) where that is found, else one by one (API v1)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import msgspec

from cmday.connectors.mastodon_api import MastodonApi
from cmday.connectors.mastodon_groups import PATH, accounts_path, is_grouped, paging_ids, shortened, singly
from cmday.connectors.mastodon_reading import native_id
from cmday.connectors.mastodon_sweep import Sheet, ids_of
from cmday.connectors.protocol import Exchange, Response
from cmday.core.accounts import Credentials
from cmday.errors import Unreachable

NOTIFICATIONS: Final = "/api/v1/notifications"
# A server that knows no groups may learn them with its next version.
AGAIN: Final = timedelta(days=30)
_OK: Final = 200
# What a server says to an address that it does not know; anything else is about the account, or for now only.
_UNKNOWN: Final = frozenset({200, 301, 302, 400, 404, 405, 406, 410, 422, 500, 501})


class Lists:
    """``grouped`` is None until the first page has told."""

    def __init__(self, api: MastodonApi, credentials: Credentials, *, grouped: bool | None = None) -> None:
        self.api = api
        self.credentials = credentials
        self.grouped = grouped

    def ask(self, **query: str | int | None) -> Exchange[Sheet]:
        """One page."""
        if self.grouped is not False:
            sheet = yield from self._groups(query)
            if sheet is not None:
                return sheet
        response: Response = yield self.api.get(self.credentials, NOTIFICATIONS, **query)
        entries = checked(self.api, response)
        return Sheet(response, entries, ids_of(entries), len(entries))

    def _groups(self, query: dict[str, str | int | None]) -> Exchange[Sheet | None]:
        """One page of groups, None where the server knows none."""
        try:
            response: Response = yield self.api.get(self.credentials, PATH, expand_accounts="full", **query)
        except Unreachable:
            if self.grouped:
                raise
            return None  # it breaks off at what it does not know, or it is not there: the next question tells
        told = _grouped(response)
        if told is not None:
            self.grouped = True
            return (yield from self._sheet(response, told))
        if self.grouped or response.status not in _UNKNOWN:
            self.api.read(response, dict[str, Any])
            raise self.api.garbled()
        self.grouped = False
        return None

    def _sheet(self, response: Response, told: dict[str, Any]) -> Exchange[Sheet]:
        more: dict[str, list[Any]] = {}
        for key in shortened(told):
            people: Response = yield self.api.get(self.credentials, accounts_path(key))
            if people.status == _OK:
                more[key] = self.api.read(people, list[Any])
        entries = singly(told, more)
        ids = paging_ids(told)
        if entries and not ids:
            raise self.api.garbled()
        return Sheet(response, entries, ids, len(told["notification_groups"]))


def checked(api: MastodonApi, response: Response) -> list[Any]:
    """The entries of an answer of API v1; raises ``Garbled`` for a list of something else."""
    entries = api.read(response, list[Any])
    if entries and not any(map(native_id, entries)):
        raise api.garbled()
    return entries


def known_to_be_grouped(found_singly: str | None, today: date) -> bool | None:
    """What is known before the first page: False for a while after a server was found to know no groups."""
    try:
        found = date.fromisoformat(found_singly or "")
    except ValueError:
        return None
    return False if found <= today < found + AGAIN else None


def _grouped(response: Response) -> dict[str, Any] | None:
    if response.status != _OK:
        return None
    try:
        told: Any = msgspec.json.decode(response.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return told if is_grouped(told) else None
