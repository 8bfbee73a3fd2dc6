"""Passing a story on: which story, whether its community had it already, what the post says, and that it is remembered.

The posts themselves are written by who writes all posts; ``remember`` is called within the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from cmday.core.accounts import Account
from cmday.core.communities import Utm
from cmday.core.feeds import StoredEntry
from cmday.core.outbox import Outgoing
from cmday.core.shares import Share
from cmday.errors import CmdayError
from cmday.i18n import phrase
from cmday.session import Session
from cmday.steps.news.folded import around
from cmday.steps.news.meant import found_stories
from cmday.steps.news.report import NAME
from cmday.storage import journal, shares
from cmday.text.safe_text import safe, without_login
from cmday.text.shortening import shortened
from cmday.text.utm import tagged

_TITLE = 300
_EXCERPT = 120


class SharedAlready(CmdayError):
    """A story that its community had before; ``--again`` shares it once more."""

    kind = "shared"


class Shareable(msgspec.Struct, frozen=True, kw_only=True):
    """A story to be passed on: what its post says, and the ids of all its entries, that of the link first."""

    handle: str
    id: str
    title: str
    url: str | None
    source: str
    author: str | None
    stored: StoredEntry
    entries: tuple[str, ...]


def found(session: Session, words: Sequence[str]) -> list[Shareable]:
    """The stories named, all entries of each. Raises ``NotFound`` before anything is done to one of them."""
    pairs = found_stories(session, list(words))
    stories = around(session, [stored.id for _, stored in pairs])
    told: dict[str, Shareable] = {}
    for handle, stored in pairs:
        one = stored.id
        others = stories[one].entries if one in stories else ()
        if any(one in each.entries for each in told.values()):
            continue  # another source of a story that was named already
        told[one] = Shareable(
            handle=handle,
            id=one,
            title=safe(stored.entry.title or stored.entry.summary, _TITLE),
            url=without_login(stored.entry.url),
            source=stored.feed_title,
            author=stored.entry.author,
            stored=stored,
            entries=tuple(dict.fromkeys((one, *others))),
        )
    return list(told.values())


def insist_new(session: Session, story: Shareable, communities: Iterable[str]) -> None:
    """Raise ``SharedAlready`` where one of these communities had the story, or has a post of it waiting."""
    before = shares.of_entries(session.database, story.entries)
    had = {one.community: one for each in before.values() for one in each}
    for community in communities:
        if community not in had:
            continue
        last = had[community]
        day = last.moment.date().isoformat()
        what = (
            phrase("{handle} was shared to {community} on {day}", handle=story.handle, community=community, day=day)
            if last.state == "sent"
            else phrase(
                "{handle} waits in the outbox for {community} since {day}",
                handle=story.handle,
                community=community,
                day=day,
            )
        )
        again = phrase(
            "cmday feeds share {handle} --to {community} --again shares it once more",
            handle=story.handle,
            community=community,
        )
        raise SharedAlready(what, again, community)


def link_of(session: Session, story: Shareable, account: Account, community: str) -> str | None:
    """The story's address as it stands in a post: with the community's parameters, unless it wants none."""
    known = session.settings.communities.get(community)
    if story.url is None or known is None or known.utm is None:
        return story.url
    return tagged(story.url, _parameters(known.utm, account, community))


def text_of(story: Shareable, note: str, link: str | None, most: int | None, measure: Callable[[str], int]) -> str:
    """The note, the title and the link; where there is no room the title gives way first, never the link."""

    def whole(said: str, title: str) -> str:
        return "\n".join(part for part in (f"{said}\n" if said and title else said, title, link or "") if part)

    said = note.strip()
    if most is None or measure(whole(said, story.title)) <= most:
        return whole(said, story.title)
    title = shortened(story.title, most, lambda part: measure(whole(said, part)))
    if title or measure(whole(said, "")) <= most:
        return whole(said, title)
    return whole(shortened(said, most, lambda part: measure(whole(part, ""))), "")


def remember(
    session: Session, story: Shareable, note: str, posts: Sequence[tuple[Outgoing, str | None]], *, again: bool
) -> None:
    """Remember posts, each with its link, as shares of the story; part of the transaction that writes them.

    Raises ``SharedAlready`` where another cmday was faster.
    """
    if not again:
        insist_new(session, story, {post.community or "" for post, _ in posts})
    db, now, entry = session.database, session.clock.now(), story.stored.entry
    shares.put(
        db,
        [
            Share(
                outbox=post.id,
                community=post.community or "",
                account=post.account,
                network=post.network,
                state=post.state,
                at=now,
                title=story.title,
                url=story.url,
                link=link,
                source=story.source,
                author=story.author,
                published=entry.published,
                summary=safe(entry.summary, _TITLE),
                note=note.strip(),
                entries=story.entries,
            )
            for post, link in posts
        ],
    )
    to = ", ".join(dict.fromkeys(post.community or "" for post, _ in posts))
    journal.write(db, now, "share", step=NAME, item=story.id, text=f"{story.title[:_EXCERPT]} > {to}")


def _parameters(utm: Utm, account: Account, community: str) -> dict[str, str]:
    places = {"{network}": account.network, "{account}": account.name, "{community}": community}
    return {
        f"utm_{name}": _filled(value, places)
        for name, value in (("source", utm.source), ("medium", utm.medium), ("campaign", utm.campaign))
    }


def _filled(text: str, places: dict[str, str]) -> str:
    for place, value in places.items():
        text = text.replace(place, value)
    return text
