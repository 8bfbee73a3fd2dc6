"""One line of the catalog of networks; other packages bring theirs by it (docs/contributing.md)."""

from __future__ import annotations

import msgspec


class NetworkEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the catalog: how a network is named, where its connector is, and what signing in takes.

    ``where``, ``sends`` and ``moderates`` are ``module:Class`` of what sweeps it, writes to it and moderates there.
    ``moderates_if`` is the option without which an account does not moderate: unset, nothing of it is asked.
    ``renews`` is ``module:function`` (``Renew``) where a secret only gets passes that expire. ``server`` is where an
    account is that names none.
    """

    name: str
    title: str
    where: str
    sign_in: tuple[str, ...]
    server_example: str
    gives: tuple[str, ...]
    options: tuple[str, ...] = ()
    sends: str | None = None
    moderates: str | None = None
    moderates_if: str | None = None
    renews: str | None = None
    server: str | None = None
