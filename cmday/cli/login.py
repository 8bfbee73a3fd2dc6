"""``cmday login``: gets a secret, tries it, and only then keeps it; never takes one from a flag."""

from __future__ import annotations

import os
import sys
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import typer

from cmday.cli.asking import ask_secret, ask_text, can_ask
from cmday.cli.flags import fits
from cmday.cli.run import Run, current, unknown_community
from cmday.config import values as v
from cmday.core.accounts import Account
from cmday.errors import DONE, SIGN_IN, SignInNeeded, WrongUse
from cmday.i18n import _, phrase
from cmday.signing_in import begin_oauth, check, finish_oauth, keep, known_networks, network_of
from cmday.text.safe_text import safe


class LoginData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday login --json``; ``open`` is the page to open where a code is still to be given."""

    account: str
    network: str
    server: str
    identity: str | None
    capabilities: tuple[str, ...]
    added: tuple[str, ...]
    open: str | None


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """Where the secret comes from, as the flags say."""

    code: str | None
    token_env: str | None
    token_file: Path | None


def command(
    what: str = typer.Argument(
        "", metavar="NETWORK", help=_("A network (cmday config networks), or an account of yours.")
    ),
    server: str = typer.Option("", help=_("The server, like https://mastodon.social or imap.example.org.")),
    account: str = typer.Option("", help=_("What you call this account; without it the server's name.")),
    communities: list[str] = typer.Option([], "--for", help=_("The communities it serves, like bem.")),
    username: str = typer.Option("", help=_("The user name, where the network wants one.")),
    port: int | None = typer.Option(None, help=_("The port, where it is not the usual one.")),
    tls: str = typer.Option("", help=_("IMAP: tls, starttls or none.")),
    code: str = typer.Option("", help=_("The code that the server's page showed.")),
    token_env: str = typer.Option("", help=_("Take the token or password from this variable.")),
    token_file: Path | None = typer.Option(None, help=_("Take the token or password from this private file.")),
) -> int:
    """Sign in to a network."""
    if not what:  # the first thing that cmday tells to type
        needs = phrase("{path} needs {name}", path="cmday login", name="NETWORK")
        raise WrongUse(needs, phrase("cmday config networks lists the networks"))
    run = current()
    options: dict[str, object] = {name: value for name, value in (("port", port), ("tls", tls)) if value}
    draft = _draft(run, what, server, account, communities, username, options)
    given = Given(code=code or None, token_env=token_env or None, token_file=token_file)
    secret = _secret(run, draft, given)
    if secret is None:
        return SIGN_IN
    probe = check(run.session, draft, secret)
    added = keep(run.session, draft, secret)
    run.say(_("{name}: signed in as {identity}").format(name=draft.name, identity=safe(probe.identity)))
    for name in added:
        run.say(_("added to {file}: {name}").format(file=run.home.config.name, name=name))
    if run.options.json:
        run.print_data("login", _data(draft, probe.identity, sorted(probe.capabilities), added), "")
    return DONE


command.__doc__ = _("Sign in to a network: the secret is tried, and then kept in a private file.")


def _draft(
    run: Run, what: str, server: str, name: str, communities: list[str], username: str, options: dict[str, object]
) -> Account:
    """The account to sign in to: one of config.toml, or a new one on a network."""
    settings = run.session.settings
    known = settings.accounts.get(name or what)
    if known:
        if known.secret and known.secret.kind != "token":
            raise WrongUse(
                phrase("the secret of {name} comes from {place}", name=known.name, place=f"secret.{known.secret.kind}"),
                phrase("change it there; cmday doctor tries it"),
            )
        return known
    for short in communities:
        if short not in settings.communities:
            raise unknown_community(short, settings.communities)
    draft = Account(
        name=name,
        network=what.lower(),
        server=server,
        communities=tuple(communities),
        username=username or None,
        options=options,
    )
    _know(draft.network, settings.accounts)
    fits("--account", name or None, v.name)
    fits("--server", server or None, v.server)
    entry = network_of(draft)
    server = server or entry.server or ""
    if not server and can_ask():
        server = ask_text(_("Which server?"), entry.server_example)
        fits("--server", server, v.server)
    if not server:
        raise WrongUse(
            phrase("which server?"),
            phrase("cmday login {network} --server {server}", network=entry.name, server=entry.server_example),
        )
    if "password" in entry.sign_in and not username:
        has_token = "token" in entry.sign_in
        question = _("User name? (none if you have an access token)") if has_token else _("User name?")
        username = ask_text(question) if can_ask() else ""
        if not username and not has_token:
            raise WrongUse(phrase("which user name?"), phrase("add --username NAME"))
    return msgspec.structs.replace(
        draft, name=name or _name(settings.accounts, server), server=server, username=username or None
    )


def _know(what: str, accounts: dict[str, Account]) -> None:
    names = [*(line.name for line in known_networks()), *accounts]
    if what in names:
        return
    near = get_close_matches(what, names, n=1, cutoff=0.5)
    raise WrongUse(
        phrase('"{what}" is neither a network nor an account of yours', what=what),
        phrase('did you mean "{near}"?', near=near[0]) if near else phrase("cmday config networks lists the networks"),
    )


def _name(taken: dict[str, Account], server: str) -> str:
    host = urlsplit(server if "//" in server else f"//{server}").hostname or server
    first = host.removeprefix("www.").removeprefix("imap.").split(".")[0]
    name = "".join(char for char in first if char.isalnum() or char == "-").strip("-")[:30] or "account"
    number, unique = 1, name
    while unique in taken:
        number += 1
        unique = f"{name}-{number}"
    return unique


def _secret(run: Run, draft: Account, given: Given) -> str | None:
    """The secret from where the flags say, or from the person; None where a code is still to be fetched."""
    if given.token_env:
        value = os.environ.get(given.token_env, "")
        if not value:
            raise WrongUse(phrase("the variable {name} is not set", name=given.token_env))
        return value
    if given.token_file:
        from cmday.config.secrets import read_secret_file

        return read_secret_file(given.token_file, draft.name)
    if "oauth" in network_of(draft).sign_in:
        return _by_code(run, draft, given.code)
    if not can_ask():
        raise SignInNeeded(
            phrase("there is no terminal to ask for a password in"),
            phrase("add --token-env NAME or --token-file FILE"),
        )
    return ask_secret(
        _("Password of {name} on {server}:").format(name=draft.username or draft.name, server=draft.server)
    )


def _by_code(run: Run, draft: Account, code: str | None) -> str | None:
    if code is None:
        address = begin_oauth(run.session, draft)
        if not can_ask():
            _tell_how_to_go_on(run, draft, address)
            return None
        sys.stderr.write(f"{_('Open this page, agree, and copy the code it shows:')}\n\n  {safe(address)}\n\n")
        code = ask_text(_("Code:"))
    return finish_oauth(run.session, draft, code)


def _tell_how_to_go_on(run: Run, draft: Account, address: str) -> None:
    words = ["cmday", "login", draft.network, "--server", draft.server, "--account", draft.name]
    words += [part for short in draft.communities for part in ("--for", short)]
    if run.options.json:
        run.print_data("login", _data(draft, None, [], [], address), "", status="partial")
        return
    run.say(_("Open this page, agree, and copy the code it shows:"))
    run.say(address)
    run.say(_("then: {command}").format(command=" ".join([*words, "--code", "CODE"])))


def _data(
    draft: Account, identity: str | None, capabilities: list[str], added: list[str], address: str | None = None
) -> LoginData:
    return LoginData(
        account=draft.name,
        network=draft.network,
        server=draft.server,
        identity=identity,
        capabilities=tuple(capabilities),
        added=tuple(added),
        open=address,
    )
