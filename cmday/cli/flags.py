"""What flags bring, held to the same rules as config.toml, before anything is written or asked."""

from __future__ import annotations

from typing import Any

from cmday.config.values import Convert, Unfit
from cmday.errors import WrongUse
from cmday.i18n import phrase


def fits(option: str, value: object, convert: Convert[Any]) -> None:
    """Raise ``WrongUse`` where the setting that a flag stands for could not hold its value; None asks nothing."""
    try:
        if value is not None:
            convert(value)
    except Unfit as unfit:
        raise WrongUse(
            phrase("{option} must be {expected}", option=option, expected=unfit.expected),
            phrase("give {option} another value", option=option),
        ) from None
