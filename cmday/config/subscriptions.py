"""feeds.toml: which feeds are read. The database keeps everything else that is known of a feed.

A broken table costs that feed only. Every change holds a lock between processes, is written whole or not at all, and
leaves what it does not concern as it was.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from cmday.config.feeds_file import HEADER, Piece, edited, join, read_tables, render, split
from cmday.config.paths import make_private, write_private
from cmday.core.feeds import Subscription
from cmday.errors import ConfigError
from cmday.i18n import Phrase, phrase
from cmday.text.addresses import one_spelling


class Subscriptions(msgspec.Struct, frozen=True):
    """What feeds.toml says: the feeds in its order, each once, and what could not be read, each with its place."""

    feeds: tuple[Subscription, ...] = ()
    problems: tuple[ConfigError, ...] = ()


def read_subscriptions(file: Path) -> Subscriptions:
    """All feeds of the file; without a file there are none. Never raises for what stands in it."""
    try:
        stamp = file.stat()
    except OSError:
        return Subscriptions()
    return _as_of(file, (stamp.st_ino, stamp.st_mtime_ns, stamp.st_size))


@lru_cache(maxsize=4)
def _as_of(file: Path, _stamp: tuple[int, int, int]) -> Subscriptions:
    """The file as it was when it had this inode, time and size: one run reads it once, though many ask."""
    try:
        text = _read(file)
    except ConfigError as error:
        return Subscriptions(problems=(error,))
    feeds: dict[str, Subscription] = {}
    problems: list[ConfigError] = []
    for piece in read_tables(text):
        try:
            feed = _subscription(file, piece)
            if feed.url in feeds:
                raise _mistake(file, piece.line, phrase("{url} is there already", url=feed.url))
            feeds[feed.url] = feed
        except ConfigError as error:
            problems.append(error)
    return Subscriptions(tuple(feeds.values()), tuple(problems))


def add_subscriptions(file: Path, wanted: Iterable[Subscription]) -> tuple[list[Subscription], list[Subscription]]:
    """Append feeds; returns those added, and those that were there already (as the file has them)."""
    added: list[Subscription] = []
    known: list[Subscription] = []

    def change(pieces: list[Piece]) -> None:
        there = _by_url(file, pieces)
        for feed in wanted:
            url = one_spelling(feed.url)
            if url in there:
                known.append(there[url][1])
                continue
            there[url] = (Piece("", 0), feed)
            added.append(feed)
            table = _table(msgspec.structs.replace(feed, url=url))
            pieces.append(Piece(render(table), 0, table))

    _change(file, change)
    return added, known


def remove_subscriptions(file: Path, urls: Iterable[str]) -> list[Subscription]:
    """Take feeds out; returns those that were there."""
    removed: list[Subscription] = []

    def change(pieces: list[Piece]) -> None:
        there = _by_url(file, pieces)
        for url in urls:
            if found := there.pop(one_spelling(url), None):
                pieces.remove(found[0])
                removed.append(found[1])

    _change(file, change)
    return removed


def change_subscription(file: Path, url: str, /, **fields: Any) -> Subscription | None:
    """Change some fields of a feed, keeping its other keys; None for a field removes it. None where it is not there."""
    changed: list[Subscription] = []

    def change(pieces: list[Piece]) -> None:
        found = _by_url(file, pieces).get(one_spelling(url))
        if not found:
            return
        piece, feed = found
        changed.append(msgspec.structs.replace(feed, **fields))
        table = dict(piece.table or {})
        for name, value in fields.items():
            if value is None:
                table.pop(name, None)
            else:
                table[name] = list(value) if isinstance(value, tuple) else value
        piece.text = edited(piece.text, {name: table.get(name) for name in fields}, table)
        piece.table = table

    _change(file, change)
    return changed[0] if changed else None


def _by_url(file: Path, pieces: list[Piece]) -> dict[str, tuple[Piece, Subscription]]:
    found: dict[str, tuple[Piece, Subscription]] = {}
    for piece in pieces:
        if piece.table is None:
            continue
        try:
            feed = _subscription(file, piece)
        except ConfigError:
            continue  # reported when the file is read; kept as it is
        found.setdefault(feed.url, (piece, feed))
    return found


def _change(file: Path, change: Callable[[list[Piece]], None]) -> None:
    with _locked(file):
        text = _read(file)
        pieces = split(text) if text.strip() else [Piece(HEADER, 1)]
        before = join(pieces)
        broken = [piece.text for piece in pieces if piece.fault]
        change(pieces)
        after = join(pieces)
        if after == before:
            return
        if [piece.text for piece in split(after) if piece.fault and piece.text.strip() not in map(str.strip, broken)]:
            raise ConfigError(
                phrase("{file} cannot be changed without harm to what stands in it", file=file.name),
                phrase("mend the broken table by hand: cmday feeds list names it"),
                str(file),
            )
        write_private(file.resolve(), after)


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    make_private(file.parent)
    descriptor = os.open(file.with_name(f".{file.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            phrase("{file} cannot be read: {cause}", file=file.name, cause=error),
            phrase("it must be a text file in UTF-8 that you may read"),
            str(file),
        ) from error


def _table(feed: Subscription) -> dict[str, Any]:
    table: dict[str, Any] = {"url": feed.url}
    if feed.title:
        table["title"] = feed.title
    if feed.communities:
        table["communities"] = list(feed.communities)
    if feed.folder:
        table["folder"] = feed.folder
    if feed.mute:
        table["mute"] = True
    if feed.interval:
        table["interval"] = feed.interval
    return table


def _subscription(file: Path, piece: Piece) -> Subscription:
    if piece.fault or piece.table is None:
        raise _mistake(file, piece.line, phrase("this is not TOML: {cause}", cause=piece.fault))
    table = piece.table
    try:
        url = one_spelling(table["url"])
    except KeyError:
        raise _mistake(file, piece.line, phrase("the url is missing")) from None
    except (ValueError, AttributeError, TypeError):
        raise _mistake(file, piece.line, phrase("{url} is not an http address", url=repr(table["url"]))) from None
    known: dict[str, Any] = {name: table[name] for name in Subscription.__struct_fields__ if name in table}
    if isinstance(known.get("communities"), str):
        known["communities"] = [known["communities"]]
    try:
        return msgspec.convert({**known, "url": url}, Subscription)
    except msgspec.ValidationError as error:
        raise _mistake(file, piece.line, phrase("{cause} (feed {url})", cause=error, url=url)) from None


def _mistake(file: Path, line: int, what: Phrase) -> ConfigError:
    return ConfigError(
        phrase("{file}, line {line}: {what}", file=file.name, line=line, what=what),
        phrase("the other feeds are read; mend or remove this table in {file}", file=file),
        f"{file.name}:{line}",
    )
