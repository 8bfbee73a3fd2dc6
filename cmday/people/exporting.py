"""Everything held of a person, as JSON for a program and as Markdown for themselves."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import msgspec

from cmday.config.paths import make_private, write_private
from cmday.core.people import Address
from cmday.people import files
from cmday.people.profile import of
from cmday.people.report import ExportData, Holding, PersonData
from cmday.people.wanted import names_of
from cmday.session import Session
from cmday.steps.knowing import found
from cmday.storage import acquaintance, addresses, erasing
from cmday.text.safe_text import safe

_FORMAT: Final = 1
_MARKS: Final = re.compile(r"[\\`<\[\]*|#_]")


def export(session: Session, words: list[str], folder: Path | None) -> ExportData:
    """Write everything held of the person that the words name; their files are remembered for forgetting.

    Raises ``NotFound``, ``WrongUse``, and what writing a file raises.
    """
    every = addresses.together(session.database, found(session, words))
    held = holding(session, every)
    place = (folder or session.home.data / "exports").resolve()
    make_private(place)
    # Without the name: a list of files tells nobody who asked.
    stem = f"person-{session.clock.now():%Y-%m-%d-%H%M%S}"
    texts = {
        place / f"{stem}.json": msgspec.json.format(msgspec.json.encode(held)).decode(),
        place / f"{stem}.md": markdown(held),
    }
    for file, text in texts.items():
        acquaintance.note_export(session.database, str(file), every)
        write_private(file, text)
    return ExportData(files=tuple(map(str, texts)), rows=sum(map(len, held.rows.values())))


def holding(session: Session, every: list[Address]) -> Holding:
    """All that names them: the person as shown, every row of the database, and the files."""
    wanted = names_of(session, every).wanted
    rows: dict[str, list[dict[str, Any]]] = {}
    for table, row in erasing.rows_naming(session.database, wanted):
        rows.setdefault(table, []).append(row)
    return Holding(
        format=_FORMAT,
        made_at=session.clock.now(),
        person=of(session, every),
        rows=rows,
        files=tuple(str(one.file) for one in files.find(session.home, wanted, [])),
    )


def markdown(held: Holding) -> str:
    """The same for reading: who, what was said, noted and decided, and where else they are named."""
    one = held.person
    lines = [f"# {_plain(one.name)}", "", f"{held.made_at:%Y-%m-%d %H:%M %z}", ""]
    lines += [f"- {_plain(each.network)}: {_plain(each.handle)}" for each in one.addresses]
    lines += _exchanges(one) + _rest(one)
    lines += ["", "## Where they are named", ""]
    lines += [f"- {table}: {len(rows)}" for table, rows in held.rows.items()]
    lines += [f"- {_plain(file)}" for file in held.files]
    return "\n".join(lines) + "\n"


def _exchanges(one: PersonData) -> list[str]:
    lines = ["", "## Exchanges", ""] if one.exchanges else []
    for each in one.exchanges:
        who = each.account if each.own else one.name
        lines.append(f"- {each.at:%Y-%m-%d %H:%M} {_plain(who)} ({each.kind}): {_plain(each.text)}")
    return lines


def _rest(one: PersonData) -> list[str]:
    lines = ["", "## Notes", ""] if one.notes else []
    lines += [f"- {each.at:%Y-%m-%d}: {_plain(each.text)}" for each in one.notes]
    lines += ["", "## Decisions", ""] if one.decisions else []
    for each in one.decisions:
        lines.append(f"- {each.at:%Y-%m-%d} {each.state}: {_plain(each.text)} ({_plain(', '.join(each.reasons))})")
    return lines


def _plain(text: str) -> str:
    """On one line, without a sign that Markdown or HTML would take for its own."""
    return _MARKS.sub(lambda mark: f"\\{mark[0]}" if mark[0] != "<" else "&lt;", safe(text))
