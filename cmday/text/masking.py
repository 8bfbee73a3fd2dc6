"""What in a text is no prose: addresses, handles, hashtags, shortcodes, smileys, clock times; set aside and put back.

Rules of writing must not touch them: the colon of ``https:`` wants no space before it.
"""

from __future__ import annotations

import re
from typing import Final

# One character of a private plane stands for each part, so that a rule sees something there that is no letter or space.
_FIRST: Final = 0xF0000
_LAST: Final = 0xFFFFD
STAND_IN: Final = f"{chr(_FIRST)}-{chr(_LAST)}"

_PATH: Final = r"[^\s<>\"«»]*[^\s<>\"«».,;:!?'’)\]}]"
LINK: Final = rf"https?://{_PATH}"
HANDLE: Final = r"(?<![\w/@.])@\w(?:[\w.-]*\w)?(?:@[\w-]+(?:\.[\w-]+)*)?"
HASHTAG: Final = r"(?<![\w/&])[#＃]\w[\w·]*"
# As long as the parts of an address may be (RFC 1035, RFC 5321), or a long run of letters is tried from each of them.
_MAIL: Final = r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"
_BARE: Final = rf"(?<![\w@])(?:[\w-]{{1,63}}\.){{1,9}}(?:com|org|net|fr|eu|social|io|be|ch|ca|uk|de)(?:/{_PATH})?(?!\w)"
_SHORTCODE: Final = r"(?<![\w:]):\w[\w+-]*:(?![\w:])"
_SMILEY: Final = r"(?<!\w)(?:[:;=]['’]?-?[)(\]\[DPpOo3/|*]|<3|\^\^)(?!\w)"
_CLOCK: Final = r"(?<![\w:])\d{1,2}:\d{2}(?![\w:])"
_VARIABLE: Final = r"\{\w+\}"

_APART: Final = re.compile(
    "|".join((rf"[{STAND_IN}]", LINK, _MAIL, HANDLE, HASHTAG, _BARE, _SHORTCODE, _SMILEY, _CLOCK, _VARIABLE)),
    re.IGNORECASE,
)
_STANDS: Final = re.compile(f"[{STAND_IN}]")


def set_aside(text: str) -> tuple[str, list[str]]:
    """The text with one character in place of each part that is no prose, and those parts in order."""
    parts: list[str] = []

    def keep(found: re.Match[str]) -> str:
        if len(parts) > _LAST - _FIRST:
            return found[0]
        parts.append(found[0])
        return chr(_FIRST + len(parts) - 1)

    return _APART.sub(keep, text), parts


def put_back(masked: str, parts: list[str]) -> str:
    """The text with its parts again."""
    return _STANDS.sub(lambda found: parts[ord(found[0]) - _FIRST], masked)


def prose(text: str) -> str:
    """The text with a space in place of all that is no prose."""
    return _STANDS.sub(" ", set_aside(text)[0])
