"""One sweep of a Bluesky account's notifications: which page is asked for next, and what each moves in the cursor."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from msgspec.structs import replace

from cmday.connectors.bluesky_api import Xrpc
from cmday.connectors.bluesky_notices import BY_OTHERS, Told, notification_of, read_page, stamp
from cmday.connectors.bluesky_reach import MOST_KNOWN, MOST_POSTS, MOST_WANTED, Gap, Reach, bounded, mark
from cmday.connectors.http import parse_http_date
from cmday.connectors.protocol import Exchange, Partial, Response
from cmday.connectors.social_posts import tables, text_of
from cmday.core.items import Page

LIST: Final = "app.bsky.notification.listNotifications"
POSTS: Final = "app.bsky.feed.getPosts"
PAGE: Final = 100
MOST_ASKED: Final = 25  # posts that the API gives at once
LOST: Final = "the server no longer goes on where the last sweep was cut"
_BAD_REQUEST: Final = 400


class Sweep:
    """How far the sweep has come (``known``), and why something may be missing (``doubt``).

    ``now`` is the server's time, where it tells it; ``fresh`` says that there was something new, ``has_time`` that the
    deadline leaves time for what is around.
    """

    def __init__(self, api: Xrpc, known: Reach) -> None:
        self.api = api
        self.known = known
        self.doubt: str | None = None
        self.now = datetime.now(UTC)
        self.fresh = False
        self.has_time = True

    @property
    def floor(self) -> str:
        """How far back a first sweep goes."""
        return stamp(self.now - self.api.account.first_sweep)

    def talk(self) -> Exchange[None]:
        """The newest page first, then the gaps that earlier sweeps left, newest first."""
        yield from self._newest()
        while self.known.gaps:
            yield from self._descend(self.known.gaps[0])

    def _newest(self) -> Exchange[None]:
        response: Response = yield from self.api.get(LIST, limit=PAGE, priority="false")
        self.now = parse_http_date(response.header("date") or "") or self.now
        self.has_time = response.leaves_time
        told, spoilt, at = self._read(response)
        before, low = self.known, min((one.at for one in told), default="")
        known = set(before.known)
        new = [one for one in told if mark(one.uri) not in known]
        bad = [one for one in spoilt if mark(one) not in known]
        gap = None
        if before.top is None:
            new = [one for one in new if one.at >= self.floor]
            gap = Gap(at=at, down_to=self.floor) if at and low >= self.floor else None
        elif at and low > before.top:
            gap = Gap(at=at, down_to=before.top, edge=before.edge)
        else:
            new = [one for one in new if one.at >= before.low]
        gone = yield from self._deleted(told, low if at else "")
        after = replace(
            before,
            top=max([before.top or "", *(one.at for one in told)]) or before.top,
            low=low if at else "",
            known=tuple(mark(one) for one in [*(one.uri for one in told), *spoilt])[:MOST_KNOWN],
            posts=tuple((one.at, one.uri) for one in told if one.reason in BY_OTHERS)[:MOST_POSTS],
            gaps=bounded((*([gap] if gap else []), *before.gaps)),
        )
        top = after.top
        after = replace(after, edge=tuple(mark(one.uri) for one in told if one.at == top) or before.edge)
        self.known = after
        if new or bad or gone:
            yield from self._hand_over(new, len(bad), after, gone)

    def _descend(self, gap: Gap) -> Exchange[None]:
        """One page of the newest gap."""
        response: Response = yield from self.api.get(LIST, limit=PAGE, priority="false", cursor=gap.at)
        rest = self.known.gaps[1:]
        if response.status == _BAD_REQUEST:  # it does not know its own cursor any more
            self.doubt = LOST
            self.known = replace(self.known, gaps=rest)
            return
        self.has_time = response.leaves_time
        told, spoilt, at = self._read(response)
        new = [one for one in told if one.at > gap.down_to or (one.at == gap.down_to and mark(one.uri) not in gap.edge)]
        ends = not at or at == gap.at or not told or min(one.at for one in told) <= gap.down_to
        after = replace(self.known, gaps=rest if ends else (replace(gap, at=at), *rest))
        yield from self._hand_over(new, len(spoilt), after, ())

    def _read(self, response: Response) -> tuple[list[Told], list[str], str]:
        """The notifications of a page, what could not be read of it, and the server's cursor for the next one."""
        page = self.api.read(response)
        listed = page.get("notifications")
        if not isinstance(listed, list):
            raise self.api.garbled()
        return *read_page(listed), text_of(page, "cursor")

    def _deleted(self, told: list[Told], low: str) -> Exchange[tuple[str, ...]]:
        """Those that stood on the last newest page, should stand on this one, and exist no more."""
        there = {one.uri for one in told}
        missing = [uri for at, uri in self.known.posts if at >= low and uri not in there][:MOST_ASKED]
        if not missing:
            return ()
        # Muted and blocked people are not listed either; what they wrote exists.
        found = yield from self._posts(missing)
        return tuple(uri for uri in missing if uri not in found)

    def _posts(self, uris: list[str]) -> Exchange[dict[str, str]]:
        """The texts of posts by their addresses; those that do not exist are not among them."""
        response: Response = yield from self.api.get(POSTS, uris=uris[:MOST_ASKED])
        listed = self.api.read(response).get("posts")
        return {text_of(one, "uri"): text_of(one, "record", "text") for one in tables(listed)}

    def _hand_over(self, new: list[Told], spoilt: int, after: Reach, gone: tuple[str, ...]) -> Exchange[None]:
        """Hand a page over with the cursor that counts it as read."""
        reactions = [one for one in new if one.reason not in BY_OTHERS]
        about = list(dict.fromkeys(one.subject for one in reactions if _is_post(one.subject)))
        subjects = (yield from self._posts([one for one in about if one])) if about else {}
        found = [notification_of(one, self.api.account, subjects) for one in new]
        found.sort(key=lambda one: one.at)
        wanted = [one.uri for one in new if one.reason in BY_OTHERS]
        self.known = replace(after, wanted=tuple(dict.fromkeys([*wanted, *after.wanted]))[:MOST_WANTED])
        self.fresh = self.fresh or bool(new)
        gap = f"{spoilt} of the server's notifications could not be read" if spoilt else None
        yield Partial(Page(notifications=tuple(found), cursor=self.known.cursor(), gap=gap, gone=gone))


def _is_post(uri: str | None) -> bool:
    return uri is not None and "/app.bsky.feed.post/" in uri
