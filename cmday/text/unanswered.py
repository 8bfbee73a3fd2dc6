"""Questions in a room that nobody answered: decided from the words that are stored of it, without a model.

In a chat most answers do not say what they answer. What answers a question says so, or names who asked; or it is the
next word of somebody else that asks nothing itself and is about nothing else. Who thanks has found an answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from cmday.core.items import ThreadPost
from cmday.text.questions import asks

SOON: Final = timedelta(minutes=30)
_SETTLED: Final = re.compile(
    r"\b(?:thanks|thank you|thx|cheers|got it|found it|solved|never ?mind|merci|trouvé|résolu|laisse(?:z)? tomber)\b",
    re.IGNORECASE,
)


class Asked(msgspec.Struct, frozen=True):
    """A question, and the post that settled it; None where nobody has answered."""

    question: ThreadPost
    answer: ThreadPost | None


def questions(posts: Iterable[ThreadPost]) -> list[Asked]:
    """What others asked in a room, oldest first, each with what answers it."""
    in_order = sorted(posts, key=lambda post: (post.at, post.id))
    return [
        Asked(one, _answer(one, in_order[at + 1 :]))
        for at, one in enumerate(in_order)
        if not one.mine and one.answers is None and asks(one.text)
    ]


def overdue(asked: Iterable[Asked], answer_by: Callable[[datetime], datetime], now: datetime) -> list[ThreadPost]:
    """The questions that nobody answered in time; ``answer_by`` tells until when one of a moment wants an answer."""
    return [one.question for one in asked if one.answer is None and answer_by(one.question.at) <= now]


def _answer(question: ThreadPost, later: Sequence[ThreadPost]) -> ThreadPost | None:
    """What settles a question, the first of all that does."""
    nobody_yet = True
    for post in later:
        own = post.author_handle == question.author_handle
        if own and post.answers is None and _SETTLED.search(post.text) and not asks(post.text):
            return post
        if own:
            continue
        if post.answers == question.id or (post.answers is None and _names(post.text, question)):
            return post
        if post.answers is None and nobody_yet and not asks(post.text) and post.at - question.at <= SOON:
            return post
        nobody_yet = nobody_yet and post.answers is not None
    return None


def _names(text: str, question: ThreadPost) -> bool:
    """Whether a text names who asked, by what they are shown as or by their name on the network."""
    handle = question.author_handle.lstrip("@").partition(":")[0].partition("@")[0]
    return any(
        re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE)
        for name in {question.author.strip(), handle}
        if name
    )
