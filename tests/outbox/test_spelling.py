"""Spelling: hunspell dictionaries as a person has them, and a clear word where there is none."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.conftest import Cmday, Result

CONFIG = """
[community.sss]
[account.nox]
network = "mastodon"
server = "https://nox.localhost"
communities = ["sss"]
"""
AFFIXES = "SET UTF-8\nTRY esaintru\nSFX S Y 1\nSFX S 0 s .\n"
FRENCH = "bonjour les porte/S ouvrent à heure/S pour vous de la et c'est est le site"


@pytest.fixture
def post(home: Path, cmday: Cmday) -> object:
    (home / "config.toml").write_text(CONFIG)
    return lambda text: cmday("--offline", "post", text, "-c", "sss", "--json")


def dictionary(folder: Path, name: str, words: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.aff").write_text(AFFIXES)
    lines = words.split()
    (folder / f"{name}.dic").write_text("\n".join([str(len(lines)), *lines]) + "\n")


def row(result: Result) -> dict[str, object]:
    found = result.json["data"]["items"][0]
    assert isinstance(found, dict)
    return found


@pytest.fixture
def no_system(monkeypatch: pytest.MonkeyPatch) -> None:
    """No dictionary of this machine has a say."""
    from cmday.outbox import dictionaries

    monkeypatch.setattr(dictionaries, "_SYSTEM", ())


def test_misspelt_words_are_named(post: object, home: Path, no_system: None) -> None:
    assert callable(post)
    dictionary(home / "dictionaries", "fr_FR", FRENCH)
    found = row(post("Bonjour, les protes ouvrent à la bonne heure, c’est le conceert de @nox@x.social"))
    assert found["spelling"] == ["protes", "bonne", "conceert"]
    (home / "words.txt").write_text("Bonne\n")
    found = row(post("Bonjour, les portes ouvrent à la bonne heure, c’est le site de #conceert"))
    assert found["spelling"] == []


def test_dicpath_and_the_persons_own_folder_are_looked_at(
    post: object, tmp_path: Path, no_system: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(post)
    dictionary(tmp_path / "dicts", "en_GB", "the doors are at our colour and it is")
    monkeypatch.setenv("DICPATH", f"/nothing:{tmp_path}/dicts")
    assert row(post("The doors are at our colour and it is teh"))["spelling"] == ["teh"]
    dictionary(tmp_path / "person/.local/share/hunspell", "en_US", "teh")
    assert row(post("The doors are at our colour and it is teh"))["spelling"] == []


def test_without_dictionary_it_says_once_a_day_what_to_install(
    home: Path, cmday: Cmday, no_system: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "config.toml").write_text(CONFIG)
    words = ("--offline", "post", "Bonjour, les portes ouvrent à 19 heures pour vous", "-c", "sss")
    first = cmday(*words)
    assert "spelling: not checked" in first.out
    assert "hunspell-fr" in first.err
    assert str(home / "dictionaries") in first.err.replace("\n", "")
    assert cmday(*words).err == ""
    monkeypatch.setenv("CMDAY_NOW", "2026-11-03T08:31:00+01:00")
    monkeypatch.setitem(sys.modules, "hunspell", None)
    assert 'pip install "cmday[spelling]"' in cmday(*words).err


@pytest.mark.parametrize("spoilt", ["", "SET nonsense\n", "SFX\nSFX S Y\n"])
def test_spoilt_dictionary_spoils_no_post(post: object, home: Path, no_system: None, spoilt: str) -> None:
    assert callable(post)
    dictionary(home / "dictionaries", "fr_FR", FRENCH)
    (home / "dictionaries" / "fr_FR.aff").write_text(spoilt)
    (home / "dictionaries" / "fr_FR.dic").write_bytes(b"x\n\xff\xfe\x00\n")
    assert post("Bonjour, les portes ouvrent à 19 heures pour vous").code == 0
