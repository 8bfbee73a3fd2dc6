"""From the JSON of a Discourse review queue to entries: what is told beside it (people, scores, actions) is joined."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

import msgspec

from cmday.connectors.discourse_reading import whole
from cmday.connectors.moderating import MOST_NAME
from cmday.connectors.noticing import web_address
from cmday.connectors.social_posts import moment, tables, text_of
from cmday.core.cases import CaseReport, QueueEntry
from cmday.text.plain import MOST, cut, plain

PENDING, APPROVED, REJECTED, IGNORED, DELETED = range(5)
_SAID: Final = {APPROVED: "agreed with", REJECTED: "disagreed with", IGNORED: "ignored", DELETED: "deleted"}
_POST: Final = re.compile(r"/t/(?:[^/?#]+/)?(\d+)/(\d+)(?:[?#]|$)")
FLAGGED: Final = "ReviewableFlaggedPost"
QUEUED: Final = "ReviewableQueuedPost"
PERSON: Final = "ReviewableUser"


class Reviewable(msgspec.Struct, frozen=True, kw_only=True):
    """One thing of the queue, with what stands beside it. ``actions`` are those that the forum takes."""

    id: int
    type: str
    status: int
    version: int
    at: datetime
    body: dict[str, Any]
    author: dict[str, Any]
    claimed_by: str
    actions: frozenset[str]
    reports: tuple[CaseReport, ...] = ()

    @property
    def post(self) -> int | None:
        return whole(self.body, "post_id") or (
            whole(self.body, "target_id") if text_of(self.body, "target_type") == "Post" else None
        )

    @property
    def topic(self) -> int | None:
        return whole(self.body, "topic_id")


def reviewables_of(told: Any, listed: list[Any]) -> list[Reviewable]:
    """Those of a list that can be read, joined with what was told beside them."""
    beside = _Beside(told)
    return [found for one in listed if (found := beside.joined(one))]


def entry_of(one: Reviewable, base: str) -> QueueEntry:
    """A reviewable as an entry. A post has the id that notifications bear; what is none yet has that of its review."""
    body, author = one.body, one.author
    name = text_of(author, "username")
    number = whole(author, "id")
    url = text_of(body, "target_url") or text_of(body, "topic_url")
    url = f"{base}{url}" if url.startswith("/") else url
    place = _POST.search(url)
    payload = body.get("payload") if isinstance(body.get("payload"), dict) else {}
    words = [text_of(payload, "title"), text_of(payload, "raw") or _words(body)]
    changed = moment(body.get("post_updated_at")) if (whole(body, "post_version") or 1) > 1 else None
    subject = f"{place[1]}/{place[2]}" if place and one.type != QUEUED else f"review:{one.id}"
    if one.type == PERSON:
        subject = f"person:{name or one.id}"
    where = {"review": one.id, "version": one.version, "post": one.post, "topic": one.topic, "kind": one.type}
    return QueueEntry(
        subject=subject,
        author=cut(text_of(author, "name") or name, MOST_NAME),
        author_handle=cut(f"@{name}" if name else "", MOST_NAME),
        author_id=str(number) if number is not None else None,
        text=cut("\n\n".join(filter(None, words)), MOST),
        url=web_address(url),
        at=moment(body.get("target_created_at")) or one.at,
        reports=one.reports,
        thread=str(one.topic) if one.topic else None,
        edited=changed,
        held=one.type in (QUEUED, PERSON) and one.status == PENDING,
        claimed_by=cut(one.claimed_by, MOST_NAME) or None,
        resolved=None if one.status == PENDING else moment(body.get("updated_at")) or one.at,
        resolved_as=None if one.status == PENDING else _SAID.get(one.status, "decided"),
        place={key: str(value) for key, value in {**where, "username": name}.items() if value not in (None, "")},
    )


def entry_of_post(post: dict[str, Any], base: str) -> QueueEntry | None:
    """A post that is in no queue, as it stands now; None for one that is deleted or cannot be read."""
    topic, number, at = whole(post, "topic_id"), whole(post, "post_number"), moment(post.get("created_at"))
    if not topic or not number or at is None or post.get("deleted_at"):
        return None
    name, author = text_of(post, "username"), whole(post, "user_id")
    changed = moment(post.get("updated_at")) if (whole(post, "version") or 1) > 1 else None
    return QueueEntry(
        subject=f"{topic}/{number}",
        author=cut(text_of(post, "name") or name, MOST_NAME),
        author_handle=cut(f"@{name}", MOST_NAME),
        author_id=str(author) if author else None,
        text=cut(_words(post), MOST),
        url=web_address(f"{base}/t/-/{topic}/{number}"),
        at=at,
        thread=str(topic),
        edited=changed if changed and changed > at else None,
    )


class _Beside:
    """What comes beside the reviewables of an answer, by number or name."""

    def __init__(self, told: Any) -> None:
        self.users = _by_id(told, "users")
        self.scores = _by_id(told, "reviewable_scores")
        self.types = _by_id(told, "score_types")
        self.bundles = {text_of(one, "id"): one for one in _tables(told, "bundled_actions")}
        self.actions = {text_of(one, "id"): one for one in _tables(told, "actions")}

    def joined(self, one: Any) -> Reviewable | None:
        number, status = whole(one, "id"), whole(one, "status")
        at = moment(one.get("created_at")) if isinstance(one, dict) else None
        if number is None or status is None or at is None:
            return None
        return Reviewable(
            id=number,
            type=text_of(one, "type"),
            status=status,
            version=whole(one, "version") or 0,
            at=at,
            body=one,
            author=self._user(one, "target_created_by") or self._user(one, "created_by"),
            claimed_by=text_of(self._claimer(one), "username"),
            actions=frozenset(self._actions(one, number)),
            reports=tuple(self._reports(one, at)),
        )

    def _user(self, one: Any, name: str) -> dict[str, Any]:
        there = one.get(name)
        if isinstance(there, dict):
            return there
        return self.users.get(whole(one, f"{name}_id") or 0, {})

    def _claimer(self, one: Any) -> dict[str, Any]:
        """Who has it in hand; newer forums wrap the person."""
        found = self._user(one, "claimed_by")
        inner = found.get("user")
        return inner if isinstance(inner, dict) else found

    def _actions(self, one: Any, number: int) -> list[str]:
        ids = one.get("bundled_action_ids")
        bundles = [self.bundles.get(str(each), {}) for each in ids] if isinstance(ids, list) else []
        bundles += tables(one.get("bundled_actions"))
        names = []
        for bundle in bundles:
            listed = bundle.get("action_ids")
            for each in listed if isinstance(listed, list) else tables(bundle.get("actions")):
                action = each if isinstance(each, dict) else self.actions.get(str(each), {"id": str(each)})
                names.append(text_of(action, "server_action") or text_of(action, "id").removeprefix(f"{number}-"))
        return names

    def _reports(self, one: Any, at: datetime) -> list[CaseReport]:
        ids = one.get("reviewable_score_ids")
        there = one.get("reviewable_scores")
        scores = tables(there) if isinstance(there, list) else []
        scores += [self.scores.get(each, {}) for each in ids if isinstance(each, int)] if isinstance(ids, list) else []
        found = []
        for score in scores:
            number = whole(score, "id")
            if number is None:
                continue
            user = self._user(score, "user")
            kind = score.get("score_type")
            kind = kind if isinstance(kind, dict) else self.types.get(whole(score, "score_type_id") or 0, {})
            reason = plain(text_of(score, "reason"), MOST_NAME) or text_of(kind, "title")
            found.append(
                CaseReport(
                    id=str(number),
                    by=cut(text_of(user, "name") or text_of(user, "username"), MOST_NAME),
                    by_handle=cut(f"@{text_of(user, 'username')}" if user else "", MOST_NAME),
                    reason=cut(" ".join(reason.split()), MOST_NAME),
                    at=moment(score.get("created_at")) or at,
                )
            )
        return found


def _words(body: Any) -> str:
    return plain(text_of(body, "cooked"), MOST) or text_of(body, "raw")


def _tables(told: Any, name: str) -> list[dict[str, Any]]:
    return tables(told.get(name)) if isinstance(told, dict) else []


def _by_id(told: Any, name: str) -> dict[int, dict[str, Any]]:
    return {number: one for one in _tables(told, name) if (number := whole(one, "id")) is not None}
