"""Web addresses: made fit for the wire, and whose they are (pure; no name is looked up here)."""

from __future__ import annotations

import ipaddress
import re
from contextlib import suppress
from typing import Final
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

_PORTS: Final = {"http": 80, "https": 443}
_SAFE: Final = "!#$%&'()*+,/:;=?@[]~-._"
_FIT: Final = re.compile(r"https?://[a-z0-9.-]+(?::[0-9]{1,5})?/[A-Za-z0-9/?&=%._~+,;:@!-]*").fullmatch
_PRIVATE_ENDINGS: Final = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".localdomain")
_SECOND_LEVELS: Final = frozenset({"ac", "co", "com", "edu", "gouv", "gov", "go", "ne", "net", "or", "org"})


def tidy(url: str) -> str:
    """The address as it may go on the wire: no fragment, no raw spaces or foreign letters, host in IDNA.

    Raises ``ValueError`` where it is no http(s) address with a host.
    """
    if _FIT(url):
        return url
    parts = urlsplit(url.strip())
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError(url)
    parts.port  # noqa: B018  raises ValueError where it is no number
    place = parts.netloc
    if not place.isascii():
        place = place.replace(parts.netloc.rpartition("@")[2], _ascii_place(parts.hostname, parts.port))
    path = quote(parts.path, safe=_SAFE)
    return urlunsplit((parts.scheme, place, path, quote(parts.query, safe=_SAFE), ""))


def _ascii_place(host: str, port: int | None) -> str:
    ascii_host = host.encode("idna").decode("ascii")
    return f"{ascii_host}:{port}" if port else ascii_host


def target(url: str, location: str) -> str:
    """Where a redirect from ``url`` points, tidied and without a name or password in it (RFC 9110, 10.2.2).

    Raw letters in it, read as Latin-1 like all headers, are taken for UTF-8. Raises ``ValueError`` where that is no
    http(s) address.
    """
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode("utf-8")
    parts = urlsplit(urljoin(url, location.strip()))
    return tidy(urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])))


def host_of(url: str) -> str:
    """The host name of an address in lower case, without brackets."""
    return urlsplit(url).hostname or ""


def place_of(url: str) -> str:
    """The host name and port of a tidy address: the server whose connections are counted."""
    _scheme, host, port = origin(url)
    return f"{host}:{port}"


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port: what credentials belong to (RFC 6454)."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)


def is_public_address(address: str) -> bool:
    """Whether an IP address is reachable from everywhere."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(ip, "ipv4_mapped", None)
    return (mapped or ip).is_global


def is_public(host: str) -> bool:
    """Whether a host is one of the wide web by its name: not this machine, not the local network."""
    name = host.lower().rstrip(".")
    if "." not in name and ":" not in name:
        return False
    if ":" in name or name.rpartition(".")[2].isdigit():
        return is_public_address(name)
    return not name.endswith(_PRIVATE_ENDINGS)


def domain(host: str) -> str:
    """What of a host name was registered, near enough to tell unrelated hosts apart: ``b.co.uk`` of ``a.b.co.uk``."""
    name = host.lower().rstrip(".")
    if ":" in name or name.rpartition(".")[2].isdigit():
        return name
    labels = name.split(".")
    country = len(labels[-1]) == 2  # noqa: PLR2004  country codes have two letters
    keep = 3 if len(labels) > 2 and country and labels[-2] in _SECOND_LEVELS else 2  # noqa: PLR2004  labels
    return ".".join(labels[-keep:])
