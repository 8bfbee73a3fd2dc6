"""A text kept for another time, with variables to be filled in. *Formality* is French: ``tu`` or ``vous``."""

from __future__ import annotations

from typing import Final, Literal, get_args

import msgspec

Formality = Literal["tu", "vous"]

FORMALITIES: Final[tuple[Formality, ...]] = get_args(Formality)
VARIABLES: Final = ("author", "event", "date", "link", "community")


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """One template. ``name`` is what one types; several may share it, each for another community or language.

    ``communities`` empty means all; ``language`` and ``formality`` None fit any.
    """

    name: str
    file: str
    text: str
    communities: tuple[str, ...] = ()
    language: str | None = None
    formality: Formality | None = None
