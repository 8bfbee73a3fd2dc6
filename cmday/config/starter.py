"""The configuration of a first morning: a handful of public feeds, no accounts."""

from __future__ import annotations

from pathlib import Path

from cmday.config.paths import Home, make_private, write_private

STARTER = Path(__file__).parent.parent / "starter"


def create(home: Home) -> list[Path]:
    """Write the starter files that this home does not have yet, readable by its user only; returns those written."""
    for folder in (home.settings, home.data, home.config.parent):
        make_private(folder)
    written = []
    for file, source in ((home.config, "config.toml"), (home.feeds, "feeds.toml"), (home.rules, "rules.toml")):
        if not file.exists():
            write_private(file, (STARTER / source).read_text(encoding="utf-8"))
            written.append(file)
    if not home.templates.exists():
        for example in sorted((STARTER / "templates").glob("*.md")):
            file = home.templates / example.name
            write_private(file, example.read_text(encoding="utf-8"))
            written.append(file)
    return written
