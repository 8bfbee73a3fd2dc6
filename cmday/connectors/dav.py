"""WebDAV as calendars speak it (RFC 4918): what is asked in XML, and what a multistatus answer says."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

import msgspec

from cmday.connectors.http import expect_ok
from cmday.connectors.protocol import Request, Response
from cmday.errors import Garbled
from cmday.i18n import phrase

DAV: Final = "{DAV:}"
CAL: Final = "{urn:ietf:params:xml:ns:caldav}"
SERVER: Final = "{http://calendarserver.org/ns/}"
MOST_BYTES: Final = 64 * 1024 * 1024
MULTISTATUS: Final = 207
_NAMESPACES: Final = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:S="http://calendarserver.org/ns/"'
_OK: Final = " 200"
_PORTS: Final = {"http": 80, "https": 443}
_SERVICES: Final = ("caldav", "dav")


class Resource(msgspec.Struct, frozen=True, kw_only=True):
    """One resource of an answer: ``url`` is absolute, ``props`` are the elements of the properties that were found.

    ``status`` is the resource's own where it has one (404 for what is gone from a collection), else 200.
    """

    url: str
    status: int
    props: dict[str, Any]

    def text(self, name: str) -> str | None:
        """The text of a property, None where it is empty or missing."""
        element = self.props.get(name)
        return (element.text or "").strip() or None if element is not None else None

    def has(self, name: str, child: str) -> bool:
        """Whether a property holds a child element, as ``resourcetype`` does."""
        element = self.props.get(name)
        return element is not None and element.find(child) is not None

    def href(self, name: str) -> str | None:
        """The address within a property, absolute."""
        element = self.props.get(name)
        found = element.find(f"{DAV}href") if element is not None else None
        return urljoin(self.url, found.text.strip()) if found is not None and found.text else None


class Answer(msgspec.Struct, frozen=True):
    """A multistatus answer: its resources, and the token to synchronise from next time (RFC 6578)."""

    resources: tuple[Resource, ...]
    sync_token: str | None


def request(method: str, url: str, body: str, *, depth: int, secret: tuple[tuple[str, str], ...]) -> Request:
    """A request that reads; ``body`` is the XML within the root, prefixed D, C and S."""
    root, _, rest = body.partition(">")
    return Request(
        url=url,
        method=method,
        headers=(("Content-Type", "application/xml; charset=utf-8"), ("Depth", str(depth))),
        secret_headers=secret,
        body=f'<?xml version="1.0" encoding="utf-8"?>{root} {_NAMESPACES}>{rest}'.encode(),
        max_bytes=MOST_BYTES,
    )


def propfind(url: str, *names: str, depth: int, secret: tuple[tuple[str, str], ...]) -> Request:
    """Ask for properties, each as ``D:getetag``."""
    asked = "".join(f"<{name}/>" for name in names)
    body = f"<D:propfind><D:prop>{asked}</D:prop></D:propfind>"
    return request("PROPFIND", url, body, depth=depth, secret=secret)


def read_answer(response: Response, subject: str) -> Answer:
    """The resources of a multistatus answer; raises what a refusal means, and ``Garbled`` for half an answer.

    A document type is refused: no calendar server sends one, and entities could be made to grow without bound.
    """
    expect_ok(response, subject)
    if response.status != MULTISTATUS:
        raise _garbled(subject)
    from xml.etree import ElementTree as ET

    head, _, _ = response.body.partition(b"multistatus")
    if b"<!DOCTYPE" in head or b"\0" in head:
        raise _garbled(subject)
    try:
        root = ET.fromstring(response.body)  # noqa: S314  without a document type there are no entities to expand
    except (ET.ParseError, ValueError, LookupError):
        raise _garbled(subject) from None
    if root.tag != f"{DAV}multistatus":
        raise _garbled(subject)
    token = root.find(f"{DAV}sync-token")
    resources = [_resource(element, response.url) for element in root.findall(f"{DAV}response")]
    return Answer(
        tuple(one for one in resources if one), (token.text or "").strip() or None if token is not None else None
    )


def _resource(element: Any, base: str) -> Resource | None:
    href = element.find(f"{DAV}href")
    if href is None or not href.text:
        return None
    own = element.find(f"{DAV}status")
    props: dict[str, Any] = {}
    for part in element.findall(f"{DAV}propstat"):
        status = part.findtext(f"{DAV}status") or _OK
        if _OK in status:
            props |= {prop.tag: prop for found in part.findall(f"{DAV}prop") for prop in found}
    return Resource(url=urljoin(base, href.text.strip()), status=_status(own), props=props)


def _status(element: Any) -> int:
    words = (element.text or "").split() if element is not None else []
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else 200


def same_place(one: str, other: str) -> bool:
    """Whether two addresses name one resource, however their paths are escaped and ended."""
    return _place(one) == _place(other)


def same_keeper(asked: str, led: str) -> bool:
    """Whether who has the password of one address may have it for another, which an answer of it named.

    So is the same origin; and over TLS a host below it, or beside it where it is called ``caldav`` or ``dav``, as
    ``p01-caldav.icloud.com`` is beside ``caldav.icloud.com``.
    """
    first, second = urlsplit(asked), urlsplit(led)
    if _origin(first) == _origin(second):
        return True
    host, other = first.hostname or "", second.hostname or ""
    label, _, parent = host.partition(".")
    domain = parent if label in _SERVICES and "." in parent else host
    return second.scheme == "https" and (other == host or (bool(domain) and other.endswith(f".{domain}")))


def member(collection: str, name: str) -> str:
    """The address of a resource in a collection."""
    return collection.rstrip("/") + "/" + quote(name, safe="@-._~")


def name_of(url: str) -> str:
    """The last part of an address, unescaped."""
    return unquote(urlsplit(url).path.rstrip("/").rsplit("/", 1)[-1])


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


def _place(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.netloc.lower(), unquote(parts.path).rstrip("/")


def _garbled(subject: str) -> Garbled:
    return Garbled(
        phrase("the calendar server's answer cannot be read"),
        phrase("check the address of [calendar.{name}]: cmday config edit", name=subject),
        subject,
    )
