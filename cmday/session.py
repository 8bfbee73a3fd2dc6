"""What one run has in hand: settings, clock, database, engine, sign-ins.

It is made once by the command line and passed to every step. Everything heavy in it is made when first needed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from cmday.config.paths import Home
from cmday.config.settings import Settings
from cmday.core.time import Clock
from cmday.errors import CmdayError, NotFound
from cmday.i18n import phrase

if TYPE_CHECKING:
    from pathlib import Path

    from cmday.connectors.conversation import Engine
    from cmday.connectors.protocol import SignIn
    from cmday.core.accounts import Account
    from cmday.storage.database import Database


@dataclass
class Session:
    """One run of cmday.

    ``communities`` is what ``-c`` and ``CMDAY_COMMUNITY`` focus on; empty means all. ``offline`` asks no network.
    ``whole`` is for a program that reads JSON: lists are not cut to what a screen holds.
    ``warn`` tells the person what went wrong beside the work.
    """

    home: Home
    settings: Settings
    clock: Clock
    offline: bool = False
    communities: tuple[str, ...] = ()
    whole: bool = False
    warn: Callable[[CmdayError], None] | None = None

    @cached_property
    def database(self) -> Database:
        """The database of this home, opened and migrated on first use."""
        from functools import partial

        from cmday.hours import holidays
        from cmday.storage import keep
        from cmday.storage.database import open_database

        database = open_database(self.home.database, self.clock)
        for notice in database.notices:
            if self.warn:
                self.warn(notice)
        holidays.remember_in(partial(keep.get, database), partial(keep.put, database))
        return database

    @cached_property
    def engine(self) -> Engine:
        """What drives conversations: libcurl, or recorded answers where ``[recorded]`` says so."""
        if self.settings.recorded:
            from cmday.connectors.recorded import Replayer

            return Replayer(self.settings.recorded.answers)
        from cmday.connectors.conversation import Limits
        from cmday.connectors.exchange import Exchanger

        limits = self.settings.limits
        return Exchanger(
            Limits(
                parallel=limits.parallel,
                per_host_connections=limits.per_host_connections,
                per_host_spacing=limits.per_host_spacing,
                deadline=limits.deadline,
                hosts={name: (one.connections, one.spacing) for name, one in limits.hosts.items()},
            )
        )

    @cached_property
    def sign_in(self) -> SignIn:
        """How an account or calendar gets its credentials, as a conversation of its own."""
        from cmday.renewal import SigningIn

        return SigningIn(self.home)

    def log_bug(self, error: BaseException) -> Path:
        """Write down a bug that spoilt a part of the work; returns the file."""
        from cmday.config.bug_log import write_bug

        return write_bug(error, self.home.log, sys.argv[1:])

    def in_focus(self, communities: tuple[str, ...] | str | None) -> bool:
        """Whether something of these communities is to be shown; what belongs to none belongs to all."""
        if not self.communities or not communities:
            return True
        named = (communities,) if isinstance(communities, str) else communities
        return any(name in self.communities for name in named)

    def account(self, name: str) -> Account:
        """The account of that name; raises ``NotFound``."""
        try:
            return self.settings.accounts[name]
        except KeyError:
            raise NotFound(
                phrase('no account is called "{name}"', name=name), phrase("cmday config show lists them")
            ) from None

    def close(self) -> None:
        """Close what was opened."""
        if "database" in self.__dict__:
            from cmday.hours import holidays

            holidays.remember_in(None, None)
            self.database.close()
