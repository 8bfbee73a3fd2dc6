"""Whether a moderator's words say why, and how to ask for it to be looked at again. French and English."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_SAYS_WHY: Final = re.compile(
    r"\b(?:because|since (?:it|you|this|that)|as (?:it|this) (?:is|was|goes|broke)|reasons?|grounds?|due to|rules?"
    r"|charter|guidelines?|goes against|breaks?|breaches|violates?"
    r"|car|parce qu['e]|puisque|en raison|raisons?|motifs?|r[èe]gles?|r[èe]glement|charte|contraire (?:à|aux?)"
    r"|enfrein\w+|contrev\w+)(?!\w)",
    re.IGNORECASE,
)
_SAYS_HOW: Final = re.compile(
    r"\b(?:appeal|read again|look(?:ed)? (?:at )?again|second look|reconsider\w*|review(?:ed)?|disagree|mistake"
    r"|(?:reply|answer|write|contact)(?: to)? (?:us|this|here)"
    r"|recours|appel|contest\w+|r[ée]examin\w+|relu\w*|relire|erreur|d[ée]saccord"
    r"|r[ée]pond(?:ez|s|re)|[ée]cri(?:vez|s|re)[- ](?:nous|moi|ici|à))(?!\w)",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"\w{3,}")
# So much of a reason must be found again in a text: an inflection may differ, and small words do not count.
_ENOUGH: Final = 0.5
_STEM: Final = 5


def says_why(text: str, reason: str) -> bool:
    """Whether the reason is in the text, or the text gives one in its own words."""
    wanted = _stems(reason)
    if wanted and len(wanted & _stems(text)) >= _ENOUGH * len(wanted):
        return True
    return bool(_SAYS_WHY.search(text))


def says_how_to_appeal(text: str) -> bool:
    """Whether the text tells its reader what to do who sees it otherwise."""
    return bool(_SAYS_HOW.search(text))


def _stems(text: str) -> set[str]:
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    return {word[:_STEM] for word in _WORD.findall(plain)}
