"""Operations that stand for a post in the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from cmday.core.operations import Operation
from cmday.core.outbox import Outgoing
from cmday.session import Session
from cmday.steps.planning.report import PostState
from cmday.storage import outbox

_NEAR: Final = timedelta(hours=1)


def waiting_posts(session: Session) -> dict[str, list[Outgoing]]:
    """What waits in the outbox for an operation's time, by operation."""
    found: dict[str, list[Outgoing]] = {}
    for one in outbox.waiting(session.database):
        if one.operation:
            found.setdefault(one.operation, []).append(one)
    return found


def post_states(session: Session, these: Iterable[Operation]) -> dict[str, PostState]:
    """Of what happens without the CM, by operation, whether its text waits to leave; ``held`` asks for her word first.

    A post of the same community that leaves within the hour of an announcement is its text.
    """
    waiting = waiting_posts(session)
    posts = [one for each in waiting.values() for one in each if one.kind == "post" and one.due]
    found: dict[str, PostState] = {}
    for one in these:
        if one.id in waiting:
            found[one.id] = _state_of(waiting[one.id])
        elif one.kind == "announcement" and one.state == "open":
            near = [post for post in posts if post.community == one.community and _is_near(post, one)]
            found[one.id] = _state_of(near) if near else "missing"
    return found


def _state_of(posts: list[Outgoing]) -> PostState:
    return "held" if any(one.state in {"draft", "held"} for one in posts) else "waiting"


def _is_near(post: Outgoing, one: Operation) -> bool:
    return post.due is not None and one.start is not None and abs(post.due - one.start) <= _NEAR
