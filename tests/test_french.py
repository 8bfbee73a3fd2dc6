"""``CMDAY_LANG=fr``: whatever a command shows, help and failures included, none of it is an English sentence."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from cmday.cli.demo import place
from tests import catalogue
from tests.conftest import Cmday
from tests.loopback.answers import Answer, busy
from tests.whole_morning import NOW, Ground

# Words of English sentences that no French sentence, command or setting is made of.
ENGLISH: Final = frozenset(
    re.findall(
        r"\w+",
        "the and of is are not with your you this it was nothing at has have what which when how its that who there"
        " than then two must may cannot does did will would been only no be to an",
    )
)
# Names that are the same in every language, and look like words.
NAMES: Final = frozenset(
    {
        *("open", "entries", "database", "moderation", "calendars", "inbox", "like", "share", "reply", "other"),
        *("read", "later", "approve", "shared", "stories", "no"),
        *("announcement", "campaign", "errand", "relay", "report", "thanks", "watch"),
        *("appeal", "assign", "mute", "reopen", "resolve", "unassign", "unban", "unlock", "unmute"),
        "silence",
    }
)
# A word that is cut ("No…" of Noël) is none.
WORD: Final = re.compile(r"(?<![-\w/.])[A-Za-z]+(?![-\w/…])")
MORNING: Final[tuple[list[str], ...]] = (
    [],
    ["--line"],
    ["start", "--all"],
    ["start", "--all", "--plain", "--offline"],
    ["schedule", "--days", "5"],
    ["inbox"],
    ["feeds"],
    ["feeds", "list"],
    ["feeds", "refresh", "--force"],
    ["feeds", "entries"],
    ["moderate"],
    ["moderate", "show", "m1"],
    ["moderate", "rules"],
    ["plan", "--dry-run"],
    ["plan", "list"],
    ["plan", "quiet"],
    ["doctor"],
)
VERBS: Final = (
    ["plan", "--yes"],
    ["plan", "why", "p1"],
    ["inbox", "read", "i1"],
    ["inbox", "snooze", "i2", "--until", "demain"],
    ["inbox", "done", "i1"],
    ["inbox", "open", "i1"],
    ["feeds", "show", "f1"],
    ["feeds", "later", "f1"],
    ["feeds", "why", "f1"],
    ["feeds", "--verbose"],
    ["feeds", "search", "festival"],
    ["feeds", "share", "f1", "--to", "bem"],
    ["feeds", "shared"],
    ["feeds", "shared", "--md"],
    ["feeds", "split", "f1"],
    ["feeds", "mute", "réunion"],
    ["feeds", "health"],
    ["feeds", "list", "--verbose"],
    ["feeds", "refresh", "--dry-run"],
    ["feeds", "read", "f1"],
    ["feeds", "no", "f2"],
    ["feeds", "read"],
    ["backup", "sauvegarde.zip", "--dry-run"],
    ["moderate", "approve", "m1"],
    ["moderate", "reopen", "m1"],
    ["plan", "begin", "p1"],
    ["plan", "pause", "p1"],
    ["plan", "done", "p1"],
    ["plan", "drop", "p2"],
    ["done", "i2"],
    ["note", "appelé l'imprimeur"],
    ["config", "check"],
    ["config", "networks"],
)
MISTAKES: Final = (
    ["foo"],
    ["feeds", "foo"],
    ["feeds", "read", "f99"],
    ["feeds", "add", "rien"],
    ["start", "--only", "zzz"],
    ["start", "-c", "zz"],
    ["plan", "add"],
    ["plan", "add", "Quoi", "--for", "400h"],
    ["inbox", "--kind", "zz"],
    ["inbox", "snooze", "i2", "--until", "zz"],
    ["inbox", "read", "zz"],
    ["schedule", "--date", "zz"],
    ["login", "zz"],
    ["config", "--colr"],
)
TROUBLES: Final = (
    ("nox", Answer(silent=True)),
    ("nox", Answer(status=401)),
    ("nox", busy(429, "600")),
    ("bema", Answer(body=b"<html>")),
    ("bema", Answer(status=404)),
    ("bema", Answer(never=True)),
    ("calendar", Answer(body=b"\x00")),
    ("calendar", Answer(status=401)),
    ("calendar", Answer(status=500)),
    ("feeds", Answer(body=b"rien")),
    ("feeds", Answer(status=410)),
)


FAILING: Final[tuple[list[str], ...]] = (
    ["doctor"],
    ["inbox"],
    ["schedule"],
    ["feeds", "list"],
    ["feeds", "refresh", "--force"],
    ["feeds", "health"],
    ["feeds", "why", "f0.localhost"],
)


@pytest.fixture(autouse=True)
def french(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMDAY_LANG", "fr")


@pytest.fixture(scope="module")
def pieces() -> list[re.Pattern[str]]:
    """What stands between the values of the English sentences, where no French sentence has the same."""
    entries = [entry for entry in catalogue.read() if entry.id]
    spoken = "\n".join(form for entry in entries for form in forms(entry.string)).lower()
    found = set()
    for entry in entries:
        for form in forms(entry.id):
            for piece in re.split(r"\{[^}]*\}", form):
                text = piece.strip(" ,.:;()\"'→!?\n")
                if re.search("[a-zA-Z]{4}", text) and text.lower() not in spoken and text not in NAMES:
                    found.add(rf"(?<![\w-]){re.escape(text)}(?![\w-])")
    return [re.compile(one) for one in sorted(found)]


def forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def english(written: str, pieces: list[re.Pattern[str]]) -> Iterator[str]:
    """The lines with English in them, and what it is."""
    for line in dict.fromkeys(written.splitlines()):
        said = [found[0] for piece in pieces if (found := piece.search(line))]
        said += [word for word in WORD.findall(line) if word.lower() in ENGLISH and word not in NAMES]
        if said:
            yield f"{said}: {line}"


def test_the_words_are_found(pieces: list[re.Pattern[str]]) -> None:
    assert list(english("  i1 attend ; nothing waits for you", pieces))
    assert list(english("erreur : nox.localhost refuses the credentials", pieces))
    assert not list(english("erreur : aucun compte ne s'appelle « nox »", pieces))


HELP: Final = """
import re
from cmday.__main__ import main
from cmday.cli.app import COMMANDS
from contextlib import redirect_stdout
from io import StringIO
main(["--help"])
for command in COMMANDS:
    with redirect_stdout(StringIO()) as group:
        main([command, "--help"])
    print(group.getvalue())
    for verb in re.findall("^  ([a-z]+)  ", group.getvalue().partition("\\nCommandes")[2], re.MULTILINE):
        main([command, verb, "--help"])
"""


def test_help(home: Path, pieces: list[re.Pattern[str]]) -> None:
    """In a process of its own: help is written when a command's module is first imported."""
    told = subprocess.run([sys.executable, "-c", HELP], capture_output=True, text=True, check=True)
    assert told.stdout.count("Usage") > 40
    assert list(english(told.stdout + told.stderr, pieces)) == []


def test_a_morning_and_its_verbs(cmday: Cmday, home: Path, pieces: list[re.Pattern[str]]) -> None:
    with Ground(home, feeds=3, deadline="1s"):
        speak_french(home)
        told = [cmday().out]
        for title, length, due in (("Concours de Noël", "2h", "ven"), ("Trop long", "20h", "demain")):
            added = cmday("plan", "add", title, "--for", length, "--by", due, "-c", "bem", "--yes")
            assert added.code == 0, added.err
            told.append(added.out)
        for words in (*MORNING, *VERBS, *MORNING, *MISTAKES):
            result = cmday(*words)
            assert "Traceback" not in result.err
            assert (result.code == 2) is (words in MISTAKES), (words, result.err)
            told += [result.out, result.err]
    assert list(english("\n".join(told), pieces)) == []


def test_failures(cmday: Cmday, home: Path, monkeypatch: pytest.MonkeyPatch, pieces: list[re.Pattern[str]]) -> None:
    told = []
    with Ground(home, feeds=3, deadline="0.5s") as ground:
        speak_french(home)
        for day, (source, reply) in enumerate(TROUBLES):
            monkeypatch.setenv("CMDAY_NOW", (NOW + timedelta(days=day)).isoformat())
            ground.answer_well()
            ground.spoil(source, reply)
            result = cmday("start")
            assert result.code in (3, 4), (source, reply)
            told.append(result.out)
            for words in FAILING:
                result = cmday(*words)
                told += [result.out, result.err]
    config = home / "config.toml"
    config.write_text(config.read_text() + '\n[display]\nstorys = 1\ncolour = 3\n[hourz]\nwork = ["lun"]\n')
    (home / "feeds.toml").write_text("[[feed]]\nurl = 3\n[[fed]]\n")
    for words in (["start"], ["doctor"], ["config", "check"], ["feeds", "--offline"]):
        result = cmday(*words)
        told += [result.out, result.err]
    assert list(english("\n".join(told), pieces)) == []


def test_the_demo(cmday: Cmday, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pieces: list[re.Pattern[str]]) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    told = [cmday("demo").out]
    assert str(place("fr")) in told[0]
    told += [cmday("demo", *words).out for words in (*MORNING, *VERBS)]
    told.append(cmday("demo", "--end").out)
    assert list(english("\n".join(told), pieces)) == []


def test_the_first_morning_without_network(cmday: Cmday, home: Path, pieces: list[re.Pattern[str]]) -> None:
    told = [
        cmday().out,
        cmday("start", "--offline").out,
        *(cmday(name, "--offline").out for name in ("inbox", "feeds")),
    ]
    told += [cmday(name).out for name in ("moderate", "plan")]
    assert list(english("\n".join(told), pieces)) == []


def speak_french(home: Path) -> None:
    """Let the person's own words be French too."""
    rules = home / "rules.toml"
    rules.write_text(rules.read_text().replace("Insulting tone", "Ton blessant").replace("tone =", "ton ="))
