"""Where cmday's files lie: one folder under ``CMDAY_HOME``, else the platform's places."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import msgspec

# What a restore that is under way has written down; whoever finds it finishes it first (keeping/swapping.py).
UNFINISHED: Final = ".restore.json"


class Home(msgspec.Struct, frozen=True, kw_only=True):
    """The folders of one home. ``config`` is the settings file itself."""

    settings: Path
    data: Path
    config: Path

    @property
    def feeds(self) -> Path:
        return self.settings / "feeds.toml"

    @property
    def rules(self) -> Path:
        return self.settings / "rules.toml"

    @property
    def templates(self) -> Path:
        return self.settings / "templates"

    @property
    def database(self) -> Path:
        return self.data / "cmday.db"

    @property
    def tokens(self) -> Path:
        return self.data / "tokens"

    @property
    def journal(self) -> Path:
        return self.data / "journal"

    @property
    def log(self) -> Path:
        return self.data / "log"


def find_home(config: str | None = None) -> Home:
    """The home of this run: ``CMDAY_HOME``, else the platform's config and data folders; creates nothing.

    ``config`` (``--config``) or ``CMDAY_CONFIG`` names another settings file; feeds.toml and rules.toml stay beside it.
    """
    named = config or os.environ.get("CMDAY_CONFIG")
    home = os.environ.get("CMDAY_HOME")
    if home:
        settings = data = Path(home).expanduser()
    else:
        import platformdirs

        settings = Path(platformdirs.user_config_dir("cmday"))
        data = Path(platformdirs.user_data_dir("cmday"))
    file = Path(named).expanduser() if named else settings / "config.toml"
    return Home(settings=file.parent if named and not home else settings, data=data, config=file)


def make_private(folder: Path) -> None:
    """Create a folder that only its user may enter, and those it lies in; an existing one is left as it is."""
    # Not ``parents=True``: it would open the folders on the way to everybody (XDG asks for 0700 as well).
    missing = []
    while not folder.is_dir() and folder != folder.parent:
        missing.append(folder)
        folder = folder.parent
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)


def write_private(file: Path, text: str) -> None:
    """Write a file whole or not at all, readable by its user only."""
    import tempfile

    make_private(file.parent)
    # A name that nobody can foresee: in a folder of all, a link laid there in advance would be written through.
    descriptor, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(file)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def settle_on_disk(place: Path) -> None:
    """Return once a file, or what is in a folder under which name, is on the disk."""
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
