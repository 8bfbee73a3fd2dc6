"""Signing in: the networks there are, the conversations that get and try a secret, and where it is then kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from cmday.config.adding import add_to_config
from cmday.config.secrets import Token, read_token, remember, store_token
from cmday.core.accounts import Account, Credentials
from cmday.errors import CmdayError, SignInNeeded
from cmday.i18n import phrase
from cmday.renewal import renewing, shown
from cmday.session import Session

if TYPE_CHECKING:
    from cmday.connectors.network_entry import NetworkEntry
    from cmday.connectors.protocol import Exchange, Probe, SignIn

T = TypeVar("T")


def known_networks() -> list[NetworkEntry]:
    """All networks of the catalog, those of other packages included, by name."""
    from cmday.connectors.catalog import networks

    return [line for _name, line in sorted(networks().items())]


def network_of(account: Account) -> NetworkEntry:
    """The catalog's line for an account; raises ``ConfigError`` with the nearest name."""
    from cmday.connectors.catalog import entry

    return entry(account)


def begin_oauth(session: Session, account: Account) -> str:
    """The address of the page where the person agrees; what the server calls us is kept for the code that follows.

    A server lets nobody do more than they registered for, so who came for less registers anew.
    """
    from cmday.connectors.mastodon_sign_in import App, authorize_url, register, scopes_for

    scopes = scopes_for(account)
    token = read_token(account.name, session.home)
    if token and token.client_id and token.client_secret and token.scopes == scopes:
        app = App(token.client_id, token.client_secret)
    else:
        app = _hold(session, account, register(account.server, scopes))
        store_token(
            account.name,
            Token(
                secret=token.secret if token else "",
                username=token.username if token else None,
                client_id=app.client_id,
                client_secret=app.client_secret,
                scopes=scopes,
            ),
            session.home,
        )
    return authorize_url(account.server, app, scopes)


def finish_oauth(session: Session, account: Account, code: str) -> str:
    """The token for the code that the server's page showed."""
    from cmday.connectors.mastodon_sign_in import App, redeem, scopes_for

    token = read_token(account.name, session.home)
    if not (token and token.client_id and token.client_secret):
        raise SignInNeeded(
            phrase("no sign-in of {name} has begun", name=account.name),
            phrase(
                "run cmday login {network} --server {server} first, without --code",
                network=account.network,
                server=account.server,
            ),
            account.name,
        )
    app = App(token.client_id, remember(token.client_secret))
    scopes = token.scopes or scopes_for(account)
    return remember(_hold(session, account, redeem(account.server, app, remember(code.strip()), scopes)))


def check(session: Session, account: Account, secret: str) -> Probe:
    """Try the secret on the network; raises what is wrong with it. A pass that it gets is kept for the next run."""
    from cmday.steps.spending import connector_of

    credentials = Credentials(account.username, remember(secret))
    renew = renewing(account)
    if renew is None:
        return _hold(session, account, connector_of(session, account).check(), credentials)
    from cmday.config.passes import store_pass

    given = _hold(session, account, renew(account, credentials, None))
    probe = _hold(session, account, connector_of(session, account).check(), shown(given))
    store_pass(account, credentials, given, session.home)
    return probe


def keep(session: Session, account: Account, secret: str) -> list[str]:
    """Store the secret in its private file and the account in config.toml; returns what was added there."""
    before = read_token(account.name, session.home)
    store_token(
        account.name,
        Token(
            secret=secret,
            username=account.username,
            client_id=before.client_id if before else None,
            client_secret=before.client_secret if before else None,
            scopes=before.scopes if before else None,
        ),
        session.home,
    )
    table: dict[str, Any] = {"network": account.network, "server": account.server}
    if account.communities:
        table["communities"] = list(account.communities)
    if account.username:
        table["username"] = account.username
    table.update(account.options)
    return add_to_config(session.home.config, {}, {f"account.{account.name}": table})


def _hold(session: Session, account: Account, talk: Exchange[T], credentials: Credentials | None = None) -> T:
    """Hold one conversation and return what it comes to; raises how it failed."""
    from cmday.connectors.conversation import Conversation, Ended, Heard

    heard: list[T] = []
    conversation = Conversation(key=account.name, talk=lambda: talk, host=account.name)
    for event in session.engine.converse([conversation], sign_in=_given(credentials)):
        if isinstance(event, Heard) and event.last:
            heard.append(event.value)
        elif isinstance(event, Ended) and event.error:
            event.error.subject = event.error.subject or account.name
            raise event.error
    if not heard:
        raise CmdayError(phrase("{name} gave no answer", name=account.name), None, account.name)
    return heard[0]


def _given(credentials: Credentials | None) -> SignIn:
    """Signing in with what is in hand, for a secret that is stored only once it has worked."""

    def talk(account: Any) -> Exchange[Credentials]:
        if credentials is None:
            raise SignInNeeded(phrase("{name} is not signed in", name=account.name), None, account.name)
        yield from ()  # a conversation without a request is still a generator
        return credentials

    return talk
