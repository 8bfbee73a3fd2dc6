"""Online logistic regression over named features, and why it says what it says.

Steps are those of AdaGrad (Duchi, Hazan, Singer 2011), so that a feature seen rarely learns quickly. Where learning has
not come yet, a feature leans as unevenly as the two classes have it (the log-count ratio of Wang and Manning 2012), the
less the rarer it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import exp, log, sqrt
from typing import Final, TypeAlias

import msgspec

# Silent below so many decisions of each class.
LEAST: Final = 50
ROUNDS: Final = 6
_RATE: Final = 0.5
_DECAY: Final = 2e-4
# How far a feature may lead, beside what counting alone says of it, and how often it is seen to be half believed.
_REACH: Final = 3.0
_PRIOR: Final = 0.6
_DOUBT: Final = 10
_FIRST_SQUARE: Final = 1e-2
MOST_FEATURES: Final = 60_000
_FURTHEST: Final = 30.0

# The features of a text, and whether it was refused.
Example: TypeAlias = tuple[Mapping[str, float], bool]


class Model(msgspec.Struct, kw_only=True):
    """What was learnt in one community. ``refused`` and ``let`` count decisions, ``seen`` those that hold a feature.

    ``weights`` and ``squares`` (the sum of past gradients, squared) are by feature.
    """

    refused: int = 0
    let: int = 0
    bias: float = 0.0
    bias_square: float = 1e-6
    seen: dict[str, tuple[int, int]] = {}
    weights: dict[str, float] = {}
    squares: dict[str, float] = {}

    @property
    def speaks(self) -> bool:
        """Whether it has seen enough of both to say anything."""
        return self.refused >= LEAST and self.let >= LEAST


def fit(examples: Sequence[Example]) -> Model:
    """A model from nothing."""
    model = Model()
    learn(model, examples)
    return model


def learn(model: Model, examples: Sequence[Example]) -> None:
    """Go on learning from further decisions, in their order; the model is changed in place."""
    _count(model, examples)
    for _ in range(ROUNDS):
        for found, refused in examples:
            _step(model, found, refused)
    _shed(model)


def probability(model: Model, found: Mapping[str, float]) -> float:
    """How likely it is that the person would refuse this, 0 to 1."""
    margin = model.bias + sum(_part(model, name, value) for name, value in found.items())
    return 1.0 / (1.0 + exp(-max(-_FURTHEST, min(_FURTHEST, margin))))


def reasons(model: Model, found: Mapping[str, float]) -> list[tuple[str, float]]:
    """The features that speak for refusing, the strongest first, each with its part of the margin."""
    parts = [(name, _part(model, name, value)) for name, value in found.items()]
    return sorted((one for one in parts if one[1] > 0), key=lambda one: (-one[1], one[0]))


def _count(model: Model, examples: Iterable[Example]) -> None:
    for found, refused in examples:
        model.refused += refused
        model.let += not refused
        for name in found:
            of_refused, of_let = model.seen.get(name, (0, 0))
            model.seen[name] = (of_refused + refused, of_let + (not refused))


def _part(model: Model, name: str, value: float) -> float:
    known = model.seen.get(name)
    if known is None:
        return 0.0
    return value * (_REACH * model.weights.get(name, 0.0) + _leaning(model, known))


def _leaning(model: Model, known: tuple[int, int]) -> float:
    """How much oftener refused texts hold a feature, as a log; the fewer texts hold it at all, the nearer to 0."""
    of_refused, of_let = known
    often = of_refused + of_let
    ratio = log((of_refused + 1) / (model.refused + 2)) - log((of_let + 1) / (model.let + 2))
    return _PRIOR * ratio * often / (often + _DOUBT)


def _step(model: Model, found: Mapping[str, float], refused: bool) -> None:
    error = probability(model, found) - refused
    model.bias_square += error * error
    model.bias -= _RATE * error / sqrt(model.bias_square)
    weights, squares = model.weights, model.squares
    for name, value in found.items():
        weight = weights.get(name, 0.0)
        slope = error * value * _REACH + _DECAY * weight
        square = squares.get(name, _FIRST_SQUARE) + slope * slope
        squares[name] = square
        weights[name] = weight - _RATE * slope / sqrt(square)


def _shed(model: Model) -> None:
    """Let go of what was seen most rarely, where there is too much of it."""
    if len(model.seen) <= MOST_FEATURES:
        return
    for name in sorted(model.seen, key=lambda name: (-sum(model.seen[name]), name))[MOST_FEATURES:]:
        for each in (model.seen, model.weights, model.squares):
            each.pop(name, None)
