"""Learning from decisions: what it gets right, that it stays silent, explains itself, and forgets the order of keys."""

from __future__ import annotations

import random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.learning import draw, score
from cmday.text.learning.features import MOST_CHARACTERS, features
from cmday.text.learning.model import LEAST, Example, Model, fit, learn, probability, reasons

# Our own inventions. What is judged by shares no sentence with what is learnt from.
REFUSED = (
    "Get free followers at {site}",
    "earn {n} € a week from home, write me",
    "Best prices for tickets, visit {site} now!!",
    "I make beats, check out my channel please",
    "Gagnez {n} € sans rien faire : {site}",
    "cheap watches, {n}% off, click {site}",
)
LET = (
    "What a night, thank you all!",
    "At what time do the doors open on Friday?",
    "The second band was {n} times better than the first",
    "Is there a cloakroom? I come by bike",
    "Merci pour l'organisation, vivement la prochaine",
    "I could not hear the singer from the back",
)
REFUSED_LATER = (
    "free gift cards here {site}",
    "please subscribe to my channel, I sing covers",
    "win {n} € today {site}",
    "Cliquez vite : {site}, cadeau gratuit",
)
LET_LATER = (
    "Loved the singer, when do they come back?",
    "My ticket says {n}, is that the right entrance?",
    "Superbe soirée, merci à toute l'équipe",
    "The sound at the back was poor",
)


def _texts(patterns: tuple[str, ...], count: int, seed: int) -> list[str]:
    chance = random.Random(seed)
    return [
        chance.choice(patterns).format(
            n=chance.randrange(2, 900), site=f"https://{chance.choice('abcdefgh')}{chance.randrange(99)}.example/x"
        )
        for _ in range(count)
    ]


def _examples(refused: tuple[str, ...], let: tuple[str, ...], count: int, seed: int = 1) -> list[Example]:
    found: list[Example] = [(features(text), True) for text in _texts(refused, count, seed)]
    found += [(features(text), False) for text in _texts(let, count, seed + 1)]
    random.Random(seed).shuffle(found)
    return found


@pytest.fixture(scope="module")
def model() -> Model:
    return fit(_examples(REFUSED, LET, 100))


def test_what_was_never_seen_is_told_apart(model: Model) -> None:
    f1, precision, _recall = score(model, _examples(REFUSED_LATER, LET_LATER, 40, seed=5), 0.5)
    assert f1 > 0.9
    assert precision > 0.9


def test_below_fifty_of_each_it_is_silent() -> None:
    many = _examples(REFUSED, LET, LEAST)
    assert fit(many).speaks
    assert not fit(many[:-1]).speaks
    assert not fit([]).speaks


def test_it_says_because_of_what(model: Model) -> None:
    told = [name for name, _ in reasons(model, features("free followers for everybody: https://z.example"))]
    assert "shape:link" in told[:5]
    assert "word:free" in told
    assert all(part > 0 for _, part in reasons(model, features("the doors open")))


def test_disguises_make_no_new_word(model: Model) -> None:
    plain, disguised = features("free followers"), features("fr\u200bee f\u043ell\u043ewers")
    assert plain == disguised
    assert probability(model, plain) == probability(model, disguised)


def test_going_on_learning_comes_to_much_the_same(model: Model) -> None:
    whole = _examples(REFUSED, LET, 100)
    grown = fit(whole[:120])
    learn(grown, whole[120:])
    assert (grown.refused, grown.let, grown.seen) == (model.refused, model.let, model.seen)
    later = _examples(REFUSED_LATER, LET_LATER, 40, seed=5)
    assert abs(score(grown, later, 0.5)[0] - score(model, later, 0.5)[0]) < 0.05


def test_it_survives_being_kept(model: Model) -> None:
    kept = msgspec.json.decode(msgspec.json.encode(model), type=Model)
    found = features("check out my channel")
    assert probability(kept, found) == probability(model, found)


@given(st.text(max_size=400), st.lists(st.text(max_size=20), max_size=3))
def test_any_text_has_a_probability(model: Model, text: str, facts: list[str]) -> None:
    found = features(text, facts)
    assert 0 <= probability(model, found) <= 1
    assert all(value > 0 for value in found.values())


def test_a_long_text_costs_what_its_beginning_costs() -> None:
    assert len(features("word " * 100_000)) == len(features("word " * 1_000))
    assert len(features("".join(map(chr, range(0x4E00, 0x9E00))))) < 3 * MOST_CHARACTERS


def test_it_keeps_so_many_features_and_the_most_frequent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cmday.text.learning.model.MOST_FEATURES", 40)
    often = [
        ({"w:common": 1.0, **{f"w:{number}-{one}": 0.1 for one in range(20)}}, bool(number % 2)) for number in range(9)
    ]
    kept = fit([*often, *often])
    assert len(kept.seen) == len(kept.weights) == 40
    assert "w:common" in kept.seen


def test_a_draw_holds_fifty_of_each_where_there_are() -> None:
    rare = [(features(f"text {n}"), n % 20 == 0) for n in range(2_000)]
    drawn = draw(rare, 200, random.Random(1))
    assert len(drawn) == 200
    assert sum(refused for _, refused in drawn) == LEAST
    assert draw(rare, 200, random.Random(1)) == drawn
