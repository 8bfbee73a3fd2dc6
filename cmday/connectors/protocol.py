"""What a connector can say: conversations as generators, without a socket (sans-I/O).

A method of a connector is a generator function. It yields what it needs, is sent what came, and returns core types:

- ``Request`` is answered by a ``Response``, whatever its HTTP status; transport failures are thrown in as
  ``NetworkError``.
- ``Authorised(account)`` is answered by ``Credentials``; the engine signs in once per account, however many ask, and
  once more where the server no longer takes what was given (``refused``).
- ``Call(...)`` runs a blocking function in a daemon thread and is answered by its result; what it raises is thrown in.
- ``Partial(value)`` hands over a part of the result at once, so that a deadline loses nothing; it is answered by None.

No ``yield`` in a ``finally``: a conversation that is cut is simply closed.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, ClassVar, Protocol, TypeAlias, TypeVar, runtime_checkable

import msgspec

from cmday.core.accounts import Account, Credentials, Pass
from cmday.core.cases import Case, Offer, QueueEntry, QueuePage
from cmday.core.events import Calendar
from cmday.core.feeds import ParsedFeed, Validators
from cmday.core.items import Cursor, Page
from cmday.core.outbox import Outgoing, Sent

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

MAX_BODY = 16 * 1024 * 1024
SECRET_HERE = "~secret~"  # noqa: S105  the place of one


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """An HTTP request. ``secret_headers`` are dropped by a redirect to another origin and never logged.

    Where an API wants its secret in the address, ``SECRET_HERE`` stands in ``url`` for ``secret_path``, which only the
    wire puts in: no response, error or log knows it.

    ``repeatable`` requests (reads) may be tried again after a transport failure or a 503; others are sent once, on a
    fresh connection, and where one of them is lost on the way back that is ``Uncertain``. ``max_bytes`` bounds the body
    after decompression. ``follow`` is the number of redirects allowed. ``timeout`` in seconds bounds what is not worth
    the whole deadline: it ends this request, and the conversation goes on.
    """

    url: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    secret_headers: tuple[tuple[str, str], ...] = ()
    secret_path: str | None = None
    body: bytes | None = None
    repeatable: bool = True
    max_bytes: int = MAX_BODY
    follow: int = 5
    timeout: float | None = None


class Hop(msgspec.Struct, frozen=True):
    """One redirect: the address that answered it, its status, and where it pointed."""

    url: str
    status: int
    location: str


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """An HTTP response, whole: ``url`` is where it came from after redirects, header names are lower-case.

    It took ``seconds``, and ``left`` are those until the conversation's deadline, where it has one.
    """

    url: str
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    hops: tuple[Hop, ...] = ()
    seconds: float = 0.0
    left: float | None = None

    @property
    def leaves_time(self) -> bool:
        """Whether another such request would be answered well before the deadline: for what is not worth missing it."""
        return self.left is None or self.left > 2 * self.seconds

    def header(self, name: str) -> str | None:
        """The first header of that name, or None."""
        wanted = name.lower()
        for key, value in self.headers:  # a generator would cost as much again as the look
            if key == wanted:
                return value
        return None


class Authorised(msgspec.Struct, frozen=True):
    """Asks for the credentials of an account or calendar (``account`` is anything with a name and a secret).

    ``refused`` is the secret given before, which the server has just called expired. What comes may be the same again:
    then there is no other.
    """

    account: Account | Calendar
    refused: str | None = None


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A blocking function that is not HTTP (IMAP, a keyring, a ``pass`` command), run with its own time-out in seconds.

    ``name`` says what it does (``imap fetch``) and, with ``key``, finds the recorded answer where answers are replayed.
    One that is not ``repeatable`` may have been carried out where its conversation ends before it: ``Uncertain``.
    """

    name: str
    function: Callable[[], Any]
    key: str = ""
    timeout: float = 8.0
    repeatable: bool = True


class Partial(msgspec.Struct, frozen=True):
    """A part of the result, complete in itself (a page with its cursor), to be stored at once."""

    value: Any


Step: TypeAlias = Request | Authorised | Call | Partial
Exchange: TypeAlias = Generator[Step, Any, T]


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """What came of asking for a feed: ``body`` is None where it was not modified (304).

    A source that speaks an API of its own hands its entries over ready-made as ``parsed``. ``marks`` says of some
    entries (their ``identity``) whether they are read there, where the source keeps read marks of its own;
    ``told_read`` and ``told_unread`` are those whose marks were brought there.
    """

    url: str
    status: int
    body: bytes | None
    content_type: str | None
    validators: Validators
    hops: tuple[Hop, ...] = ()
    max_age: int | None = None
    retry_after: float | None = None
    expires: str | None = None
    date: str | None = None
    parsed: ParsedFeed | None = None
    marks: tuple[tuple[str, bool], ...] = ()
    told_read: tuple[str, ...] = ()
    told_unread: tuple[str, ...] = ()


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """What ``check`` found: who is signed in, and what this server can do (``notifications``, ``messages``...)."""

    identity: str
    capabilities: frozenset[str]
    detail: str | None = None


@runtime_checkable
class Notifies(Protocol):
    """A connector that can be swept for notifications."""

    network: ClassVar[str]

    def __init__(self, account: Account) -> None: ...

    def notifications(self, since: Cursor | None) -> Exchange[Page]:
        """Everything after the cursor, oldest page first, each page but the last as ``Partial``.

        Without a cursor: the time ``account.first_sweep`` at most.
        """
        ...

    def check(self) -> Exchange[Probe]:
        """Whether the account works, as ``cmday doctor`` and ``cmday login`` ask."""
        ...


class Manner(msgspec.Struct, frozen=True, kw_only=True):
    """How a network takes a text: ``most`` characters, a link counted as ``link_length`` of them (None: as it is).

    ``pictures`` is how many may go with one post. ``findable`` says whether ``find`` can tell that something arrived,
    ``retractable`` whether ``retract`` takes it back.
    """

    most: int | None = None
    link_length: int | None = None
    pictures: int = 0
    findable: bool = False
    retractable: bool = False


@runtime_checkable
class Sends(Protocol):
    """A connector that can write: replies, posts, or both. Each request that writes goes out once.

    ``patience`` is how long a conversation of ``send`` may last, in seconds (its ``deadline``): pictures take time.
    ``usual`` is the manner that is supposed until the server has been asked.
    """

    network: ClassVar[str]
    patience: ClassVar[float]
    usual: ClassVar[Manner]

    def __init__(self, account: Account) -> None: ...

    def manner(self) -> Exchange[Manner]:
        """How this account's server takes texts; asked at most once a day and kept."""
        ...

    def send(self, outgoing: Outgoing) -> Exchange[Sent]:
        """Send it, with its idempotency key where the network knows such a thing.

        Ends in ``Uncertain`` where it may have arrived, ``Refused`` where the server will not have it as it is; after
        any other error it has not arrived. Where something is left to do when it is known to have arrived (a copy for
        the folder of sent mail), ``Sent`` is handed over as ``Partial`` first: whatever comes then, it is sent.
        """
        ...

    def find(self, outgoing: Outgoing, taken: frozenset[str] = frozenset()) -> Exchange[Sent | None]:
        """Whether it is there already: after a crash, before anybody sends it again.

        None says that it is surely not there; raises ``Uncertain`` where that cannot be told, or not yet. ``taken``
        are the ``sent_id`` of others, so that of two alike each is found for itself.
        """
        ...

    def retract(self, outgoing: Outgoing) -> Exchange[None]:
        """Take back what was sent (``sent_id``)."""
        ...


@runtime_checkable
class Moderates(Sends, Protocol):
    """A connector that can moderate: read the platform's queue, and act on what is in it.

    ``send`` carries out ``Outgoing`` of kind ``action``: ``action`` is one of ``core.cases.Action``, ``reply_to`` the
    case's ``subject``, ``to`` its ``author_id``, ``text`` the words that go to somebody (empty where none do), and
    ``arguments`` the case's ``place`` and, where they apply, ``why`` (the reason, always), ``seconds`` (how long),
    ``label``, ``whom`` (assign) and ``reporters`` (a note to them). ``find`` looks whether it was carried out, and
    ``retract`` carries out its inverse; it raises ``Refused`` where there is none.
    """

    def offers(self) -> Exchange[tuple[Offer, ...]]:
        """What this account may do here, probed on the server; empty where it is no moderator. Kept for a day."""
        ...

    def queue(self, since: Cursor | None) -> Exchange[QueuePage]:
        """What waits for a moderator there, each page but the last as ``Partial``."""
        ...

    def look(self, case: Case) -> Exchange[QueueEntry | None]:
        """How the thing stands now, before something is done to it: claimed, resolved or edited since; None: gone."""
        ...


SignIn: TypeAlias = Callable[[Account | Calendar], "Exchange[Credentials]"]
# From an account, its secret and its last pass (which may be over) to the next pass.
Renew: TypeAlias = Callable[[Account, Credentials, Pass | None], "Exchange[Pass]"]


@runtime_checkable
class Renews(Protocol):
    """A ``SignIn`` that has more than one answer to give."""

    def renewed(self, account: Account | Calendar, refused: str) -> Exchange[Credentials]:
        """Other credentials than those whose secret was refused, where they can be had; else the same again."""
        ...


def renewer(sign_in: object) -> Renews | None:
    """The sign-in itself, where it ``Renews``."""
    return sign_in if isinstance(sign_in, Renews) else None
