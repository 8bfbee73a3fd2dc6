"""Backups made to harm: refused with a reason before anything is touched."""

from __future__ import annotations

import json
import sqlite3
import stat
import zipfile
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmday.keeping.contents import is_name
from cmday.storage.schema import latest
from tests.conftest import Cmday


def pack(
    file: Path,
    files: dict[str, bytes],
    *,
    change: Callable[[dict[str, Any]], None] = lambda _: None,
    more: tuple[tuple[zipfile.ZipInfo | str, bytes], ...] = (),
) -> None:
    """A backup of these files, its manifest changed, and with more entries than it names."""
    manifest: dict[str, Any] = {
        "format": 1,
        "cmday": "1",
        "made_at": "2026-11-01T08:00:00+01:00",
        "schema": 1,
        "tokens": False,
        "files": [
            {"name": name, "size": len(body), "sha256": sha256(body).hexdigest()} for name, body in files.items()
        ],
    }
    change(manifest)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
        for info, body in more:
            archive.writestr(info, body)
        archive.writestr("manifest.json", json.dumps(manifest))


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def database(file: Path, version: int, *, begin: str = "CREATE TABLE t (x)") -> bytes:
    with closing(sqlite3.connect(file)) as made:
        made.execute(begin)
        made.execute(f"PRAGMA user_version={version}")
    return file.read_bytes()


CASES: dict[str, Callable[[Path], object]] = {
    "no zip": lambda file: file.write_bytes(b"PK\x03\x04 no zip at all"),
    "empty": lambda file: file.write_bytes(b""),
    "no manifest": lambda file: zipfile.ZipFile(file, "w").close(),
    "manifest is no JSON": lambda file: pack(file, {}, change=lambda m: m.update(files="x")),
    "newer format": lambda file: pack(file, {}, change=lambda m: m.update(format=2)),
    "parent": lambda file: pack(file, {"../evil.toml": b""}),
    "absolute": lambda file: pack(file, {"/tmp/evil.toml": b""}),
    "out of a folder": lambda file: pack(file, {"templates/../../evil": b""}),
    "backslash": lambda file: pack(file, {"templates\\..\\evil": b""}),
    "stranger": lambda file: pack(file, {".bashrc": b""}),
    "folder as a file": lambda file: pack(file, {"templates": b""}),
    "escape in a name": lambda file: pack(file, {"templates/\x1b[2J": b""}),
    "link": lambda file: pack(file, {}, more=((link("config.toml"), b"/etc/passwd"),), change=named("config.toml")),
    "not in the manifest": lambda file: pack(file, {}, more=(("feeds.toml", b""),)),
    "only in the manifest": lambda file: pack(file, {}, change=named("feeds.toml")),
    "wrong sum": lambda file: pack(
        file, {"feeds.toml": b"x = 1"}, change=lambda m: m["files"][0].update(sha256="0" * 64)
    ),
    "wrong size": lambda file: pack(file, {"feeds.toml": b"x = 1"}, change=lambda m: m["files"][0].update(size=4)),
    "bomb": lambda file: pack(file, {"drafts/zeros": bytes(32 * 1024 * 1024)}),
    "bomb of many": lambda file: pack(file, {f"drafts/{n}": bytes(8 * 1024 * 1024) for n in range(4)}),
    "no TOML": lambda file: pack(file, {"config.toml": b"[broken"}),
    "not UTF-8": lambda file: pack(file, {"feeds.toml": b"\xff\xfe"}),
    "no database": lambda file: pack(file, {"cmday.db": b"not a database" * 100}),
    "newer database": lambda file: pack(file, {"cmday.db": database(file.with_suffix(".new"), latest() + 1)}),
    "empty database": lambda file: pack(file, {"cmday.db": database(file.with_suffix(".nil"), 0)}),
}


def named(name: str) -> Callable[[dict[str, Any]], None]:
    body = b"/etc/passwd" if name == "config.toml" else b""
    entry = {"name": name, "size": len(body), "sha256": sha256(body).hexdigest()}
    return lambda manifest: manifest.update(files=[entry])


@pytest.mark.parametrize("case", CASES)
def test_refused_with_a_reason_and_nothing_touched(cmday: Cmday, home: Path, tmp_path: Path, case: str) -> None:
    (home / "config.toml").write_text('timezone = "Europe/Paris"\n')
    assert cmday("note", "mine").code == 0
    before = sorted(file.name for file in home.iterdir())
    file = tmp_path / "hostile.zip"
    CASES[case](file)
    result = cmday("restore", str(file), "--yes")
    assert result.code in (1, 2), result.out
    assert result.err.startswith("error: ")
    assert "bug" not in result.err
    assert "\x1b" not in result.err
    assert sorted(file.name for file in home.iterdir()) == before
    assert "mine" in cmday("log").out
    assert not (tmp_path / "evil.toml").exists()


@pytest.mark.parametrize("part", [0.2, 0.6, 0.99])
def test_cut_off(cmday: Cmday, home: Path, tmp_path: Path, part: float) -> None:
    assert cmday("note", "mine").code == 0
    file = tmp_path / "b.zip"
    assert cmday("backup", str(file)).code == 0
    body = file.read_bytes()
    file.write_bytes(body[: int(len(body) * part)])
    result = cmday("restore", str(file), "--yes")
    assert result.code == 1
    assert "cut off" in result.err


def test_every_flipped_byte_is_refused_or_harmless(cmday: Cmday, home: Path, tmp_path: Path) -> None:
    (home / "templates").mkdir()
    (home / "templates" / "a.md").write_text("Bonjour")
    file = tmp_path / "b.zip"
    (home / "config.toml").write_text('timezone = "Europe/Paris"\n')
    assert cmday("backup", str(file)).code == 0
    body = file.read_bytes()
    for place in range(0, len(body), 23):
        file.write_bytes(body[:place] + bytes([body[place] ^ 0x41]) + body[place + 1 :])
        result = cmday("restore", str(file), "--dry-run")
        assert result.code in (0, 1), (place, result)
        assert "bug" not in result.err, (place, result.err)
    assert [one.name for one in home.iterdir() if one.name.startswith(("before", ".restore"))] == []


def test_an_older_database_is_brought_up_to_date(cmday: Cmday, home: Path, tmp_path: Path) -> None:
    from cmday.storage import schema

    old = tmp_path / "old.db"
    with closing(sqlite3.connect(old, isolation_level=None)) as made:
        for number, name in schema.migrations().items():
            if number <= 7:
                made.executescript((schema.MIGRATIONS / name).read_text())
        made.execute("INSERT INTO journal (at, verb, text) VALUES (1762068000, 'note', 'from long ago')")
        made.execute("PRAGMA user_version=7")
    file = tmp_path / "old.zip"
    pack(file, {"cmday.db": old.read_bytes()}, change=lambda m: m.update(schema=7))
    assert cmday("restore", str(file), "--yes").code == 0
    with closing(sqlite3.connect(home / "cmday.db")) as found:
        assert found.execute("PRAGMA user_version").fetchone() == (latest(),)
        assert found.execute("SELECT text FROM journal").fetchall() == [("from long ago",)]


@given(st.text(alphabet="ab./\\\0~ C:é", max_size=20) | st.text(max_size=30))
def test_names_lead_nowhere_else(name: str) -> None:
    for whole in (name, f"templates/{name}"):
        if is_name(whole):
            assert (Path("/home") / whole).resolve().is_relative_to("/home")
            assert Path(whole).name not in ("", ".", "..")
