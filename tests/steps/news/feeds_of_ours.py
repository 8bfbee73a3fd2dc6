"""Feeds made for a test."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path

NOW = datetime.fromisoformat("2026-11-02T08:31:00+01:00")


def rss(
    *titles: str, title: str = "A feed", hours: float = 1.0, extra: str = "", site: str = "site.localhost"
) -> bytes:
    """An RSS feed of these titles, the first the newest, ``hours`` apart, with links to this site."""
    items = "".join(
        f"<item><title>{escape(one)}</title><guid isPermaLink='false'>{escape(one)}</guid>"
        f"<link>http://{site}/{place}</link><description>About {escape(one)}.</description>"
        f"<pubDate>{format_datetime(NOW - timedelta(hours=hours * (place + 1)))}</pubDate></item>"
        for place, one in enumerate(titles)
    )
    return f"<rss version='2.0'><channel><title>{title}</title>{extra}{items}</channel></rss>".encode()


def subscribe(home: Path, feeds: Iterable[str | tuple[str, str]]) -> None:
    """Write feeds.toml: addresses, or addresses with the rest of their table."""
    tables = [(feed, "") if isinstance(feed, str) else feed for feed in feeds]
    home.joinpath("feeds.toml").write_text("".join(f'[[feed]]\nurl = "{url}"\n{rest}\n' for url, rest in tables))
