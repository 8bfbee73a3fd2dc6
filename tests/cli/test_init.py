"""``cmday init``: what the machine has is found, what a person has is left alone."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from cmday.config.discovery import find_calendars, read_newsboat
from tests.conftest import Cmday


@pytest.fixture
def person(tmp_path: Path) -> Path:
    folder = tmp_path / "person"
    (folder / ".config/khal").mkdir(parents=True)
    (folder / ".config/vdirsyncer").mkdir()
    (folder / ".config/newsboat").mkdir()
    for name in ("cal/home", "cal/work", "sync/Team Events", "contacts"):
        (folder / name).mkdir(parents=True)
    for name in ("cal/home", "cal/work", "sync/Team Events"):
        (folder / name / "1.ics").touch()
    (folder / ".config/khal/config").write_text(
        f"[calendars]\n[[home]]\npath = {folder}/cal/home\n[[all]]\npath = {folder}/cal/*\ntype = discover\n"
    )
    (folder / ".config/vdirsyncer/config").write_text(
        "[general]\nstatus_path = ~/x\n"
        f'[storage a]\ntype = "filesystem"\npath = "{folder}/sync/"\nfileext = ".ics"\n'
        f'[storage b]\ntype = "filesystem"\npath = "{folder}/contacts"\nfileext = ".vcf"\n'
        '[storage c]\ntype = "caldav"\nurl = "https://example.org"\n'
    )
    (folder / ".config/newsboat/urls").write_text(
        "# mine\nhttps://a.localhost/feed.xml news \"~A title, with 'quotes'\"\n"
        '"query:Unread:unread = \\"yes\\""\nfile:///etc/passwd\nhttps://b.localhost/ !hidden\nhttps://a.localhost/feed.xml\n'
    )
    return folder


def test_it_finds_what_is_there(person: Path) -> None:
    assert find_calendars() == {
        "home": person / "cal/home",
        "work": person / "cal/work",
        "team-events": person / "sync/Team Events",
    }
    feeds = read_newsboat(person / ".config/newsboat/urls")
    assert [(feed.url, feed.title, feed.folder) for feed in feeds] == [
        ("https://a.localhost/feed.xml", "A title, with 'quotes'", "news"),
        ("https://b.localhost/", None, None),
    ]


def test_it_sets_up_without_a_question(cmday: Cmday, person: Path, home: Path) -> None:
    result = cmday(
        "init",
        "--offline",
        "--communities",
        "bem=BEM Talents",
        "--hours",
        "lun-ven 9h-12h",
        "--holidays",
        "FR",
        "--json",
    )
    assert result.code == 0, result.err
    assert result.json["data"]["feeds"] == 2
    config = tomllib.loads((home / "config.toml").read_text())
    assert config["timezone"] == "Europe/Paris"
    assert config["hours"] == {"work": ["lun-ven 9h-12h"], "holidays": "FR"}
    assert config["community"] == {"bem": {"title": "BEM Talents"}}
    assert set(config["calendar"]) == {"home", "work", "team-events"}
    assert "https://a.localhost/feed.xml" in (home / "feeds.toml").read_text()
    assert cmday("config", "check").code == 0
    for file in (home / "config.toml", home / "feeds.toml"):
        assert file.stat().st_mode & 0o077 == 0


def test_a_second_time_changes_nothing(cmday: Cmday, person: Path, home: Path) -> None:
    cmday("init", "--offline")
    before = {file.name: file.read_bytes() for file in home.glob("*.toml")}
    again = cmday("init", "--offline")
    assert "nothing was changed" in again.out
    assert {file.name: file.read_bytes() for file in home.glob("*.toml")} == before


def test_a_persons_file_keeps_every_line(cmday: Cmday, person: Path, home: Path) -> None:
    own = '# mine\ntimezone = "Asia/Tokyo"   # yes\n\n[hours]\nwork = "mon 9-10"\n'
    (home / "config.toml").write_text(own)
    assert cmday("init", "--offline", "--hours", "tue 9-10", "--timezone", "Europe/Paris").code == 0
    assert (home / "config.toml").read_text().startswith(own.rstrip())


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--timezone", "Mars/Olympus"], "--timezone must be a time zone"),
        (["--hours", "whenever"], "--hours must be days and times"),
        (["--language", "de"], '--language must be one of "en", "fr"'),
        (["--calendar", "/nonexistent/cal"], "there is no calendar at /nonexistent/cal"),
    ],
)
def test_a_wrong_answer_is_said_before_anything_is_written(
    cmday: Cmday, home: Path, argv: list[str], said: str
) -> None:
    result = cmday("init", "--offline", *argv)
    assert result.code == 2
    assert said in result.err
    assert list(home.iterdir()) == []


def test_doctor_says_what_is_wrong_and_how_to_mend_it(cmday: Cmday, home: Path) -> None:
    (home / "feeds.toml").write_text("")
    assert cmday("doctor", "--offline").code == 0
    (home / "config.toml").write_text('[account.a]\nnetwork = "mastodn"\nserver = "https://u:hunter2@x.localhost"\n')
    (home / "tokens").mkdir(mode=0o700)
    (home / "tokens/a.json").write_text('{"secret": "hunter2"}')
    (home / "tokens/a.json").chmod(0o644)
    result = cmday("doctor", "--offline")
    assert result.code == 1
    assert "hunter2" not in result.out
    assert f"chmod 600 {home}/tokens/a.json" in result.out
    assert 'did you mean "mastodon"?' in result.out
    rows = cmday("doctor", "--offline", "--json").json["data"]["checks"]
    assert {"about", "status", "message", "fix"} == set(rows[0])
    assert {"ok", "warning", "failed"} == {row["status"] for row in rows}


def test_doctor_names_a_damaged_database(cmday: Cmday, home: Path) -> None:
    cmday("doctor", "--offline")
    database = home / "cmday.db"
    database.write_bytes(b"no database at all, whatever it says" * 100)
    result = cmday("doctor", "--offline")
    assert result.code == 1
    assert "failed   database " in result.out
    assert any(file.read_bytes().startswith(b"no database") for file in home.iterdir() if file.is_file())


def test_doctor_names_a_country_whose_holidays_nobody_knows(cmday: Cmday, home: Path) -> None:
    (home / "feeds.toml").write_text("")
    (home / "config.toml").write_text('[hours]\nholidays = "FR"\n')
    assert "holidays" not in cmday("doctor", "--offline").out
    (home / "config.toml").write_text('[hours]\nholidays = "ZQ"\n')
    assert "the public holidays of ZQ are not known" in cmday("doctor", "--offline").out
