"""Writing by the Mastodon API: posts and answers with pictures, looking whether they arrived, taking them back.

A post goes out once per call, with the item's key as Idempotency-Key. Mastodon keeps keys for an hour, others know
none, so it is ``find`` that tells after a crash (docs.joinmastodon.org/methods/statuses).
"""

from __future__ import annotations

import re
from typing import Any, ClassVar, Final
from urllib.parse import urlencode, urlsplit

import msgspec

from cmday.connectors.http import bearer, decode, expect_ok, retry_after
from cmday.connectors.mastodon_api import FORBIDDEN, MastodonApi, words_of
from cmday.connectors.mastodon_finding import Search
from cmday.connectors.mastodon_media import upload
from cmday.connectors.mastodon_reading import Id
from cmday.connectors.protocol import Authorised, Exchange, Manner, Request, Response
from cmday.core.accounts import Account, Credentials
from cmday.core.outbox import Outgoing, Sent
from cmday.errors import CmdayError, ConfigError, Garbled, RateLimited, Refused, SignInNeeded, Uncertain
from cmday.i18n import phrase
from cmday.text.mentions import addressed

STATUSES: Final = "/api/v1/statuses"
INSTANCES: Final = ("/api/v2/instance", "/api/v1/instance")
VISIBILITIES: Final = ("public", "unlisted", "private", "direct")
USUAL: Final = Manner(most=500, link_length=23, pictures=4, findable=True, retractable=True)
_NOT_FOUND: Final = 404
_UNAVAILABLE: Final = 503
_FAULT: Final = 500
# The server has read it and will not have it, and would not the next time either.
_LASTING: Final = frozenset({400, 403, 404, 409, 413, 415, 422})
_SCOPE: Final = re.compile(r"scope|permission", re.IGNORECASE)


class _Posted(msgspec.Struct, frozen=True):
    id: Id
    url: str | None = None
    uri: str | None = None


class MastodonWriting:
    """Writes for one account. Option ``visibility``: what a post has that says nothing else (public)."""

    network: ClassVar[str] = "mastodon"
    patience: ClassVar[float] = 60.0
    usual: ClassVar[Manner] = USUAL

    def __init__(self, account: Account) -> None:
        self.account = account
        self.api = MastodonApi(account)
        self.visibility = account.options.get("visibility", "public")
        if self.visibility not in VISIBILITIES:
            raise ConfigError(
                phrase('account "{name}": visibility = "{word}" is not known', name=account.name, word=self.visibility),
                phrase('write "public", "unlisted", "private" or "direct"'),
                account.name,
            )

    def manner(self) -> Exchange[Manner]:
        """What the server says of itself; 500 characters and what else is usual where it does not."""
        credentials: Credentials = yield Authorised(self.account)
        for path in INSTANCES:
            response: Response = yield self.api.get(credentials, path)
            found = _manner(response)
            if found:
                return found
        return USUAL

    def send(self, outgoing: Outgoing) -> Exchange[Sent]:
        if outgoing.kind == "action":
            raise CmdayError(
                phrase('"{account}" knows no action "{action}"', account=self.account.name, action=outgoing.action),
                None,
                self.account.name,
            )
        credentials: Credentials = yield Authorised(self.account)
        media = []
        for picture in outgoing.attachments:
            number = yield from upload(self.api, credentials, picture, self._refuse)
            media.append(number)
        response: Response = yield self._write(credentials, outgoing, media)
        if response.status >= _FAULT and response.status != _UNAVAILABLE:
            raise self._uncertain(response)
        self._refuse(response)
        try:
            posted = decode(response, _Posted)
        except Garbled:
            raise self._uncertain(response) from None
        return Sent(id=str(posted.id), url=posted.url or posted.uri)

    def find(self, outgoing: Outgoing, taken: frozenset[str] = frozenset()) -> Exchange[Sent | None]:
        credentials: Credentials = yield Authorised(self.account)
        return (yield from Search(self.api, credentials, outgoing, taken).talk())

    def retract(self, outgoing: Outgoing) -> Exchange[None]:
        """Delete the post; one that is gone already is as well."""
        if outgoing.sent_id is None:
            raise CmdayError(phrase("it is not known under which number it was sent"), None, self.account.name)
        credentials: Credentials = yield Authorised(self.account)
        path = f"{STATUSES}/{outgoing.sent_id}"
        deleted: Response = yield Request(
            url=f"{self.api.base}{path}",
            method="DELETE",
            headers=(("accept", "application/json"),),
            secret_headers=(bearer(credentials.secret),),
            follow=0,
        )
        if deleted.status in (_NOT_FOUND, 405, 501):  # not there, or not a thing that this server does
            there: Response = yield self.api.get(credentials, path)
            if there.status == _NOT_FOUND:
                return
            raise Refused(
                phrase("{host} takes nothing back", host=urlsplit(self.api.base).hostname),
                phrase("delete it on the page: {url}", url=outgoing.sent_url) if outgoing.sent_url else None,
                self.account.name,
                status=deleted.status,
            )
        self._refuse(deleted)

    def _write(self, credentials: Credentials, outgoing: Outgoing, media: list[str]) -> Request:
        fields = [
            ("status", addressed(outgoing.text, outgoing.to)),
            ("visibility", outgoing.visibility or str(self.visibility)),
            *([("in_reply_to_id", outgoing.reply_to)] if outgoing.reply_to else []),
            *([("language", outgoing.language)] if outgoing.language else []),
            *(("media_ids[]", one) for one in media),
        ]
        return Request(
            url=f"{self.api.base}{STATUSES}",
            method="POST",
            headers=(
                ("accept", "application/json"),
                ("content-type", "application/x-www-form-urlencoded"),
                ("idempotency-key", outgoing.key),
            ),
            secret_headers=(bearer(credentials.secret),),
            body=urlencode(fields).encode("ascii"),
            repeatable=False,
            follow=0,
        )

    def _refuse(self, response: Response) -> Response:
        """The response where all is well; raises what a refusal of something written means."""
        words = words_of(response)
        if response.status == FORBIDDEN and words and _SCOPE.search(words):
            raise SignInNeeded(
                phrase('"{account}" was signed in for reading only', account=self.account.name),
                self.api.login(),
                self.account.name,
            )
        if response.status in _LASTING and (words or response.status == 422):  # noqa: PLR2004  its own best name
            raise Refused(
                phrase(
                    "{host} will not have it ({status}): {words}",
                    host=urlsplit(response.url).hostname,
                    status=response.status,
                    words=words or "",
                ),
                None,
                self.account.name,
                status=response.status,
            )
        if response.status == _UNAVAILABLE:
            host = urlsplit(response.url).hostname
            message = phrase("{host} cannot take it now ({status}): {words}", host=host, status=503, words=words or "")
            raise RateLimited(message, None, self.account.name, retry_after(response), response.status)
        return expect_ok(response, self.account.name, sign_in_hint=self.api.login())

    def _uncertain(self, response: Response) -> Uncertain:
        host = urlsplit(response.url).hostname
        return Uncertain(
            phrase(
                "{host} answered {status}, which does not say whether it arrived", host=host, status=response.status
            ),
            phrase("cmday send looks whether it is there"),
            self.account.name,
            status=response.status,
        )


def _manner(response: Response) -> Manner | None:
    """What ``configuration.statuses`` says, or ``max_toot_chars`` of older servers; None where nothing does."""
    try:
        told: Any = decode(expect_ok(response), dict[str, Any])
    except CmdayError:
        return None
    configuration = told.get("configuration")
    statuses = configuration.get("statuses") if isinstance(configuration, dict) else None
    statuses = statuses if isinstance(statuses, dict) else {}
    most = _count(statuses.get("max_characters")) or _count(told.get("max_toot_chars"))
    if not most:
        return None
    pictures = _count(statuses.get("max_media_attachments"))
    return Manner(
        most=most,
        link_length=_count(statuses.get("characters_reserved_per_url")) or USUAL.link_length,
        pictures=USUAL.pictures if pictures is None else pictures,
        findable=True,
        retractable=True,
    )


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
