"""What several tables of config.toml hold alike: a name, a community, a secret."""

from __future__ import annotations

from pathlib import Path

from cmday.config import values as v
from cmday.config.tables import Table
from cmday.core.accounts import SecretSource
from cmday.core.communities import Community
from cmday.i18n import phrase


def check_name(table: Table, name: str) -> None:
    """Note a mistake where a table is named as nothing can be called."""
    try:
        v.name(name)
    except v.Unfit as unfit:
        table.wrong(None, phrase("must be {expected}", expected=unfit.expected))


def check_community(table: Table, key: str, name: str, communities: dict[str, Community]) -> None:
    """Note a mistake where a community is named that no table describes, with the nearest."""
    if name in communities:
        return
    from difflib import get_close_matches

    near = get_close_matches(name.lower(), list(communities), n=1, cutoff=0.5)
    table.wrong(
        key,
        phrase('no community is called "{name}"', name=name),
        phrase('did you mean "{name}"?', name=near[0]) if near else phrase("add a table [community.{name}]", name=name),
    )


def read_secret(table: Table) -> SecretSource | None:
    """Where the secret is: ``{ command = ["pass", "show", "x"] }``, or ``keyring``, ``env`` or ``file``."""
    sub = table.table("secret") if isinstance(table.left.get("secret"), dict) else None
    if sub is None:
        table.known.add("secret")
        if table.left.pop("secret", None) is not None:
            table.wrong(
                "secret",
                phrase("must say where the secret is, not be it"),
                phrase('write secret = { command = ["pass", "show", "..."] }, or keyring, env or file'),
            )
        return None
    found = [
        SecretSource("command", command) if (command := sub.take("command", v.texts, ())) else None,
        SecretSource("keyring", keyring) if (keyring := sub.take("keyring", v.keyring_entry, ())) else None,
        SecretSource("env", (env,)) if (env := sub.take("env", v.text, "")) else None,
        SecretSource("file", (file,)) if (file := sub.take("file", v.text, "")) else None,
    ]
    named = [source for source in found if source]
    sub.finish()
    if len(named) != 1 and not sub.left:
        sub.wrong(None, phrase("wants one of command, keyring, env and file"))
    return named[0] if named else None


def absolute(path: str, folder: Path) -> str:
    """A path as seen from the folder of config.toml."""
    return str(folder / Path(path).expanduser())
