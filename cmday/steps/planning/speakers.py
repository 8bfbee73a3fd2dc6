"""The accounts that a post goes out by, and how much each takes."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from cmday.connectors import catalog
from cmday.connectors.protocol import Manner
from cmday.core.accounts import Account
from cmday.errors import WrongUse
from cmday.i18n import phrase
from cmday.outbox import accounts, checking
from cmday.outbox.naming import speaker
from cmday.session import Session
from cmday.text.shortening import shortened


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """One account that a post goes out by, for one of its communities; ``speaker`` is how others see it."""

    account: Account
    community: str | None
    speaker: str
    manner: Manner


def targets(session: Session, named: Sequence[str], communities: Sequence[str]) -> list[Target]:
    """The accounts named, else all that can post of the communities named; raises ``WrongUse`` where there are none."""
    settings = session.settings
    if named:
        chosen = [session.account(name) for name in dict.fromkeys(named)]
        for account in chosen:
            if not _posts(account):
                raise WrongUse(
                    phrase(
                        'the account "{name}" takes no posts: it is {network}',
                        name=account.name,
                        network=account.network,
                    ),
                    phrase("cmday config networks shows what each network takes"),
                )
    else:
        if not communities:
            communities = list(settings.communities) if len(settings.communities) == 1 else ()
        if not communities:
            raise WrongUse(
                phrase("it is not said for whom the post is"),
                phrase(
                    "name a community or an account: cmday post -c {name}",
                    name=next(iter(settings.communities), "NAME"),
                ),
            )
        chosen = [one for one in settings.accounts.values() if set(one.communities) & set(communities) and _posts(one)]
        without = [name for name in communities if not any(name in one.communities for one in chosen)]
        if without:
            raise WrongUse(
                phrase("{community} has no account that takes posts", community=", ".join(without)),
                phrase("cmday login mastodon signs in to one, --to names another"),
            )
    manners = accounts.manners(session, chosen)
    return [
        Target(
            account=account,
            community=next((name for name in communities if name in account.communities), account.community),
            speaker=speaker(account, account.name),
            manner=manners[account.name],
        )
        for account in chosen
    ]


def _posts(account: Account) -> bool:
    return "posts" in catalog.entry(account).gives


def length_at(target: Target, text: str) -> int:
    """How long a text is where it goes."""
    return checking.length_at(text, target.manner)


def shortened_for(target: Target, text: str) -> str:
    """The text cut to what the account's network takes, at the end of a sentence where it can be."""
    if target.manner.most is None:
        return text.strip()
    return shortened(text, target.manner.most, lambda part: length_at(target, part))
