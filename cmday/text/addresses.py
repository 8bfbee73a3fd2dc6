"""Addresses of the web: one spelling for one place, and what may become a link."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

DEFAULT_PORTS: Final = {"http": 80, "https": 443}
# Sources that speak an API of their own are written before the address of their server: mastodon+https://...
KINDS: Final = ("bluesky", "hn", "mastodon", "miniflux", "x")
LONGEST: Final = 4000
# An address in its one spelling already, as nearly all of a long list are: it is not taken apart and put together.
_USUAL: Final = (
    r"https?://(?:[a-z0-9-]+\.)*[a-z0-9-]+(?::(?!80/|443/)(?:[1-9]\d{1,3}|[1-5]\d{4}))?/[\w/.~%=&?+,;:@-]*(?<!\?)"
)
_NEVER: Final = str.maketrans("", "", "".join(map(chr, range(0x20))) + "\x7f")


def one_spelling(url: str) -> str:
    """The spelling by which an address is known: scheme and host in lower case, no fragment, no default port.

    Path and query stay byte for byte. ``feed:`` addresses become http; the kind of a source before it stays. Raises
    ``ValueError`` for what is no http(s) address (RFC 3986, 6.2.2 and 6.2.3).
    """
    if len(url) <= LONGEST and re.fullmatch(_USUAL, url, re.ASCII):
        return url
    kind, plain = kind_and_rest(url.strip())
    if kind:
        return f"{kind}+{one_spelling(plain)}"
    parts = _split(url)
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        host = f"[{host}]"
    if parts.port is not None and parts.port != DEFAULT_PORTS[parts.scheme]:
        host = f"{host}:{parts.port}"
    user, at, _ = parts.netloc.rpartition("@")
    return urlunsplit((parts.scheme, f"{user}{at}{host}", parts.path or "/", parts.query, ""))


def kind_and_rest(url: str) -> tuple[str, str]:
    """The kind of source that an address names, and the http(s) address behind it; no kind for a plain one."""
    kind, plus, rest = url.partition("+")
    return (kind, rest) if plus and kind in KINDS and "://" in rest else ("", url)


def host_of(url: str) -> str:
    """The name in an address, in lower case; empty where there is none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def origin_of(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port of an http(s) address: what a key belongs to. Raises ``ValueError`` for a bad port."""
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or DEFAULT_PORTS.get(parts.scheme)


def is_loopback(host: str) -> bool:
    """Whether a name means this machine (RFC 6761, 6.3)."""
    return host in ("localhost", "::1") or host.endswith(".localhost") or host.startswith("127.")


def base_of(server: str) -> str:
    """A server's address; on this machine without TLS."""
    if "://" in server:
        return server.rstrip("/")
    return f"{'http' if is_loopback(host_of(f'//{server}')) else 'https'}://{server.lower().rstrip('/')}"


def absolute_link(base: str, link: str | None) -> str | None:
    """The absolute http(s) address that a link means, or None where it means nothing that may be opened."""
    if not link:
        return None
    link = link.translate(_NEVER).strip()
    if not link or len(link) > LONGEST:
        return None
    try:
        found = urljoin(base, link)
        parts = urlsplit(found)
        named = bool(parts.hostname)
    except ValueError:
        return None
    return found if named and parts.scheme.lower() in DEFAULT_PORTS else None


def _split(url: str) -> SplitResult:
    text = url.translate(_NEVER).strip()
    if text.lower().startswith("feed:"):
        rest = text[5:].removeprefix("//")
        text = rest if rest.lower().startswith(("http:", "https:")) else f"http://{rest}"
    parts = urlsplit(text)
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or len(text) > LONGEST or " " in parts.netloc:
        raise ValueError(url)
    _ = parts.port  # raises ValueError where it is no number
    return parts
