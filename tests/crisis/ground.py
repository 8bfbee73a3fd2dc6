"""A home in which a community turns: a week as usual, then an hour of reproaches; our own invention."""

from __future__ import annotations

import atexit
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from shutil import copyfile, rmtree
from tempfile import mkdtemp
from zoneinfo import ZoneInfo

from cmday.core.items import Notification, Page, ReplyTo
from cmday.core.time import Clock
from cmday.storage import ledger
from cmday.storage.database import open_database

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 2, 10, 47, tzinfo=PARIS)
CONFIG = """
timezone = "Europe/Paris"
[hours]
work = ["mon-fri 09:00-17:30"]
[community.sss]
title = "Seeksicksound"
[community.bem]
title = "BEM Talents"
[account.nox]
network = "mastodon"
server = "{nox}"
username = "seeksicksound"
communities = ["sss"]
secret = {{ env = "TOKEN" }}
[account.bema]
network = "mastodon"
server = "{nox}"
communities = ["bem"]
secret = {{ env = "TOKEN" }}
"""
FIRST = "Billets vendus deux fois pour vendredi, et aucune réponse."
CRIES = (
    "Vendus deux fois, c'est une honte. Remboursement !",
    "Je veux un remboursement, billets vendus deux fois, inadmissible",
    "Toujours pas de réponse pour mes billets vendus deux fois",
    "C'est de l'arnaque, remboursement",
    "Vous supprimez les commentaires maintenant ? Censure !",
)


def said(
    number: str,
    author: str,
    text: str,
    at: datetime,
    *,
    account: str = "nox",
    community: str = "sss",
    thread: str | None = None,
) -> Notification:
    """Somebody mentions the community."""
    return Notification(
        id=f"{account}:{number}",
        account=account,
        network="mastodon",
        community=community,
        kind="mention",
        author=author,
        author_handle=f"@{author}@m.example",
        text=text,
        url=f"https://m.example/@{author}/{number}",
        at=at,
        thread=thread,
        subject=number,
        reply=ReplyTo(id=number, to=f"@{author}@m.example"),
    )


def week(now: datetime = NOW, *, days: int = 8, account: str = "nox", community: str = "sss") -> list[Notification]:
    """As usual: every two hours somebody says something, and every now and then something bad."""
    found = []
    for back in range(2, days * 24, 2):
        text = "Quel bug, c'est nul" if back % 6 == 0 else "Merci pour la soirée, à bientôt"
        author = "dj_nox" if back % 8 == 2 else f"fan{back % 7}"
        moment = now - timedelta(hours=back, minutes=7)
        found.append(said(f"w{back}", author, text, moment, account=account, community=community, thread=f"w{back}"))
    return found


def surge(now: datetime = NOW, *, count: int = 27, people: int = 16) -> list[Notification]:
    """An hour of reproaches by so many people, and a regular who defends."""
    found = [said("s0", "marco.live", FIRST, now - timedelta(minutes=49), thread="s0")]
    for number in range(1, count):
        author = "marco.live" if number % people == 0 else f"nuit{number % people}"
        text = CRIES[number % len(CRIES)] if number > 4 or number % 5 != 4 else CRIES[0]
        moment = now - timedelta(minutes=48) + timedelta(seconds=100 * number)
        found.append(said(f"s{number}", author, text, moment, thread="s0"))
    found.append(
        said(
            "d1", "dj_nox", "Laissez-leur le temps, l'équipe répond toujours.", now - timedelta(minutes=5), thread="s0"
        )
    )
    return found


def store(home: Path, told: Sequence[Notification], now: datetime = NOW) -> None:
    """Put these into the ledger, as a sweep does."""
    database = open_database(home / "cmday.db", Clock(PARIS, now))
    try:
        for account in {one.account for one in told}:
            own = tuple(one for one in told if one.account == account)
            ledger.store_page(database, account, Page(notifications=own, cursor=None), now)
    finally:
        database.close()


def copy(home: Path) -> None:
    """The usual week and the hour of reproaches, stored once for all tests of this process."""
    kept = _once()
    copyfile(kept / "cmday.db", home / "cmday.db")


@cache
def _once() -> Path:
    folder = Path(mkdtemp(prefix="turning-"))
    atexit.register(rmtree, folder)
    store(folder, [*week(), *surge(), *week(account="bema", community="bem", days=2)])
    return folder


def configure(home: Path, server: str = "https://m.example", more: str = "") -> None:
    (home / "config.toml").write_text(CONFIG.format(nox=server) + more, encoding="utf-8")
    (home / "feeds.toml").touch()
