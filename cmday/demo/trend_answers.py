"""From the demo's trends to what a Mastodon server answers that is asked for them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any


def trends_url(feed: dict[str, Any]) -> str:
    """The address of the API behind ``mastodon+https://host/trends/links``."""
    server, _, what = feed["url"].removeprefix("mastodon+").partition("/trends/")
    return f"{server}/api/v1/trends/{what}"


def trends(feed: dict[str, Any], until: datetime) -> list[dict[str, Any]]:
    """The links that trend at a moment, each with how many people told it, today first."""
    return [
        {
            "url": link["url"],
            "title": link["title"],
            "description": link["summary"],
            "language": link["language"],
            "provider_name": link["from"],
            "history": [
                {
                    "day": str(int((until - timedelta(days=ago)).timestamp())),
                    "accounts": str(count),
                    "uses": str(count),
                }
                for ago, count in enumerate(link["told"])
            ],
        }
        for link in feed["link"]
        if link["since"] <= until
    ]
