"""The French catalogue is whole, right in its values and its typography, and compiled as it is written."""

from __future__ import annotations

import re
import string
from typing import Any

import pytest

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
