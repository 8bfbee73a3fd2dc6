"""What the names under which drills were kept stand for."""

from __future__ import annotations

from collections.abc import Callable

from cmday.config.paths import Home
from cmday.drills import library
from cmday.errors import CmdayError


def finder(home: Home, language: str) -> Callable[[str], str]:
    """From a name to its title; the name itself where its file is gone or cannot be read."""
    sittings = {one.key: one.title for one in library.sittings(language)}

    def title(name: str) -> str:
        scenario, slash, message = name.partition("/")
        if not slash and name in sittings:
            return sittings[name]
        try:
            found = library.scenario(home, scenario, language).title
        except CmdayError:
            return name
        return f"{found}: {message}" if slash else found

    return title
