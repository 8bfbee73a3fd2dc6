"""Which cases a verb is about: those named, or all that fit a query."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from cmday.core.cases import Case
from cmday.errors import NotFound
from cmday.i18n import phrase
from cmday.session import Session
from cmday.steps.moderation.acting.verbs import TAKES_BACK
from cmday.steps.moderation.report import LETTER
from cmday.steps.naming import named
from cmday.storage import cases, decisions, handles, ledger


class CaseQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which cases are meant; empty means all. ``communities`` take in what belongs to none.

    ``authors`` are compared with names and handles, in small letters and without the ``@`` in front; ``rules`` are
    those that hit, ``kinds`` those of the items behind a case. ``before`` is when it was opened, not included.
    """

    communities: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    before: datetime | None = None

    @property
    def narrows(self) -> bool:
        """Whether it asks for more than communities."""
        return self != CaseQuery(communities=self.communities)


Target = tuple[str, Case]


def found(session: Session, words: Sequence[str]) -> list[Target]:
    """The cases named, each with its handle; all must exist before anything is done to one of them."""
    pairs = named(session, list(words), LETTER)
    known = cases.cases(session.database, [one for _, one in pairs])
    for word, one in pairs:
        if one not in known:
            raise NotFound(
                phrase("no case is called {name}", name=word), phrase("cmday moderate shows those that are open")
            )
    return _with_handles(session, [known[one] for _, one in pairs])


def asked(session: Session, query: CaseQuery, action: str) -> list[Target]:
    """The cases that fit and that an action can be about: open ones, or what an inverse takes back."""
    fitting = [case for case in _candidates(session, query, action) if _fits(query, case)]
    if query.kinds:
        fitting = [case for case in fitting if _kinds(session, case) & set(query.kinds)]
    return _with_handles(session, fitting)


def _candidates(session: Session, query: CaseQuery, action: str) -> list[Case]:
    db = session.database
    if action == "reopen":
        return cases.listed(db, "decided", communities=query.communities)
    if action in TAKES_BACK:
        standing = [one for one in decisions.since(db) if one.action == TAKES_BACK[action] and not one.reversed_at]
        found_ = cases.cases(db, [one.case for one in standing]).values()
        return [case for case in found_ if _in(query.communities, case.community, always=None)]
    return cases.open_cases(db, communities=query.communities)


def _fits(query: CaseQuery, case: Case) -> bool:
    authors = {_name(each) for each in query.authors}
    return (
        _in(query.accounts, case.account)
        and _in(query.networks, case.network)
        and (not authors or bool({_name(case.author), _name(case.author_handle)} & authors))
        and (not query.rules or bool(set(query.rules) & set(case.rules)))
        and (query.before is None or case.opened_at < query.before)
    )


def _in(wanted: Iterable[str], value: str | None, *, always: object = ...) -> bool:
    named_ = tuple(wanted)
    return not named_ or value in named_ or value is always


def _kinds(session: Session, case: Case) -> set[str]:
    db = session.database
    return {item.notification.kind for item in ledger.items(db, cases.items_of(db, case.id))}


def _name(text: str) -> str:
    return text.casefold().removeprefix("@")


def _with_handles(session: Session, some: Sequence[Case]) -> list[Target]:
    given = handles.give(session.database, session.clock.today(), LETTER, [case.id for case in some])
    return [(given[case.id], case) for case in some]
