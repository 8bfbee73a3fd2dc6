"""The networks that cmday knows, and the way to their connectors.

A connector is imported when an account of its network is first swept. Third parties add a network by an entry point of
the group ``cmday.connectors`` whose value is a ``NetworkEntry`` (or a connector class with an ``entry`` of its own).
"""

from __future__ import annotations

from importlib import import_module
from typing import Final

from cmday.connectors import network_table
from cmday.connectors.network_entry import NetworkEntry
from cmday.connectors.protocol import Moderates, Notifies, Renew, Sends
from cmday.core.accounts import Account
from cmday.errors import ConfigError
from cmday.i18n import phrase

GROUP: Final = "cmday.connectors"

NETWORKS: Final = network_table.NETWORKS


def networks() -> dict[str, NetworkEntry]:
    """All networks by name: ours, and those that other installed packages bring; ours win."""
    return {**_third_parties(), **NETWORKS}


def entry(account: Account) -> NetworkEntry:
    """The catalog's line for an account's network; raises ``ConfigError`` with the nearest name for an unknown one.

    Other packages are looked at only when the name is none of ours, for that takes milliseconds.
    """
    known = NETWORKS.get(account.network) or _in_a_drill(account) or _third_parties().get(account.network)
    if known:
        return known
    from difflib import get_close_matches

    near = get_close_matches(account.network.lower(), networks(), n=1, cutoff=0.5)
    raise ConfigError(
        phrase('account "{name}": no network is called "{network}"', name=account.name, network=account.network),
        phrase('did you mean "{near}"?', near=near[0]) if near else phrase("cmday config networks lists them"),
        account.name,
    )


def connector(account: Account) -> Notifies:
    """The connector of an account, ready to converse; its module is imported here and not before."""
    line = entry(account)
    made = _make(line, line.where, account)
    if not isinstance(made, Notifies):
        raise ConfigError(
            phrase('account "{name}": "{network}" cannot be swept', name=account.name, network=line.name),
            phrase("cmday config networks shows what each network gives"),
            account.name,
        )
    return made


def sender(account: Account) -> Sends:
    """What writes to an account's network, ready to converse; raises ``ConfigError`` where nothing does."""
    line = entry(account)
    made = _make(line, line.sends, account) if line.sends else None
    if not isinstance(made, Sends):
        raise ConfigError(
            phrase('account "{name}": cmday cannot write to "{network}"', name=account.name, network=line.name),
            phrase("cmday config networks shows what each network gives"),
            account.name,
        )
    return made


def moderator(account: Account) -> Moderates | None:
    """What moderates on an account's network, ready to converse.

    None where the network's connector cannot, or only where the account has an option that it lacks.
    """
    line = entry(account)
    made = _make(line, line.moderates, account) if line.moderates and has_queue(account) else None
    return made if isinstance(made, Moderates) else None


def has_queue(account: Account) -> bool:
    """Whether ``moderator`` would find something, without importing it."""
    line = entry(account)
    return line.moderates is not None and (line.moderates_if is None or bool(account.options.get(line.moderates_if)))


def renewal(account: Account) -> Renew | None:
    """What gets an account's next pass, where its network gives such for a secret."""
    line = entry(account)
    if line.renews is None:
        return None
    module, _, name = line.renews.partition(":")
    found: Renew = getattr(import_module(module), name)
    return found


def _in_a_drill(account: Account) -> NetworkEntry | None:
    """What stands in for a network in a drill; no choice for an account of one's own."""
    from cmday.connectors import stage  # nobody needs it outside of drills

    return stage.ENTRY if account.network == stage.NETWORK else None


def _make(line: NetworkEntry, where: str, account: Account) -> object:
    module, _, name = where.partition(":")
    try:
        return getattr(import_module(module), name)(account)
    except (ImportError, AttributeError) as why:
        raise ConfigError(
            phrase(
                'account "{name}": the connector of "{network}" cannot be loaded: {why}',
                name=account.name,
                network=line.name,
                why=str(why),
            ),
            phrase("install the package that brings it again, or remove the account from config.toml"),
            account.name,
        ) from why


def _third_parties() -> dict[str, NetworkEntry]:
    """What other packages bring. One that cannot be loaded is passed over here; asking for it by name says so."""
    from importlib.metadata import entry_points

    found: dict[str, NetworkEntry] = {}
    for point in entry_points(group=GROUP):
        try:
            line = point.load()
        except Exception:  # noqa: BLE001, S112  a foreign package may fail in any way; ours must go on
            continue
        line = getattr(line, "entry", line)
        if isinstance(line, NetworkEntry):
            found[line.name] = line
    return found
