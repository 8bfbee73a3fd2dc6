"""``[crisis]`` and ``[watch]``: what they hold, and all that is wrong with them at once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cmday.config.reader import parse_settings
from cmday.config.settings import CrisisWishes, Settings, Watch

PARIS = ZoneInfo("Europe/Paris")
MAIL = '[account.post]\nnetwork = "imap"\nserver = "imap.example.org"\n'


def read(text: str) -> tuple[Settings, list[str]]:
    settings, source = parse_settings(text, Path("/nowhere/config.toml"), PARIS)
    return settings, [str(one) for one in source.mistakes]


def test_without_them_all_is_usual() -> None:
    settings, mistakes = read("")
    assert (settings.crisis, settings.watch, mistakes) == (CrisisWishes(), Watch(), [])
    assert settings.crisis.first_word == timedelta(minutes=15)
    assert settings.watch.every == timedelta(minutes=5)


def test_in_full() -> None:
    settings, mistakes = read(
        MAIL + '[crisis]\nhold = false\nfirst_word = "20m"\nchecklist = ["la présidente sait"]\n'
        '[watch]\nevery = "2m"\nahead = "1h"\nquiet = "22:00-07:00"\nalarms_at_night = true\ntexts = true\nbell = false\n'
        'desktop = true\nntfy = "https://ntfy.example.org/my-alarms/"\nmail = "post"\nto = "robin@example.org"\n'
    )
    assert mistakes == []
    assert settings.crisis == CrisisWishes(
        hold=False, first_word=timedelta(minutes=20), checklist=("la présidente sait",)
    )
    watch = settings.watch
    assert (watch.every, watch.ahead, watch.quiet) == (timedelta(minutes=2), timedelta(hours=1), (1320, 420))
    assert (watch.ntfy, watch.mail, watch.to) == ("https://ntfy.example.org/my-alarms", "post", "robin@example.org")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('[watch]\nquiet = "22-7"', 'a span like "22:00-07:00"'),
        ('[watch]\nquiet = "22:00-22:00"', 'a span like "22:00-07:00"'),
        ('[watch]\nquiet = "25:00-07:00"', 'a span like "22:00-07:00"'),
        ('[watch]\nntfy = "https://ntfy.example.org"', "the address of a topic"),
        ('[watch]\nntfy = "https://ntfy.example.org/a?b=c"', "the address of a topic"),
        ('[watch]\nntfy = "javascript:alert(1)"', "an address like"),
        ('[watch]\nmail = "nobody"', 'no mail account is called "nobody"'),
        (MAIL + '[watch]\nmail = "post"', "to: is missing"),
        ('[watch]\nto = "robin"', "a mail address like"),
        ('[watch]\nto = "a@b.example\\r\\nBcc: c@d.example"', "a mail address like"),
        ('[watch]\nevery = "1s"', "a length from 1m to 1d"),
        ('[watch]\nsecret = "tk_x"', "must say where the secret is"),
        ("[watch]\nqiuet = 1", "qiuet: unknown key"),
        ("[crisis]\nhold = 1", "true or false"),
        ("[crisis]\nfirst_wrod = 1", "first_wrod: unknown key"),
    ],
)
def test_what_is_wrong_is_said(table: str, said: str) -> None:
    _settings, mistakes = read(table)
    assert len(mistakes) == 1
    assert said in mistakes[0]
