"""Bring the French catalogue up to date with the sentences in the code, and compile it.

    python3 -m tests.catalogue

New sentences come in untranslated (the tests then name them); what the code does not say any more goes. French spacing
(a no-break space before : ; ! ? and inside guillemets) is put in here, so that a translator may type plain spaces.
"""

from __future__ import annotations

import ast
import io
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from cmday.terminal.wording import french_spacing

PACKAGE = Path(__file__).resolve().parents[1] / "cmday"
PO = PACKAGE / "locale" / "fr" / "LC_MESSAGES" / "cmday.po"
MO = PO.with_suffix(".mo")
FUNCTIONS = {"_": 1, "phrase": 1, "ngettext": 2}

_HEADER = {"version": "1", "msgid_bugs_address": "", "last_translator": "cmday", "language_team": "fr"}

Sentence = str | tuple[str, str]


def sentences() -> dict[Sentence, list[str]]:
    """Every literal that the code says, with the files that say it; read from the syntax, f-strings included."""
    found: dict[Sentence, set[str]] = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            if node.func.id == "Offer":
                for told in _offered(node):
                    found.setdefault(told, set()).add(str(file.relative_to(PACKAGE.parent)))
            if node.func.id not in FUNCTIONS:
                continue
            literals = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            count = FUNCTIONS[node.func.id]
            if len(literals) >= count:
                said: Sentence = literals[0] if count == 1 else (literals[0], literals[1])
                found.setdefault(said, set()).add(str(file.relative_to(PACKAGE.parent)))
    return {said: sorted(files) for said, files in found.items()}


def _offered(call: ast.Call) -> list[str]:
    """What an action of a network does: kept in English with the case, and said in the chosen language when shown."""
    values = [one.value for one in call.keywords if one.arg == "does"]
    return [one.value for one in values if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def read() -> Catalog:
    """The catalogue as it is written."""
    return read_po(io.BytesIO(PO.read_bytes())) if PO.exists() else Catalog(locale="fr")


def renewed(old: Catalog) -> Catalog:
    """The catalogue with exactly the sentences of the code, and the translations that there are."""
    # A date that stands still: a catalogue that says the same is the same file.
    date = datetime(2026, 1, 1, tzinfo=UTC)
    new = Catalog(locale="fr", project="cmday", fuzzy=False, creation_date=date, revision_date=date, **_HEADER)
    new.header_comment = "# The French catalogue of cmday; python3 -m tests.catalogue keeps it in step with the code."
    for said, files in sorted(sentences().items(), key=str):
        known = old.get(said if isinstance(said, str) else said[0])
        there = forms_of(known.string) if known else ("",)
        places: list[Any] = [
            (file, None) for file in files
        ]  # babel writes a file without a line; its types do not know
        if isinstance(said, tuple):
            new.add(said, (french_spacing(there[0]), french_spacing(there[-1])), locations=places)
        else:
            new.add(said, french_spacing(there[0]), locations=places)
    return new


def compiled(catalogue: Catalog) -> bytes:
    """The catalogue as gettext reads it."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def forms_of(text: Any) -> tuple[str, ...]:
    """A sentence or its forms, as babel has them, as a tuple."""
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def untranslated(catalogue: Catalog) -> list[str]:
    """The sentences that have no translation yet."""
    return [str(one.id) for one in catalogue if one.id and not all(forms_of(one.string))]


def main() -> int:
    """Write cmday.po and cmday.mo; the exit code says whether something is untranslated."""
    catalogue = renewed(read())
    out = io.BytesIO()
    write_po(out, catalogue, width=0, sort_output=True, omit_header=False)
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(out.getvalue())
    MO.write_bytes(compiled(catalogue))
    missing = untranslated(catalogue)
    sys.stdout.write(f"{len(catalogue)} sentences, {len(missing)} untranslated\n")
    sys.stdout.writelines(f"  {text}\n" for text in missing)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
