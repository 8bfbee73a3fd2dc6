"""Asking a source of news with all that this house knows of it: as whom, for how much, from where on.

``ask`` is held by the engine; ``settle`` takes over what the source keeps beside its entries (read marks, and how far
it was read), after those are stored.
"""

from __future__ import annotations

from cmday.connectors.feed_sources import conversation
from cmday.connectors.protocol import Exchange, Fetched
from cmday.connectors.source_terms import Terms
from cmday.core.accounts import Account
from cmday.core.feeds import Validators
from cmday.session import Session
from cmday.steps.spending import SourcePurse
from cmday.storage import source_marks
from cmday.text.addresses import base_of, kind_and_rest, origin_of


def ask(
    session: Session, url: str, validators: Validators, *, address: str | None = None, purse: SourcePurse | None = None
) -> Exchange[Fetched]:
    """The conversation with a source: ``url`` is what it is known by, ``address`` where it is now.

    Raises as ``web_feeds.fetch`` does, ``SignInNeeded`` where a source wants one, and ``Waiting`` where a paid one
    would pass its cap.
    """
    asked = address or url
    kind = kind_and_rest(asked)[0]
    if not kind or kind == "mastodon":
        return (yield from conversation(asked, validators))
    return (yield from conversation(asked, validators, _terms(session, url, kind, purse)))


def settle(session: Session, url: str, answer: Fetched) -> None:
    """Take over what came beside the entries; to be called once they are stored."""
    kind = kind_and_rest(url)[0]
    if kind == "x" and answer.validators.etag:
        source_marks.move_cursor(session.database, url, answer.validators.etag)
    if kind == "miniflux":
        told = source_marks.Changed(read=answer.told_read, unread=answer.told_unread)
        source_marks.agree(session.database, url, told, answer.marks, session.clock.now())


def source_of(session: Session, kind: str, url: str) -> Account | None:
    """The source of config.toml that an address belongs to: of its kind, and of the same origin (RFC 6454).

    A host alone would not do: an address with http instead of https would have its key shown to whoever listens.
    """
    of_kind = [account for account in session.settings.sources.values() if account.network == kind]
    wanted = origin_of(kind_and_rest(url)[1])
    return next((account for account in of_kind if origin_of(base_of(account.server)) == wanted), None)


def _terms(session: Session, url: str, kind: str, purse: SourcePurse | None) -> Terms:
    account = source_of(session, kind, url)
    if account is None:
        return Terms()
    if kind == "x":
        purse = purse or SourcePurse(session.database, account, session.clock)
        return Terms(account=account, purse=purse, since=source_marks.cursor(session.database, url))
    if kind == "miniflux" and account.options.get("read_marks") == "both":
        changed = source_marks.changed_here(session.database, url)
        return Terms(account=account, read=changed.read, unread=changed.unread)
    return Terms(account=account)
