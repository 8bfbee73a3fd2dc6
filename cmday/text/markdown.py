"""Words of others on a page of Markdown, where they cannot make marks."""

from __future__ import annotations

import re
from typing import Final

from cmday.text.safe_text import safe

_MARKS: Final = re.compile(r"[\\`<\[\]*|]")
_MOST: Final = 200


def plain(text: str, most: int = _MOST) -> str:
    """Words of others on one line, without a sign that Markdown or HTML would take for its own."""
    return _MARKS.sub(lambda mark: f"\\{mark[0]}" if mark[0] != "<" else "&lt;", safe(text, most))
