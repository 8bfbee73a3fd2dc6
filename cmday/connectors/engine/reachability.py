"""Is it them or us: what many failures together say about our own network (pure, but for one look at the routes).

Evidence are hosts of the wide web only; this machine and its neighbours prove nothing. One host that answers like
itself proves that the network is there. A page over https counts as such, for nobody in between can forge it.
"""

from __future__ import annotations

import socket
from typing import Final, Literal

from cmday.connectors.engine.addresses import domain, host_of, origin
from cmday.connectors.protocol import Hop, Response
from cmday.errors import CaptivePortal, NetworkError, NoNetwork
from cmday.i18n import phrase

Verdict = Literal["alive", "no-network", "captive-portal"]
Sign = tuple[Literal["silent", "page", "certificate", "diverted"], str]

SILENT: Final[Sign] = ("silent", "")
CERTIFICATE: Final[Sign] = ("certificate", "")
DECIDE_AFTER: Final = 2.5
"""Seconds after the first question to the web: it is to be said within three."""

_LOGIN_REQUIRED: Final = 511  # RFC 6585
_OK: Final = 200
_ENOUGH: Final = 2


class Reachability:
    """Gathers signs and judges them. ``verdict`` stays once it is there."""

    def __init__(self) -> None:
        self.verdict: Verdict | None = None
        self._signs: dict[str, Sign] = {}

    @property
    def cut_off(self) -> bool:
        """Whether the web is known to be out of reach."""
        return self.verdict in ("no-network", "captive-portal")

    def alive(self) -> None:
        """A host of the web has answered like itself."""
        if self.verdict is None:
            self.verdict = "alive"

    def note(self, host: str, sign: Sign) -> None:
        """A host of the web has shown a sign of our own network being at fault."""
        self._signs[domain(host)] = sign

    def judge(self, hanging: list[str]) -> Verdict | None:
        """Decide by the signs so far and the hosts that have not been reached yet; None where they are not enough."""
        silent = {name for name, sign in self._signs.items() if sign == SILENT} | {domain(host) for host in hanging}
        loud = {name: sign for name, sign in self._signs.items() if sign != SILENT}
        alike = len(set(loud.values())) == 1 and len(loud) >= _ENOUGH
        if self.verdict is None:
            if alike:
                self.verdict = "captive-portal"
            elif not loud and (len(silent) >= _ENOUGH or (silent and not has_route())):
                self.verdict = "no-network"
        return self.verdict

    def error(self) -> NetworkError:
        """The verdict as an error, a new one for each conversation."""
        if self.verdict == "captive-portal":
            return CaptivePortal(
                phrase("this network answers in place of the web: it seems to want a sign-in of its own"),
                phrase("open any page in a browser to sign in, then run the command again"),
            )
        return NoNetwork(
            phrase("there is no network: nothing on the web can be reached"),
            phrase("what is stored is shown; cmday doctor checks the connection"),
        )


def sign_of(response: Response, first_url: str) -> Sign | None:
    """What an answer that may have been forged on the way looks like, None where it is the host's own for sure."""
    if response.status == _LOGIN_REQUIRED:
        return "page", "511"
    asked = domain(host_of(first_url))
    spoken = [*(hop.url for hop in response.hops), response.url]
    if any(url.startswith("https:") and domain(host_of(url)) == asked for url in spoken):
        return None
    if response.status != _OK or not _is_html(response):
        return None
    if domain(host_of(response.url)) != asked:
        return "page", "/".join(map(str, origin(response.url)))
    from hashlib import blake2b  # OpenSSL comes with it, and few answers are pages

    return "page", blake2b(response.body, digest_size=16).hexdigest()


def sign_of_diversion(hops: tuple[Hop, ...]) -> Sign:
    """A redirect into a private network, as the sign-in pages of guest networks make them."""
    return "diverted", host_of(hops[-1].location) if hops else ""


def _is_html(response: Response) -> bool:
    if "html" in (response.header("content-type") or ""):
        return True
    start = response.body[:200].lstrip().lower()
    return start.startswith((b"<!doctype html", b"<html"))


def has_route() -> bool:
    """Whether this machine knows any way out; asks the kernel only, sends nothing."""
    for family, address in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((address, 9))
        except OSError:
            continue
        return True
    return False
