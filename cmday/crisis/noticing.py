"""What follows an alarm at once, where there is a network: what waits on servers, and how far the words of others went.

Neither is worth an error: what cannot be told is missing.
"""

from __future__ import annotations

from typing import Final

from cmday.connectors.crisis_catalog import counts_shares
from cmday.core.crises import Crisis
from cmday.core.items import Item
from cmday.crisis import servers
from cmday.crisis.asking import accounts_of, ask
from cmday.crisis.detecting import HOUR, look
from cmday.session import Session
from cmday.storage import crises, grievances, reach

_MOST: Final = 500


def notice(session: Session) -> list[Crisis]:
    """The crises that are not over, after a look whether there is a new one; asks the networks about them."""
    known = {one.number for one in crises.living(session.database)}
    found = look(session)
    if not session.offline and not session.settings.recorded:
        for one in found:
            if one.number not in known:
                servers.survey(session, one)
            measure(session, one)
    return found


def measure(session: Session, crisis: Crisis) -> None:
    """Ask how often what speaks against the community was shared, the newest of each account's items first."""
    db, now = session.database, session.clock.now()
    against = grievances.items(db, crisis.community, max(crisis.began, now - HOUR) - HOUR, now, _MOST)
    talks = {}
    posts: dict[str, dict[str, str]] = {}
    for account in accounts_of(session, crisis):
        counter = counts_shares(account)
        wanted = {
            _post(one): one.notification.id for one in reversed(against) if one.notification.account == account.name
        }
        wanted.pop(None, None)
        if counter and wanted:
            posts[account.name] = {post: item for post, item in wanted.items() if post}
            talks[account.name] = (
                account,
                lambda counter=counter, asked=tuple(posts[account.name]): counter.shares(asked),
            )
    answers = ask(session, talks)
    for name, counts in answers.heard.items():
        reach.store(db, {posts[name][post]: n for post, n in counts.items() if post in posts[name]}, now)


def _post(item: Item) -> str | None:
    """The network's id of the post that an item is."""
    one = item.notification
    return (one.reply.id if one.reply else None) or one.subject
