"""Learning from the person's own decisions, community by community: how much a thing is like those that were refused.

What was learnt is made of the decisions and of nothing else. New ones are learnt from as they come; when their number
has doubled, when one was taken back, or when somebody was forgotten, it is made anew from the newest two thousand.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from zlib import crc32

import msgspec

from cmday.core.things import Likeness, Scorer, Thing
from cmday.session import Session
from cmday.storage import learning
from cmday.storage.learning import Learnt, Lesson
from cmday.text.learning.features import GRAM, MOST_CHARACTERS, SHAPE, features
from cmday.text.learning.model import Example, Model, fit, learn, probability, reasons
from cmday.text.matching import words

NEW_ACCOUNT: Final = "new account"
_NEW_FOR: Final = timedelta(days=7)
_TOLD: Final = 3
_TWICE: Final = 2
_PARTS: Final = 5
MOST_LETTERS: Final = 400_000


def scorer(session: Session) -> Scorer:
    """What rules ask with ``spam``; a community's model is brought up to date when it is first asked."""
    models: dict[str, Model] = {}

    def score(thing: Thing) -> Likeness | None:
        community = thing.community or ""
        if community not in models:
            models[community] = up_to_date(session, community)
        return likeness(models[community], thing) if models[community].speaks else None

    return score


def on_others(session: Session) -> Scorer:
    """The same for trying rules on the past: each text is judged by what was learnt from other texts only.

    Five models a community, each without a fifth of the texts; else a rule would be praised for what it knows by heart.
    """
    models: dict[tuple[str, int], Model] = {}
    speaks: dict[str, bool] = {}

    def score(thing: Thing) -> Likeness | None:
        community, part = thing.community or "", _part(thing.text)
        if community not in speaks:
            speaks[community] = up_to_date(session, community).speaks
        if not speaks[community]:
            return None
        if (community, part) not in models:
            known = learning.get(session.database, community)
            others = [one for one in learning.lessons(session.database, known) if _part(one.text) != part]
            models[community, part] = fit(_examples(others))
        return likeness(models[community, part], thing)

    return score


def likeness(model: Model, thing: Thing) -> Likeness:
    """How much a thing is like those refused, and because of what."""
    found = features(thing.text, _facts(_age(thing)))
    because = [in_words(name) for name, _ in reasons(model, found) if not name.startswith(GRAM)]
    return Likeness(
        probability=round(probability(model, found), 4), refused=model.refused, because=tuple(_apart(because)[:_TOLD])
    )


def up_to_date(session: Session, community: str) -> Model:
    """What was learnt in a community, after learning from what was decided since."""
    db = session.database
    known = learning.get(db, community)
    count, newest, taken_back = learning.standing(db, known)
    model = _read(known)
    if model and (newest, taken_back) == (known.upto, known.reversed):
        return model
    if model and taken_back == known.reversed and count < _TWICE * known.fitted:
        learn(model, _examples(learning.lessons(db, known, after=known.upto)))
        fitted = known.fitted
    else:
        model, fitted = fit(_examples(learning.lessons(db, known))), count
    learning.put(
        db,
        msgspec.structs.replace(
            known, upto=newest, fitted=fitted, reversed=taken_back, model=msgspec.json.encode(model)
        ),
    )
    return model


def in_words(name: str) -> str:
    """A feature as an explanation shows it: a sign by its name, words in quotes."""
    sort, _, said = name.partition(":")
    return said if f"{sort}:" == SHAPE else f"'{said}'"


def _apart(because: list[str]) -> list[str]:
    """Without words that stand in a pair that is told already."""
    told: list[str] = []
    for one in because:
        word = one.strip("'")
        if not any(word in other.strip("'").split() for other in told if " " in other and other.startswith("'")):
            told.append(one)
    return told


def _part(text: str) -> int:
    """Which fifth a text belongs to, by its words, so that a text that came twice stays in one."""
    return crc32(" ".join(words(text)).encode("utf-8", "replace")) % _PARTS


def _facts(age: float | None) -> tuple[str, ...]:
    """What is known beside the text: an author who has been there for less than a week, in seconds."""
    return (NEW_ACCOUNT,) if age is not None and age < _NEW_FOR.total_seconds() else ()


def _age(thing: Thing) -> float | None:
    return None if thing.joined is None or thing.at is None else (thing.at - thing.joined).total_seconds()


def _examples(lessons: list[Lesson]) -> list[Example]:
    most = longest(lessons)
    return [(features(one.text[:most], _facts(one.age)), one.refused) for one in lessons]


def longest(lessons: Sequence[Lesson]) -> int:
    """How much of each text is learnt from, so that long ones, whoever writes them, cost no more than seconds."""
    most = MOST_CHARACTERS
    while sum(min(len(one.text), most) for one in lessons) > MOST_LETTERS:
        most = most * 3 // 4
    return most


def _read(known: Learnt) -> Model | None:
    try:
        return msgspec.json.decode(known.model, type=Model) if known.model else None
    except msgspec.DecodeError:
        return None
