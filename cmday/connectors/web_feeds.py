"""Web feeds over HTTP: asking politely, and telling a feed from everything else that a server may answer."""

from __future__ import annotations

from typing import Final

from cmday.connectors.feed_sniffing import kind_of
from cmday.connectors.http import expect_ok, max_age, retry_after
from cmday.connectors.protocol import Exchange, Fetched, Request, Response
from cmday.core.feeds import Validators
from cmday.errors import Garbled, NetworkError, ServerFailed
from cmday.i18n import Phrase, phrase
from cmday.text.addresses import host_of

ACCEPT: Final = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"
)
# After decompression; the largest feeds that people read have a few MB.
MOST_BYTES: Final = 8 * 1024 * 1024
NONE: Final = Validators()
_NOT_MODIFIED: Final = 304
_PARTIAL: Final = 206


def fetch(url: str, validators: Validators = NONE) -> Exchange[Fetched]:
    """Ask for a feed, with the validators of last time byte for byte (RFC 9110, 13.1).

    Raises ``Gone`` (410), ``RateLimited`` (429, 503 with Retry-After), ``ServerFailed`` (other refusals) and
    ``Garbled`` (a page, nothing, or no feed at all), each with the HTTP status.
    """
    response: Response = yield request(url, validators)
    return read_answer(response, validators)


def request(url: str, validators: Validators = NONE) -> Request:
    """The request for a feed."""
    headers = [("Accept", ACCEPT)]
    if validators.etag:
        headers.append(("If-None-Match", validators.etag))
    if validators.last_modified:
        headers.append(("If-Modified-Since", validators.last_modified))
    return Request(url=url, headers=tuple(headers), max_bytes=MOST_BYTES)


def read_answer(response: Response, validators: Validators = NONE) -> Fetched:
    """What a response means for a feed; raises as ``fetch`` does."""
    if response.status == _NOT_MODIFIED:
        return _fetched(response, None, validators)
    try:
        return _body_of(response)
    except NetworkError as error:
        error.max_age = max_age(response)
        raise


def _body_of(response: Response) -> Fetched:
    refuse(response)
    kind = kind_of(response.body)
    if kind == "html":
        raise Garbled(
            phrase("{host} answers with a web page, not with a feed", host=host_of(response.url)),
            phrase("open it in a browser: the site may want a sign-in; cmday feeds add finds the feed of a site"),
            status=response.status,
        )
    if kind in ("empty", "other"):
        raise Garbled(
            phrase("the answer of {host} is empty", host=host_of(response.url))
            if kind == "empty"
            else phrase("the answer of {host} is no feed", host=host_of(response.url)),
            status=response.status,
        )
    return _fetched(response, response.body, NONE)


def refuse(response: Response) -> None:
    """Raise what a status other than success means, with the status and a hint that fits a feed."""
    if response.status in (401, _PARTIAL):
        message = phrase("{host} answered {status}", host=host_of(response.url), status=response.status)
        raise ServerFailed(message, _hint(response), status=response.status)
    try:
        expect_ok(response)
    except NetworkError as error:
        error.status = response.status
        error.hint = error.hint or _hint(response)
        raise


def _fetched(response: Response, body: bytes | None, before: Validators) -> Fetched:
    return Fetched(
        url=response.url,
        status=response.status,
        body=body,
        content_type=response.header("content-type"),
        validators=Validators(
            etag=response.header("etag") or before.etag,
            last_modified=response.header("last-modified") or before.last_modified,
        ),
        hops=response.hops,
        max_age=max_age(response),
        retry_after=retry_after(response),
        expires=response.header("expires"),
        date=response.header("date"),
    )


def _hint(response: Response) -> Phrase | None:
    if response.status in (401, 402, 403, 407):
        return phrase("the site wants a sign-in or refuses programs; open {url} in a browser", url=response.url)
    if response.status == 404:  # noqa: PLR2004  RFC 9110, 15.5.5
        return phrase("it may have moved; cmday feeds add with the site's address looks for it")
    if response.status == 410:  # noqa: PLR2004  RFC 9110, 15.5.11
        return phrase("cmday feeds remove {url} takes it off the list", url=response.url)
    return None
