"""config.toml: everything read, every mistake told at once with its place and the nearest valid key."""

from __future__ import annotations

from datetime import UTC, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmday.config.network_options import NETWORK_OPTIONS
from cmday.config.reader import parse_settings
from cmday.config.settings import Settings
from cmday.connectors.catalog import NETWORKS
from cmday.core.accounts import SecretSource
from cmday.core.communities import Span
from cmday.core.time import zone_name
from cmday.errors import ConfigError
from tests.conftest import Cmday

FILE = Path("/home/robin/config.toml")

FULL = """
language = "fr"
timezone = "Europe/Paris"
reply_within = "6h"
first_sweep = "14d"

[hours]
work = ["lun-ven 9h-12h30 13:30-17:30", "sam 10h-12h"]
breaks = ["wed 11:00-12:00"]
days_off = [2026-12-24, "2026-12-28..2026-12-31"]
holidays = "fr"

[community.bem]
title = "BEM Talents"
colour = "blue"
timezone = "Europe/Paris"
audience = { "Europe/Paris" = 0.7, "America/Montreal" = 3 }
languages = ["fr"]
keywords = "alternance"
muted = ["crypto"]
quiet = ["mon-fri 09:30-11:30"]
peak = ["wed 22:00-01:00"]
reply_within = "90m"

[community.sss]

[account.masto]
network = "mastodon"
server = "https://mastodon.social"
communities = ["bem", "sss"]
secret = { env = "MASTO" }

[account.mail]
network = "imap"
server = "imap.example.org"
username = "robin"
port = 1993
folders = ["INBOX", "Press"]
secret = { command = ["pass", "show", "mail"] }

[calendar.work]
path = "cal/work"
community = "bem"
busy = false

[routine]
steps = ["news", "schedule"]

[limits]
per_host_spacing = "250ms"
deadline = "2s"

[recorded]
answers = "answers"
now = 2026-11-02T08:31:00+01:00
"""


def read(text: str) -> tuple[Settings, list[str]]:
    settings, source = parse_settings(text, FILE, UTC)
    return settings, [
        f"{mistake.message.english} | {mistake.hint.english if mistake.hint else ''}" for mistake in source.mistakes
    ]


def test_everything_is_read() -> None:
    settings, mistakes = read(FULL)
    assert mistakes == []
    assert (settings.language, zone_name(settings.zone), settings.zone_chosen) == ("fr", "Europe/Paris", True)
    assert (settings.reply_within, settings.first_sweep_days) == (360, 14)
    assert Span(2, 540, 660) in settings.hours.spans
    assert Span(5, 600, 720) in settings.hours.spans
    assert settings.hours.days_off == {"2026-12-24", "2026-12-28", "2026-12-29", "2026-12-30", "2026-12-31"}
    assert settings.hours.country == "FR"
    bem = settings.communities["bem"]
    assert bem.audience == {"Europe/Paris": 0.7, "America/Montreal": 3.0}
    assert bem.keywords == ("alternance",)
    assert bem.peak == (Span(2, 1320, 1440), Span(3, 0, 60))
    assert bem.reply_within == timedelta(minutes=90)
    assert settings.communities["sss"].title == "sss"
    assert settings.communities["sss"].reply_within == timedelta(hours=6)
    assert settings.accounts["masto"].community == "bem"
    assert settings.accounts["masto"].secret == SecretSource("env", ("MASTO",))
    assert settings.accounts["mail"].options == {"port": 1993, "folders": ["INBOX", "Press"]}
    assert settings.calendars["work"].path == "/home/robin/cal/work"
    assert not settings.calendars["work"].busy
    assert settings.steps == ("news", "schedule")
    assert (settings.limits.per_host_spacing, settings.limits.deadline) == (0.25, 2.0)
    assert settings.recorded
    assert settings.recorded.answers == "/home/robin/answers"


def test_nothing_is_the_defaults() -> None:
    settings, mistakes = read("")
    assert mistakes == []
    assert settings.zone is UTC
    assert not settings.zone_chosen
    assert Span(0, 540, 750) in settings.hours.spans
    assert len(settings.steps) == 5


def test_all_mistakes_come_at_once_with_place_and_nearest_key() -> None:
    _, mistakes = read(
        """
langage = "fr"
timezone = "Europe/Pari"
[community.bem]
colur = "blue"
quiet = ["blursday 9-10"]
audience = { "Europe/Paris" = -1 }
[account.m]
network = "imap"
communities = ["ben"]
secret = "hunter2"
folder = "INBOX"
[calendar.c]
[routine]
steps = ["newz"]
[limits]
parallel = "many"
deadline = "8 days"
"""
    )
    assert mistakes == [
        'config.toml:2, langage: unknown key | did you mean "language"?',
        'config.toml:3, timezone: must be a time zone like "Europe/Paris" | ',
        'config.toml:5, [community.bem] colur: unknown key | did you mean "colour"?',
        'config.toml:6, [community.bem] quiet: must be days and times like "mon-fri 09:00-12:30", not "blursday" | ',
        'config.toml:7, [community.bem] audience: must be time zones with weights, like { "Europe/Paris" = 0.7 } | ',
        "config.toml:8, [account.m] server: is missing | ",
        'config.toml:10, [account.m] communities: no community is called "ben" | did you mean "bem"?',
        ('config.toml:11, [account.m] secret: must say where the secret is, not be it | write secret = { command = '
        '["pass", "show", "..."] }, or keyring, env or file'),
        'config.toml:12, [account.m] folder: unknown key | did you mean "folders"?',
        "config.toml:13, [calendar.c]: wants one of url, path and caldav | ",
        ('config.toml:15, [routine] steps: must be a list of "schedule", "notifications", "news", "moderation", '
        '"planning" | '),
        "config.toml:17, [limits] parallel: must be a whole number from 1 to 2000 | ",
        'config.toml:18, [limits] deadline: must be a length like "90m", "4h" or "1s" | ',
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        'secret = { env = "A", file = "b" }',
        "secret = {}",
        'secret = { keyring = "nouser" }',
        'secret = { pass = "x" }',
    ],
)
def test_a_secret_is_in_one_place(text: str) -> None:
    settings, mistakes = read(f'[account.m]\nnetwork = "mastodon"\nserver = "x"\n{text}')
    assert mistakes
    assert "hunter2" not in str(mistakes)
    assert settings.accounts["m"].network == "mastodon"


@pytest.mark.parametrize("ozone", ["ozone.example", "did:plc:", "did:", "did:plc:a b", ""])
def test_an_ozone_is_known_by_its_did(ozone: str) -> None:
    account = '[account.m]\nnetwork = "bluesky"\nserver = "https://bsky.social"\nozone = '
    settings, mistakes = read(account + '"did:plc:x#atproto_labeler"')
    assert (mistakes, settings.accounts["m"].options) == ([], {"ozone": "did:plc:x"})
    _, mistakes = read(f'{account}"{ozone}"')
    assert len(mistakes) == 1


def test_an_unknown_network_may_bring_options_of_its_own() -> None:
    settings, mistakes = read('[account.m]\nnetwork = "gopher"\nhole = 70')
    assert mistakes == []
    assert settings.accounts["m"].options == {"hole": 70}


def test_the_options_are_those_of_the_catalog() -> None:
    assert {name: tuple(sorted(line.options)) for name, line in NETWORKS.items()} == {
        name: tuple(sorted(options)) for name, options in NETWORK_OPTIONS.items()
    }


def test_no_toml_is_one_error_with_its_line() -> None:
    with pytest.raises(ConfigError, match=r"config\.toml:2 is not valid TOML"):
        parse_settings("a = 1\nb = \n", FILE, UTC)


@given(
    st.text(max_size=200) | st.from_regex(r"\[(community|account|calendar)\.\w+\]\n(\w+ = (\d+|\"\w*\"|\[\])\n){0,4}")
)
def test_no_text_crashes_the_reader(text: str) -> None:
    try:
        settings, _ = parse_settings(text, FILE, UTC)
    except ConfigError:
        return
    assert isinstance(settings, Settings)


@given(
    st.dictionaries(
        st.sampled_from(
            ["language", "timezone", "hours", "community", "account", "calendar", "routine", "limits", "display"]
        ),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=8),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["bem", "work", "secret", "url", "steps", "network"]), inner, max_size=3
                )
            ),
            max_leaves=8,
        ).filter(lambda value: value is not None),
    )
)
def test_no_value_of_a_wrong_type_crashes_the_reader(values: dict[str, object]) -> None:
    import tomli_w

    try:
        text = tomli_w.dumps(values)
    except TypeError:  # None inside: no TOML
        return
    settings, _ = parse_settings(text, FILE, UTC)
    assert isinstance(settings, Settings)


def test_a_bom_and_windows_lines_are_read(cmday: Cmday, home: Path) -> None:
    (home / "config.toml").write_bytes(b'\xef\xbb\xbftimezone = "Asia/Tokyo"\r\n[community.bem]\r\n')
    data = cmday("config", "show", "--json").json["data"]["settings"]
    assert data["timezone"] == "Asia/Tokyo"


def test_the_zone_of_now_is_used_where_none_is_set(cmday: Cmday, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    def zone() -> str:
        return str(cmday("config", "show", "--json").json["data"]["settings"]["timezone"])

    assert zone() == "Europe/Paris"
    monkeypatch.setenv("CMDAY_NOW", "2026-11-02T08:31:00-05:00")
    assert zone() == "UTC-05:00"
    (home / "config.toml").write_text('timezone = "Asia/Tokyo"')
    assert zone() == "Asia/Tokyo"


def test_show_strikes_secrets(cmday: Cmday, home: Path) -> None:
    (home / "config.toml").write_text(
        '[account.m]\nnetwork = "other"\nserver = "https://robin:hunter2@example.org/x?token=hunter2"\n'
        'secret = { command = ["echo", "hunter2"] }\napi_key = "hunter2"\n'
        '[calendar.c]\nurl = "https://example.org/private-hunter2/basic.ics"\n'
    )
    for argv in (["config", "show"], ["config", "show", "--json"]):
        result = cmday(*argv)
        assert result.code == 0
        assert "hunter2" not in result.out
        assert "example.org" in result.out


def test_a_focus_on_nobody_is_said(cmday: Cmday, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "config.toml").write_text("[community.bem]\n")
    result = cmday("start", "--offline", "-c", "ben")
    assert result.code == 2
    assert "did you mean bem?" in result.err
    monkeypatch.setenv("CMDAY_COMMUNITY", "zzz")
    assert "known are bem" in cmday("start", "--offline").err


def test_utm_is_a_table_or_false(cmday: Cmday, home: Path) -> None:
    (home / "config.toml").write_text(
        '[community.bem]\nutm = false\n[community.sss]\nutm = { source = "lettre" }\n[community.cap]\n'
    )
    found = cmday("config", "show", "--json").json["data"]["settings"]["community"]
    usual = {"source": "{network}", "medium": "social", "campaign": "{community}"}
    assert [found[name]["utm"] for name in ("bem", "sss", "cap")] == [False, {**usual, "source": "lettre"}, usual]
    (home / "config.toml").write_text('[community.bem]\nutm = "yes"\n[community.sss]\nutm = { sauce = "x" }\n')
    said = cmday("config", "check").err + cmday("config", "check").out
    assert "true or false" in said
    assert 'did you mean "source"?' in said
