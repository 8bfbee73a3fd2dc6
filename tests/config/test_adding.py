"""Adding to a person's config.toml without harm."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from cmday.config.adding import add_to_config
from cmday.errors import ConfigError

OWN = """# my settings
language = "fr"     # as I like it

# my people
[community.bem]
title = "BEM"   # the school
future_key = 1
"""


@pytest.fixture
def file(home: Path) -> Path:
    return home / "config.toml"


def test_comments_order_and_unknown_keys_survive(file: Path) -> None:
    file.write_text(OWN)
    added = add_to_config(
        file,
        {"language": "en", "timezone": "Europe/Paris"},
        {
            "community.bem": {"title": "x"},
            "account.mail": {"network": "imap", "communities": ["bem"], "secret": {"env": "A"}},
        },
    )
    assert added == ["timezone", "account.mail"]
    text = file.read_text()
    own = [line for line in OWN.splitlines() if line]
    assert [line for line in text.splitlines() if line in own] == own
    now = tomllib.loads(text)
    assert now["language"] == "fr"
    assert now["timezone"] == "Europe/Paris"
    assert now["community"] == {"bem": {"title": "BEM", "future_key": 1}}
    assert now["account"]["mail"] == {"network": "imap", "communities": ["bem"], "secret": {"env": "A"}}
    assert file.stat().st_mode & 0o777 == 0o600


def test_adding_twice_changes_nothing(file: Path) -> None:
    add_to_config(file, {"language": "fr"}, {"calendar.a b": {"path": "x"}})
    before = file.read_bytes()
    assert add_to_config(file, {"language": "en"}, {"calendar.a b": {"path": "y"}}) == []
    assert file.read_bytes() == before
    assert tomllib.loads(before.decode()) == {"language": "fr", "calendar": {"a b": {"path": "x"}}}


def test_a_broken_file_is_left_alone(file: Path) -> None:
    file.write_text("[broken")
    with pytest.raises(ConfigError):
        add_to_config(file, {"language": "fr"}, {})
    assert file.read_text() == "[broken"


def test_a_table_that_cannot_be_extended_is_left_alone(file: Path) -> None:
    text = "account = { old = { network = 'imap' } }\n"
    file.write_text(text)
    with pytest.raises(ConfigError, match="without harm"):
        add_to_config(file, {}, {"account.new": {"network": "imap"}})
    assert file.read_text() == text


def test_a_link_to_the_file_stays_a_link(file: Path, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.toml"
    real.write_text("# mine\n")
    file.symlink_to(real)
    add_to_config(file, {"language": "fr"}, {})
    assert file.is_symlink()
    assert 'language = "fr"' in real.read_text()


def test_hostile_values_stay_values(file: Path) -> None:
    add_to_config(file, {}, {"community.bem": {"title": 'a"\n[account.evil]\nnetwork = "x'}})
    assert set(tomllib.loads(file.read_text())) == {"community"}
