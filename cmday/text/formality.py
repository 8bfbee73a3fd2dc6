"""Whether a French text says ``tu`` or ``vous`` to its reader."""

from __future__ import annotations

import re
from typing import Final

from cmday.core.templates import Formality
from cmday.text.masking import prose

_TU: Final = re.compile(r"\b(?:tu|toi|ton|ta|tes)\b|\bt['’](?=\w)|\bsalut\b|\bstp\b", re.IGNORECASE)
_VOUS: Final = re.compile(r"\b(?:vous|votre|vos|svp)\b", re.IGNORECASE)


def form_of_address(text: str) -> Formality | None:
    """The form that the text uses more often; None where it uses neither, or both alike."""
    plain = prose(text)
    familiar, polite = len(_TU.findall(plain)), len(_VOUS.findall(plain))
    if familiar == polite:
        return None
    return "tu" if familiar > polite else "vous"
