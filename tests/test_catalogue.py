"""The French catalogue is whole, right in its values and its typography, and compiled as it is written."""

from __future__ import annotations

import re
import string
from typing import Any

import pytest

from cmday import i18n
from tests import catalogue

ENTRIES = [entry for entry in catalogue.read() if entry.id]


def fields(text: str) -> set[str]:
    return {name for _before, name, _spec, _conversion in string.Formatter().parse(text) if name is not None}


def test_every_sentence_of_the_code_is_there_and_nothing_else() -> None:
    written = {catalogue.forms_of(entry.id) for entry in ENTRIES}
    assert written == {catalogue.forms_of(said) for said in catalogue.sentences()}


def test_every_sentence_is_translated() -> None:
    assert catalogue.untranslated(catalogue.read()) == []


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: str(entry.id)[:60])
def test_a_translation_has_the_values_of_its_sentence(entry: Any) -> None:
    wanted = {name for form in catalogue.forms_of(entry.id) for name in fields(form)}
    for form in catalogue.forms_of(entry.string):
        assert fields(form) <= wanted
        assert wanted - fields(form) <= {"n"}, "only a number may be said in words"


def test_french_spaces_do_not_break() -> None:
    wrong = [
        form for entry in ENTRIES for form in catalogue.forms_of(entry.string) if re.search(r"\S [:;!?»]|« ", form)
    ]
    assert wrong == []


def test_a_plural_is_no_sentence_of_its_own_in_the_singular() -> None:
    """Gettext finds a sentence by its singular, so one text cannot be both."""
    singles = {said for said in catalogue.sentences() if isinstance(said, str)}
    assert not singles & {said[0] for said in catalogue.sentences() if isinstance(said, tuple)}


def test_the_compiled_catalogue_is_the_written_one() -> None:
    assert catalogue.MO.read_bytes() == catalogue.compiled(catalogue.read())


@pytest.mark.parametrize(
    ("kept", "french"),
    [
        ("nuits.example answered 500", "nuits.example a répondu 500"),
        ("nothing new for half a year", "rien de neuf depuis six mois"),
        (
            "a.zip cannot be restored: its manifest is too large",
            "a.zip ne peut être remis en place\xa0: son manifeste est trop gros",
        ),
        ("what nobody has said", "what nobody has said"),
        ("", ""),
    ],
)
def test_what_was_kept_in_english_is_said_in_french(monkeypatch: pytest.MonkeyPatch, kept: str, french: str) -> None:
    monkeypatch.setenv("CMDAY_LANG", "fr")
    i18n.choose()
    assert (str(i18n.recalled(kept)), i18n.recalled(kept).english) == (french, kept)
    monkeypatch.setenv("CMDAY_LANG", "en")
    i18n.choose()
    assert str(i18n.recalled(kept)) == kept


def test_no_sentence_is_taken_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMDAY_LANG", "fr")
    i18n.choose()
    for entry in ENTRIES:
        if isinstance(entry.id, str) and (names := fields(entry.id)) and all(map(str.isidentifier, names)):
            said = i18n.phrase(entry.id, **{name: f"<{name}>" for name in names})
            again = i18n.recalled(said.english)
            assert again.english == said.english
            assert str(again) in (str(said), said.english)
