"""From the JSON of GitHub's notifications to ours: docs.github.com/rest/activity/notifications.

A notification there is a thread that moved: its id stays, its ``updated_at`` does not. So ours are one for each move.
"""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import quote

import msgspec

from cmday.connectors.downward import Entry
from cmday.connectors.social_posts import moment, text_of
from cmday.core.accounts import Account
from cmday.core.items import Kind, Notification, ReplyTo, ThreadPost
from cmday.core.time import epoch
from cmday.text.plain import MOST, cut, from_mail

MOST_TITLE: Final = 1_000
MOST_ID: Final = 200
# What somebody wants of us; all else is good to know.
_KINDS: Final[dict[str, Kind]] = {
    "mention": "mention",
    "team_mention": "mention",
    "review_requested": "mention",
    "approval_requested": "mention",
    "assign": "mention",
    "author": "reply",
    "comment": "reply",
    "manual": "reply",
    "security_alert": "report",
}
# In these nobody waits for words.
_MACHINES: Final = frozenset(
    ("CheckSuite", "WorkflowRun", "Release", "RepositoryInvitation", "RepositoryDependabotAlertsThread")
)
_SUBJECT: Final = re.compile(r"/repos/([\w.-]+)/([\w.-]+)/(issues|pulls|commits|releases|discussions)/(\w+)$")
_PAGES: Final = {"issues": "issues", "pulls": "pull", "commits": "commit", "discussions": "discussions"}


class Detail(msgspec.Struct, frozen=True, kw_only=True):
    """What was last said in a thread: by whom, in which words, where. ``id`` is the node of a discussion."""

    author: str
    text: str
    url: str | None
    at: str = ""
    id: str | None = None


def entry_of(found: Any) -> Entry | None:
    """A notification as an entry; None for one that cannot be read."""
    number, at = text_of(found, "id"), moment(text_of(found, "updated_at"))
    readable = number and len(number) <= MOST_ID and at and text_of(found, "subject", "title") and repository(found)
    return Entry(at=at, id=f"{number}-{epoch(at)}", body=found) if readable and at else None


def kind_of(found: Any) -> Kind:
    """What it is to us. A new comment in a thread is an answer, a state that changed is not."""
    kind = _KINDS.get(text_of(found, "reason"), "other")
    return "other" if kind != "report" and text_of(found, "subject", "type") in _MACHINES else kind


def repository(found: Any) -> str:
    """``owner/name``."""
    return text_of(found, "repository", "full_name")


def thread_of(found: Any) -> str:
    """The thread that a notification is of, as the same for all of it: its subject, where that has an address."""
    subject = _SUBJECT.search(text_of(found, "subject", "url"))
    return thread_name(subject[1], subject[2], subject[4]) if subject else f"thread-{text_of(found, 'id')}"


def thread_name(owner: str, name: str, number: str) -> str:
    """An issue and a pull request of the same number are the same thing."""
    return f"{owner}/{name}#{number}"[:MOST_ID]


def page_of(found: Any, pages: str) -> str:
    """The page of a notification, as far as its own words tell it."""
    base = f"{pages}/{quote(repository(found))}"
    subject = _SUBJECT.search(text_of(found, "subject", "url"))
    if subject and subject[3] in _PAGES:
        return f"{pages}/{subject[1]}/{subject[2]}/{_PAGES[subject[3]]}/{subject[4]}"
    if text_of(found, "subject", "type") == "Discussion":
        return f"{base}/discussions?discussions_q={quote(text_of(found, 'subject', 'title')[:200])}"
    return base


def notification(one: Entry, account: Account, pages: str, detail: Detail | None) -> Notification:
    """A notification of ours; ``detail`` is what was asked for besides. Without it the words are the title."""
    found = one.body
    title = cut(text_of(found, "subject", "title"), MOST_TITLE)
    author = detail.author if detail else repository(found).partition("/")[0]
    return Notification(
        id=f"{account.name}:{one.id}",
        account=account.name,
        network=account.network,
        community=account.community,
        kind=kind_of(found),
        author=author,
        author_handle=f"@{author}" if detail else repository(found),
        text=(from_mail(detail.text, MOST) if detail else "") or title,
        url=(detail and detail.url) or page_of(found, pages),
        at=one.at,
        thread=thread_of(found),
        subject=thread_of(found),
        subject_text=f"{repository(found)}: {title}",
        reply=_reply(found, author, detail),
    )


def own_post(one: Entry, detail: Detail) -> ThreadPost:
    """What we said ourselves since: the newest words of the thread are ours."""
    return ThreadPost(
        id=detail.url or f"{one.id}-own",
        thread=thread_of(one.body),
        author=detail.author,
        author_handle=f"@{detail.author}",
        text=from_mail(detail.text, MOST),
        at=moment(detail.at) or one.at,
        url=detail.url,
        answers=one.id,
        mine=True,
        by=f"@{detail.author}",
    )


def web(address: str) -> str | None:
    """An address to open, None for what is none."""
    return address if address.startswith(("https://", "http://")) and len(address) <= 2 * MOST_TITLE else None


def _reply(found: Any, author: str, detail: Detail | None) -> ReplyTo | None:
    """Where an answer goes: a comment on the issue or pull request, or on the discussion."""
    subject = _SUBJECT.search(text_of(found, "subject", "url"))
    if subject and subject[3] in ("issues", "pulls"):
        return ReplyTo(id=f"/repos/{subject[1]}/{subject[2]}/issues/{subject[4]}", to=author)
    if detail and detail.id:
        return ReplyTo(id=f"discussion:{detail.id}", to=author)
    return None
