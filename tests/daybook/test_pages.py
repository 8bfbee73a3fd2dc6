"""In the page of a day cmday has one section; all other bytes are the person's own."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cmday.daybook.pages import BEGIN, END, write_section

DAY = "2026-11-02.md"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    return tmp_path / "journal" / DAY


def test_a_new_page_is_private_and_holds_the_section(page: Path) -> None:
    write_section(page, "## Monday\n\n- done")
    assert page.read_bytes() == BEGIN + b"\n## Monday\n\n- done\n" + END + b"\n"
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert stat.S_IMODE(page.parent.stat().st_mode) == 0o700


def test_again_it_takes_its_own_place_and_leaves_the_rest(page: Path) -> None:
    page.parent.mkdir()
    page.write_bytes(b"# Mon lundi\r\n\r\nun caf\xe9\r\n")
    write_section(page, "one")
    once = page.read_bytes()
    assert once.startswith(b"# Mon lundi\r\n\r\nun caf\xe9\r\n\r\n")
    page.write_bytes(once + b"apr\xe8s\r\n")
    for text in ("two", "two"):
        write_section(page, text)
        assert page.read_bytes() == once.replace(b"one", text.encode()) + b"apr\xe8s\r\n"


@pytest.mark.parametrize("before", [BEGIN + b"\nmine", END + b"\nmine\n" + BEGIN])
def test_where_the_marks_were_moved_nothing_is_lost(page: Path, before: bytes) -> None:
    page.parent.mkdir()
    page.write_bytes(before)
    write_section(page, "new")
    assert page.read_bytes().startswith(before)
    assert b"new" in page.read_bytes()


def test_a_page_that_lies_elsewhere_is_written_there(page: Path, tmp_path: Path) -> None:
    real = tmp_path / "notes.md"
    real.write_text("mine\n")
    page.parent.mkdir()
    page.symlink_to(real)
    write_section(page, "new")
    assert page.is_symlink()
    assert real.read_text().startswith("mine\n")
    assert "new" in real.read_text()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60), st.text(max_size=30))
def test_whatever_stood_there_stays(page: Path, before: bytes, text: str) -> None:
    page.parent.mkdir(exist_ok=True)
    page.write_bytes(before)
    write_section(page, text.replace("<", ""))
    first = page.read_bytes()
    assert first.startswith(before)
    write_section(page, text.replace("<", ""))
    assert page.read_bytes() == first
