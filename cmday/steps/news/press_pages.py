"""The press review as Markdown, as a page of its own, and as RSS 2.0 (https://www.rssboard.org/rss-specification)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Final

from cmday.errors import WrongUse
from cmday.i18n import _, language, phrase
from cmday.session import Session
from cmday.steps.news.press_review import CommunityRow, ReviewData, ReviewedRow
from cmday.text.safe_text import hide_logins, safe

# What means something in Markdown, within a line or at its beginning (CommonMark 0.31, 2.4).
_MARKDOWN: Final = re.compile(r"([\\`*_\[\]<>|~&]|^[-+#=])|^(\d+)(?=[.)])")
_UNSAFE_IN_LINK: Final = re.compile(r"[\s<>\\()]")
_SCHEMES: Final = ("https://", "http://")
_SUFFIXES: Final = {".md": "md", ".markdown": "md", ".html": "html", ".htm": "html", ".rss": "rss", ".xml": "rss"}
_STYLE: Final = (
    "body{max-width:42rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 system-ui,sans-serif;color:#222;"
    "background:#fff}h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}li{margin:0 0 1rem}"
    "small{color:#555}q{font-style:italic}"
)


def kind_of(file: Path | None) -> str:
    """What to write into a file, by the end of its name; raises ``WrongUse`` where that says nothing."""
    kind = _SUFFIXES.get(file.suffix.lower()) if file else None
    if kind is None:
        raise WrongUse(
            phrase("the name {file} does not say what to write", file=file or ""), phrase("add --md, --html or --rss")
        )
    return kind


def written(review: ReviewData, kind: str, session: Session) -> str:
    """The review as ``md``, ``html`` or ``rss``."""
    write: dict[str, Callable[[ReviewData, Session], str]] = {"md": _markdown, "html": _html, "rss": _rss}
    return write[kind](review, session)


def _markdown(review: ReviewData, session: Session) -> str:
    lines = [f"# {_marked(_heading(review, session))}"]
    for community in review.communities:
        lines += ["", f"## {_marked(community.title)}", ""]
        for story in community.stories:
            title = _marked(story.title)
            url = _link(story.url)
            lines.append(f"- [{title}](<{_UNSAFE_IN_LINK.sub(_percent, url)}>)" if url else f"- {title}")
            if story.note:
                lines.append(f"  *{_marked(safe(story.note))}*")
            lines.append(f"  {_marked(_facts(story, session))}")
    if not review.communities:
        lines += ["", _("Nothing was shared.")]
    return "\n".join(lines) + "\n"


def _html(review: ReviewData, session: Session) -> str:
    heading = escape(_heading(review, session))
    head = (
        f'<!doctype html>\n<html lang="{language()}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{heading}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{heading}</h1>\n"
    )
    parts = [head]
    for community in review.communities:
        parts.append(f"<h2>{escape(safe(community.title))}</h2>\n<ul>\n")
        parts += [_html_story(story, session) for story in community.stories]
        parts.append("</ul>\n")
    if not review.communities:
        parts.append(f"<p>{escape(_('Nothing was shared.'))}</p>\n")
    return "".join([*parts, "</body>\n</html>\n"])


def _html_story(story: ReviewedRow, session: Session) -> str:
    url, title = _link(story.url), escape(safe(story.title))
    head = f'<a href="{escape(url)}">{title}</a>' if url else title
    note = f"<br><q>{escape(safe(story.note))}</q>" if story.note else ""
    summary = f"<br>{escape(safe(story.summary))}" if story.summary and story.summary != story.title else ""
    return f"<li>{head}{note}{summary}<br><small>{escape(_facts(story, session))}</small></li>\n"


def _rss(review: ReviewData, session: Session) -> str:
    items = [item for community in review.communities for item in _rss_items(community, session)]
    newest = max((story.at for one in review.communities for story in one.stories), default=review.until)
    channel = [
        f"<title>{_xml(_heading(review, session))}</title>",
        f"<link>{_xml(_place(review, session))}</link>",
        f"<description>{_xml(_('What was shared with our communities.'))}</description>",
        f"<language>{language()}</language>",
        f"<lastBuildDate>{_mail_date(newest)}</lastBuildDate>",
        "<generator>cmday</generator>",
        "<docs>https://www.rssboard.org/rss-specification</docs>",
    ]
    body = "\n".join(f"    {line}" for line in [*channel, *items])
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0">\n  <channel>\n{body}\n  </channel>\n</rss>\n'


def _rss_items(community: CommunityRow, session: Session) -> Iterator[str]:
    for story in community.stories:
        url = _link(story.url)
        said = " ".join(part for part in (story.note, story.summary, f"({_facts(story, session)})") if part)
        yield "".join(
            (
                f"<item><title>{_xml(story.title)}</title>",
                f"<link>{_xml(url)}</link>" if url else "",
                f"<description>{_xml(escape(safe(said)))}</description>",
                f"<category>{_xml(community.title)}</category>",
                # Stable and no address: the same story is a post of its own for each community.
                f'<guid isPermaLink="false">cmday:{_xml(story.posts[0].id)}</guid>',
                f"<pubDate>{_mail_date(story.at)}</pubDate></item>",
            )
        )


def _heading(review: ReviewData, session: Session) -> str:
    return _("Press review, {first} to {last}").format(
        first=_day(review.since, session), last=_day(review.until, session)
    )


def _facts(story: ReviewedRow, session: Session) -> str:
    """Source, author and day of the story, and where and when it was shared, or that it has not gone out yet."""
    published = _day(story.published, session) if story.published else ""
    of = ", ".join(part for part in (safe(story.source), safe(story.author or ""), published) if part)
    posts = "; ".join(
        _("{account}, {day}").format(account=one.account, day=_day(one.at, session))
        if one.state == "sent"
        else _("{account}: not sent yet ({state})").format(account=one.account, state=_(one.state))
        for one in story.posts
    )
    return f"{of} – {posts}"


def _place(review: ReviewData, session: Session) -> str:
    """The site that a channel must name: the server of the first account, else the first story's own address."""
    for community in review.communities:
        for story in community.stories:
            account = session.settings.accounts.get(story.posts[0].account)
            if account and account.server.startswith(_SCHEMES):
                return account.server
            if url := _link(story.url):
                return url
    return "http://localhost/"


def _link(url: str | None) -> str:
    """An address that may be a link; empty for any other."""
    return hide_logins(url, "") if url and url.lower().startswith(_SCHEMES) else ""


def _marked(text: str) -> str:
    return _MARKDOWN.sub(lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}\\", safe(text))


def _percent(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode())


def _xml(text: str) -> str:
    return escape(safe(text))


def _mail_date(moment: datetime) -> str:
    return format_datetime(moment)


def _day(moment: datetime, session: Session) -> str:
    return moment.astimezone(session.clock.zone).date().isoformat()
