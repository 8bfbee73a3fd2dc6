"""From the JSON of Bluesky's AppView to entries. What cannot be read costs that one post."""

from __future__ import annotations

import html
from typing import Any, Final
from urllib.parse import quote

from cmday.connectors.social_posts import Card, Post, count_of, entry_of, moment, text_of
from cmday.core.feeds import Entry

PAGES: Final = "https://bsky.app"


def entry_of_view(view: dict[str, Any], *, own: bool) -> Entry | None:
    """A post of a feed view, or of a search; one that a person only passed on is none of that person's own."""
    post = view.get("post") if "post" in view else view
    record = post.get("record") if isinstance(post, dict) else None
    if not isinstance(post, dict) or not isinstance(record, dict) or (own and "reason" in view):
        return None
    uri = text_of(post, "uri")
    author = text_of(post, "author", "handle")
    if not uri.startswith("at://") or not author:
        return None
    # A post may claim any date; it cannot be older than what it claims, nor younger than when it was first seen.
    dates = [date for date in (moment(record.get("createdAt")), moment(post.get("indexedAt"))) if date]
    languages = record.get("langs")
    external = post.get("embed") if isinstance(post.get("embed"), dict) else {}
    page = external.get("external") if isinstance(external, dict) else None
    return entry_of(
        Post(
            identity=uri,
            url=f"{PAGES}/profile/{quote(author, safe='')}/post/{quote(uri.rsplit('/', 1)[1], safe='')}",
            source="<p>" + html.escape(text_of(record, "text")).replace("\n", "<br>") + "</p>",
            author=text_of(post, "author", "displayName") or author,
            at=min(dates, default=None),
            language=languages[0]
            if isinstance(languages, list) and languages and isinstance(languages[0], str)
            else None,
            card=Card(text_of(page, "uri"), text_of(page, "title"), text_of(page, "description")) if page else None,
        ),
        PAGES,
    )


def entry_of_trend(one: dict[str, Any]) -> Entry | None:
    """A topic that trends, with how many posts told it; None for what cannot be read."""
    words, link = text_of(one, "displayName") or text_of(one, "topic"), text_of(one, "link")
    if not words or not link:
        return None
    return entry_of(
        Post(
            identity=f"trend:{text_of(one, 'topic') or words}",
            url=f"{PAGES}{link}" if link.startswith("/") else link,
            source=f"<p>{html.escape(words)}</p>",
            counts=(count_of(one.get("postCount")),),
        ),
        PAGES,
    )
