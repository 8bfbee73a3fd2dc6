"""Posts that wait on a Mastodon server for their time (docs.joinmastodon.org/methods/scheduled_statuses)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import msgspec

from cmday.connectors.http import bearer
from cmday.connectors.mastodon_api import MastodonApi
from cmday.connectors.mastodon_reading import Id, aware
from cmday.connectors.protocol import Authorised, Exchange, Request, Response
from cmday.core.accounts import Account, Credentials
from cmday.core.crises import Waiting
from cmday.errors import CmdayError
from cmday.i18n import phrase

PATH: Final = "/api/v1/scheduled_statuses"
PAGE: Final = 40
_MOST_PAGES: Final = 5
_ABSENT: Final = frozenset({404, 405, 410, 501})


class _Scheduled(msgspec.Struct, frozen=True):
    id: Id
    scheduled_at: datetime
    params: dict[str, Any] = {}
    media_attachments: list[Any] = []


class MastodonWaiting:
    """Asks for one account."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.api = MastodonApi(account)

    def waiting(self) -> Exchange[tuple[Waiting, ...]]:
        """All of them, the newest page first; none where the server knows nothing of the kind."""
        credentials: Credentials = yield Authorised(self.account)
        found: dict[str, Waiting] = {}
        below: str | None = None
        for _page in range(_MOST_PAGES):
            response: Response = yield self.api.get(credentials, PATH, limit=PAGE, max_id=below)
            if response.status in _ABSENT:
                break
            page = self.api.read(response, list[_Scheduled])
            fresh = {str(one.id): _waiting(one) for one in page if str(one.id) not in found}
            found |= fresh
            if len(page) < PAGE or not fresh:
                break
            below = str(page[-1].id)
        return tuple(found.values())

    def take_off(self, native: str) -> Exchange[None]:
        """Cancel it; the server keeps no copy."""
        credentials: Credentials = yield Authorised(self.account)
        response: Response = yield Request(
            url=f"{self.api.base}{PATH}/{native}",
            method="DELETE",
            headers=(("accept", "application/json"),),
            secret_headers=(bearer(credentials.secret),),
            repeatable=False,
            follow=0,
        )
        if response.status not in _ABSENT:
            self.api.read(response, object)

    def put_back(self, native: str, at: datetime | None) -> Exchange[None]:  # noqa: ARG002  the protocol's
        """It is gone from the server: what goes back is our own copy, by way of the outbox."""
        yield from ()  # a conversation without a request is still a generator
        raise CmdayError(phrase("the server did not keep it"), phrase("cmday outbox has a copy"), self.account.name)


def _waiting(one: _Scheduled) -> Waiting:
    """What takes more than its text to be written again (pictures, a poll, a warning, an answer) is not whole."""
    params = one.params
    more = ("poll", "media_ids", "in_reply_to_id", "spoiler_text", "sensitive", "quoted_status_id", "quote_id")
    text, visibility, language = params.get("text"), params.get("visibility"), params.get("language")
    return Waiting(
        native=str(one.id),
        at=aware(one.scheduled_at),
        text=text if isinstance(text, str) else "",
        whole=isinstance(text, str) and not one.media_attachments and not any(params.get(key) for key in more),
        visibility=visibility if isinstance(visibility, str) else None,
        language=language if isinstance(language, str) else None,
    )
