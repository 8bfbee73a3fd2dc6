"""What a wrong command line is told, in both languages; and what may be said in more than one way."""

from __future__ import annotations

import pytest

from tests.conftest import Cmday

WRONG = [
    (("plan", "edit", "p1", "--by"), "--by needs a value", "--by attend une valeur"),
    (("feeds", "--limit", "x"), "--limit takes a number from 0", "--limit attend un nombre de 0"),
    (("config", "path", "x"), "cmday config path does not take x as well", "cmday config path ne sait que faire de"),
    (("inbox", "done"), "no item is named", "aucun élément n'est nommé"),
    (("outbox", "drop"), "cmday outbox drop needs HANDLE", "cmday outbox drop attend REPÈRE"),
    (("note",), "cmday note needs TEXT", "cmday note attend TEXTE"),
]


@pytest.mark.parametrize(("words", "english", "french"), WRONG)
def test_a_wrong_command_line_is_explained_in_the_chosen_language(
    cmday: Cmday, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], english: str, french: str
) -> None:
    for language, said in (("en", english), ("fr", french)):
        monkeypatch.setenv("CMDAY_LANG", language)
        told = cmday(*words)
        assert told.code == 2
        assert said in told.err


def test_help_says_whole_sentences_and_no_bounds_of_typer(cmday: Cmday) -> None:
    told = cmday("feeds", "--help").out
    assert "without handles list those that were kept." in " ".join(told.split())
    assert "x>=" not in told
    assert "<=x" not in told
    assert "[default" not in told
    assert "[default: calendars]" not in cmday("init", "--help").out


def test_an_item_is_put_off_until_the_last_word(cmday: Cmday, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMDAY_NOW", "2026-11-02T08:31:00+01:00")
    refused = cmday("inbox", "snooze", "i1", "someday")
    assert '"someday" is not a date I can read' in refused.err
    assert "nothing has the handle i1" in cmday("inbox", "snooze", "i1", "friday").err
