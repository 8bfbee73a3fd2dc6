"""One text for many networks: a general one, and under ``--- mastodon`` what one network or account gets instead."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import Final

from cmday.errors import WrongUse
from cmday.i18n import phrase

MARK: Final = "#|"
_SECTION: Final = re.compile(r"---[ \t]+(\S+)[ \t]*")
GENERAL: Final = ""


def read(text: str, names: Collection[str]) -> dict[str, str]:
    """The texts by network or account; the general one stands under the empty name. Empty ones are left out.

    Lines that begin with ``#|`` are no part of it. Raises ``WrongUse`` for a section that is for none of ``names``.
    """
    found: dict[str, list[str]] = {GENERAL: []}
    here = GENERAL
    for line in text.replace("\r\n", "\n").split("\n"):
        section = _SECTION.fullmatch(line.rstrip())
        if section:
            here = section[1]
            if here not in names:
                raise _unknown(here, names)
            found.setdefault(here, [])
        elif not line.startswith(MARK):
            found[here].append(line.rstrip())
    texts = {name: "\n".join(lines).strip() for name, lines in found.items()}
    return {name: whole for name, whole in texts.items() if whole}


def text_for(texts: Mapping[str, str], account: str, network: str) -> str:
    """The text that an account gets: its own, else its network's, else the general one; empty where there is none."""
    return texts.get(account) or texts.get(network) or texts.get(GENERAL) or ""


def _unknown(name: str, names: Collection[str]) -> WrongUse:
    near = get_close_matches(name, names, n=1, cutoff=0.5)
    return WrongUse(
        phrase('the section "--- {name}" is for no network or account here', name=name),
        phrase("did you mean --- {name}?", name=near[0])
        if near
        else phrase("there are {names}", names=", ".join(sorted(names))),
    )
