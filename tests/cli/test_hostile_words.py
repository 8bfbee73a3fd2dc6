"""Words on the command line that no setting could hold: refused in a sentence, before anything is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Cmday

HUGE = "9" * 30


@pytest.mark.parametrize(
    "words",
    [
        ("schedule", "--date", "9999-12-31"),
        ("schedule", "--date", "0001-01-01"),
        ("plan", "add", "x", "--for", "2h", "--by", "31/12/9999"),
        ("feeds", "entries", "--limit", HUGE),
        ("feeds", "--limit", HUGE),
        ("inbox", "--limit", HUGE),
        ("inbox", "done", HUGE),
        ("login", "mastodon", "--server", "http://[x", "--token-env", "HOME"),
        ("login", "mastodon", "--server", "https://h.example:notaport", "--token-env", "HOME"),
        ("login", "mastodon", "--server", "https://h.example", "--account", "../../x", "--token-env", "HOME"),
        ("login", "imap", "--server", "h.example", "--username", "u", "--account", "a\x1b[31m", "--token-env", "HOME"),
        ("init", "--yes", "--communities", "not a name=Title"),
        ("init", "--yes", "--communities", "=Title"),
        ("init", "--yes", "--calendar", "ftp://h.example/c.ics"),
        ("init", "--yes", "--calendar", "http://[x/c.ics"),
    ],
)
def test_it_is_refused_with_a_hint_and_nothing_is_written(cmday: Cmday, home: Path, words: tuple[str, ...]) -> None:
    result = cmday("--offline", *words)
    assert result.code == 2, result.err
    assert "hint: " in result.err
    assert "\x1b" not in result.err
    assert not (home / "config.toml").exists()


@pytest.mark.parametrize(
    "table",
    [
        '[account.a]\nnetwork = "mastodon"\nserver = "http://[x"',
        '[account.a]\nnetwork = "imap"\nserver = "h.example:99999"',
        '[account.a]\nnetwork = "mastodon"\nserver = "https://"',
        '[calendar.a]\nurl = "http://[x/c.ics"',
        '[calendar.a]\nurl = "file:///etc/passwd"',
        '[account."../x"]\nnetwork = "mastodon"\nserver = "h.example"',
    ],
)
def test_a_place_that_is_none_is_a_mistake_in_the_settings(cmday: Cmday, home: Path, table: str) -> None:
    (home / "config.toml").write_text(table)
    told = cmday("start", "--offline")
    assert told.code == 2
    assert "config.toml:" in told.err
    assert "must be" in told.err


def test_a_calendar_of_the_web_is_named_without_its_query(cmday: Cmday, home: Path) -> None:
    assert cmday("--offline", "init", "--yes", "--calendar", "webcal://h.example/team.ics?token=hush").code == 0
    written = (home / "config.toml").read_text()
    assert "[calendar.team]" in written
    assert 'url = "webcal://h.example/team.ics?token=hush"' in written
