"""A text more or less in a list of config.toml: the rest of the file stays byte for byte, or nothing is written."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cmday.config.listed import add_to_list, take_from_list
from cmday.errors import ConfigError

TABLES = [
    '[community.bem]\nmuted = ["a", "b"]\n',
    '[community.bem]\nmuted = []\ntitle = "x"\n',
    '[community.bem] # here\ntitle = "x"',
    '[community.bem]\nmuted = "a"\n',
    '[community.bem]\nmuted = [\n    "a", # one\n    "b"  # two\n]\n[community.sss]\nmuted = ["c"]\n',
    '[community.bem]\nmuted = [ "a]", \'b"\', "c,#" ]\n[x]\ny = 1\n',
    '[community."bem"]\nmuted = ["a"]\n',
]


@pytest.mark.parametrize("content", TABLES)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(word=st.text(min_size=1, max_size=12).filter(lambda text: bool(text.strip()) and text.isprintable()))
def test_in_and_out_again_says_what_it_said(tmp_path: Path, content: str, word: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(content, encoding="utf-8")
    before = tomllib.loads(content)["community"]["bem"].get("muted", [])
    held = [before] if isinstance(before, str) else before
    if word in held:
        return
    assert add_to_list(file, "community.bem", "muted", word)
    now = tomllib.loads(file.read_text(encoding="utf-8"))
    assert now["community"]["bem"]["muted"] == [*held, word]
    assert file.read_text(encoding="utf-8").count("#") >= content.count("#")
    assert not add_to_list(file, "community.bem", "muted", word)
    assert take_from_list(file, "community.bem", "muted", word)
    assert tomllib.loads(file.read_text(encoding="utf-8"))["community"]["bem"]["muted"] == held


def test_a_comment_stays_behind_its_text(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(TABLES[4])
    add_to_list(file, "community.bem", "muted", "x")
    assert file.read_text().startswith('[community.bem]\nmuted = [\n    "a", # one\n    "b",  # two\n    "x",\n]\n')


def test_what_cannot_be_cut_by_lines_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('community = { bem = { muted = ["a"] } }\n')
    with pytest.raises(ConfigError):
        add_to_list(file, "community.bem", "muted", "x")
    assert file.read_text() == 'community = { bem = { muted = ["a"] } }\n'
