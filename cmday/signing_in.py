"""Signing in: the networks there are, the conversation that gets a token, and the account table in config.toml."""

from __future__ import annotations

from cmday.connectors.protocol import NetworkEntry


def known_networks() -> list[NetworkEntry]:
    """All networks of the catalog, those of other packages included, by name."""
    from cmday.connectors.catalog import networks

    return [line for _name, line in sorted(networks().items())]
