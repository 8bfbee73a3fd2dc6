"""Answers: from the line, from a pipe, from a template, from one file in the editor."""

from __future__ import annotations

import io
import os
import pty
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import Cmday, Result
from tests.loopback.answers import Answer
from tests.loopback.server import Loopback
from tests.steps.notifications.conftest import Configure, mention, serve, timeline_of

Editor = Callable[[str], Path]


@pytest.fixture
def inbox(configure: Configure, loopback: Loopback, cmday: Cmday) -> Cmday:
    """Three questions in French wait on the account nox: i1 to i3."""
    configure({"nox": "sss"})
    loopback.route("/api/v2/instance", Answer(status=404, body=b"{}"), host="nox.localhost")
    loopback.route("/api/v1/instance", Answer(status=404, body=b"{}"), host="nox.localhost")
    serve(
        loopback,
        "nox",
        timeline_of(
            mention(1, "Les portes, vendredi, c'est à 19 h ou à 20 h pour vous ?", name="nina"),
            mention(2, "Est-ce que le tarif vaut pour les étudiants aussi ?", name="karim", hours=1),
            mention(3, "Avez-vous une idée de l'heure de la fin ? vim: set nocp: -*- mode -*-", name="ines", hours=2),
        ),
    )
    assert len(cmday("inbox", "--json").json["data"]["items"]) == 3
    return cmday


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A terminal to type in."""
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "r") as reads:
        monkeypatch.setattr(sys, "stdin", reads)
        yield
    os.close(ours)


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Editor:
    """An editor that is a small program: it has ``text`` and may set it anew; the first file it saw is kept."""

    def make(program: str) -> Path:
        seen = tmp_path / "seen"
        script = tmp_path / "an editor.py"
        script.write_text(
            f"#!{sys.executable}\nimport sys\nfrom pathlib import Path\nfile = Path(sys.argv[-1])\n"
            f"text = file.read_text()\nPath({str(seen)!r}).write_text(text)\n{program}\nfile.write_text(text)\n"
        )
        script.chmod(0o700)
        monkeypatch.setenv("EDITOR", f"'{script}' --wait")
        return seen

    return make


def outbox_of(cmday: Cmday) -> list[dict[str, object]]:
    found = cmday("outbox", "--json").json["data"]["items"]
    assert isinstance(found, list)
    return found


def kinds(result: Result) -> list[str]:
    return [note["kind"] for note in result.json["data"]["items"][0]["notes"]]


def test_answer_on_the_line_waits_in_the_outbox(inbox: Cmday, loopback: Loopback) -> None:
    said = inbox("inbox", "reply", "i1", "Bonjour, les portes ouvrent à 19 h 30.")
    assert said.code == 0, said.err
    assert said.out.startswith("o1 as @nox to Nina, public: 44 of 500 · spelling: ")
    [one] = outbox_of(inbox)
    assert (one["state"], one["account"], one["text"]) == ("queued", "nox", "Bonjour, les portes ouvrent à 19 h 30.")
    assert not [each for each in loopback.requests if each.method == "POST"]
    assert "written" in inbox("inbox", "--offline").out


def test_answer_counts_the_handle_that_goes_before_it(inbox: Cmday) -> None:
    row = inbox("inbox", "reply", "i1", "Oui", "--json").json["data"]["items"][0]
    assert row["length"] == len("@nina Oui")
    assert row["most"] == 500
    assert (row["item_handle"], row["state"], row["due"]) == ("i1", "queued", None)


def test_words_after_the_handles_are_the_text(inbox: Cmday) -> None:
    rows = inbox("inbox", "reply", "1", "i2-3", "Merci", "beaucoup", "--json").json["data"]["items"]
    assert [(row["item_handle"], row["text"]) for row in rows] == [(f"i{n}", "Merci beaucoup") for n in (1, 2, 3)]


def test_stable_ids_name_items_too(inbox: Cmday) -> None:
    [first, *_] = inbox("inbox", "--offline", "--json").json["data"]["items"]
    assert inbox("inbox", "reply", first["id"], "Oui").code == 0


def test_piped_text(inbox: Cmday, monkeypatch: pytest.MonkeyPatch) -> None:
    for words in (["i1"], ["i1", "-"]):
        monkeypatch.setattr(sys, "stdin", io.StringIO("Oui,\nà vendredi\n"))
        row = inbox("inbox", "reply", *words, "--json").json["data"]["items"][0]
        assert row["text"] == "Oui,\nà vendredi"


def test_without_text_and_terminal_it_says_what_to_write(inbox: Cmday, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    result = inbox("inbox", "reply", "i2")
    assert result.code == 2
    assert "cmday inbox reply i2" in result.err
    assert outbox_of(inbox) == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["Merci"], 2),
        (["i9", "Merci"], 2),
        (["i1", ""], 2),
        (["i1", "a", "--text", "b"], 2),
        (["i1", "x", "--at", "hier"], 2),
    ],
)
def test_wrong_lines(inbox: Cmday, words: list[str], code: int) -> None:
    assert inbox("inbox", "reply", *words).code == code
    assert outbox_of(inbox) == []


def test_reactions_cannot_be_answered(configure: Configure, loopback: Loopback, cmday: Cmday) -> None:
    configure({"nox": "sss"})
    serve(loopback, "nox", timeline_of({**mention(1, "Bravo"), "type": "favourite"}))
    assert cmday("inbox", "--json").json["data"]["items"][0]["kind"] == "like"
    result = cmday("inbox", "reply", "i1", "Merci")
    assert result.code == 2
    assert "like" in result.err


def test_notes_are_notes(inbox: Cmday) -> None:
    text = "You always ask, SORRY THIS IS THE LAST TIME!!! {link} " + "x" * 500
    result = inbox("inbox", "reply", "i1", text, "--json")
    assert result.code == 0
    assert {"length", "unfilled", "language", "capitals", "reproach", "exclamation"} <= set(kinds(result))
    assert "again" in kinds(inbox("inbox", "reply", "i1", "Bonjour", "--json"))


def test_typography_is_mended_where_it_is_asked_for(inbox: Cmday) -> None:
    assert "typography" in kinds(inbox("inbox", "reply", "i1", "C'est à 19 h !", "--json"))
    row = inbox("inbox", "reply", "i2", "C'est à 19 h !", "--fix", "--json").json["data"]["items"][0]
    assert row["text"] == "C’est à 19\u00a0h\u202f!"
    assert row["notes"] == []


def test_due_draft_and_follow_up(inbox: Cmday) -> None:
    row = inbox("inbox", "reply", "i1", "Oui", "--at", "14h", "--draft", "--follow-up", "fri", "--json").json["data"][
        "items"
    ][0]
    assert row["state"] == "draft"
    assert row["due"] == "2026-11-02T14:00:00+01:00"
    assert row["follow_up"] == "2026-11-06T09:00:00+01:00"


def test_one_file_for_several(inbox: Cmday, terminal: None, editor: Editor, home: Path) -> None:
    seen = editor(
        "parts = text.split('\\n\\n')\ntext = '\\nOui #concert\\n#hashtag !\\n'.join(parts[:2]) + '\\n\\n' + parts[2] + '\\n\\n' + parts[3]"
    )
    result = inbox("inbox", "reply", "i1-3", "--json")
    assert result.code == 0, result.err
    rows = result.json["data"]["items"]
    assert [(row["item_handle"], row["text"]) for row in rows] == [("i1", "Oui #concert\n#hashtag !")]
    text = seen.read_text()
    assert [line.split()[1] for line in text.splitlines() if line.startswith("#|===")] == ["i1", "i2", "i3"]
    assert text.count("\n\n") == 3, "the empty lines are those to write on"
    assert "Les portes, vendredi" in text
    assert "vim:" not in text
    assert "-*-" not in text
    assert list((home / "drafts").iterdir()) == []


@pytest.mark.parametrize("program", ["pass", "text = ''", "text = '\\n\\n'"])
def test_unchanged_or_empty_file_sends_nothing(
    inbox: Cmday, terminal: None, editor: Editor, program: str, home: Path
) -> None:
    editor(program)
    for words in (["i1"], ["i1", "i2"]):
        result = inbox("inbox", "reply", *words)
        assert (result.code, result.out) == (0, "")
    assert outbox_of(inbox) == []
    assert list((home / "drafts").iterdir()) == []


def test_line_of_ours_deleted_by_mistake_sends_words_to_nobody_else(
    inbox: Cmday, terminal: None, editor: Editor, home: Path
) -> None:
    editor(
        "lines = text.replace('\\n\\n', '\\nsecret of ONE\\n').split('\\n')\n"
        "text = '\\n'.join(line for line in lines if not line.startswith('#|=== i2'))"
    )
    result = inbox("inbox", "reply", "i1", "i2", "--quiet")
    assert result.code == 1
    assert outbox_of(inbox) == []
    [kept] = (home / "drafts").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert f"cmday inbox reply i1 i2 --from {kept}" in result.err.replace("\n", " ")
    editor("text = text.replace('#|--- i1', '#|--- i1\\n#|=== i2')")
    assert inbox("inbox", "reply", "i1", "i2", "--from", str(kept)).code == 0
    assert [one["text"] for one in outbox_of(inbox)] == ["secret of ONE", "secret of ONE"]


def test_whole_section_deleted_is_skipped(inbox: Cmday, terminal: None, editor: Editor) -> None:
    editor("text = text.replace('\\n\\n', '\\nOui\\n'); text = text[:text.index('#|=== i2')]")
    rows = inbox("inbox", "reply", "i1", "i2", "--json").json["data"]["items"]
    assert [row["item_handle"] for row in rows] == ["i1"]


def test_editor_that_fails_keeps_the_file(inbox: Cmday, terminal: None, editor: Editor, home: Path) -> None:
    editor("file.write_text(text.replace('\\n\\n', '\\nOui\\n')); sys.exit(3)")
    result = inbox("inbox", "reply", "i1")
    assert result.code == 1
    [kept] = (home / "drafts").iterdir()
    assert str(kept) in result.err
    assert "Oui" in kept.read_text()
    assert outbox_of(inbox) == []


def test_editor_that_is_not_there(
    inbox: Cmday, terminal: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: Path
) -> None:
    monkeypatch.setenv("VISUAL", f"nothing-of-this-name; touch {tmp_path}/shell")
    assert inbox("inbox", "reply", "i1").code == 2
    assert not (tmp_path / "shell").exists()


def templates(home: Path, **files: str) -> None:
    (home / "templates").mkdir()
    for name, text in files.items():
        (home / "templates" / f"{name.replace('__', '.')}.md").write_text(text)


def test_templates_by_language_and_formality(inbox: Cmday, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    templates(
        home,
        doors__en="Hello {author}, doors at 19:30.",
        doors__fr='+++\nformality = "vous"\n+++\nBonjour {author}, portes à 19 h 30, voyez {link} ({community}).\n',
        doors_tu='+++\nlanguage = "fr"\n+++\n',
        other='+++\ncommunity = "bem"\n+++\nRien',
    )
    row = inbox("inbox", "reply", "i1", "-t", "doors", "--no-edit", "--json").json["data"]["items"][0]
    assert row["text"] == "Bonjour Nina, portes à 19 h 30, voyez {link} (sss)."
    assert "unfilled" in [note["kind"] for note in row["notes"]]
    row = inbox("inbox", "reply", "i2", "-t", "doors", "--no-edit", "--set", "link=https://a.example", "--json").json[
        "data"
    ]["items"][0]
    assert "https://a.example" in row["text"]
    for words, code in ((["-t", "dors"], 2), (["-t", "other"], 2), (["-t", "doors", "--set", "x=1"], 2)):
        assert inbox("inbox", "reply", "i3", *words, "--no-edit").code == code
    listed = inbox("inbox", "templates", "--json").json["data"]["templates"]
    assert [(one["name"], one["language"]) for one in listed][:2] == [("doors", "en"), ("doors", "fr")]


def test_template_in_the_editor_is_an_offer(inbox: Cmday, home: Path, terminal: None, editor: Editor) -> None:
    templates(home, doors="Portes à 19 h 30.")
    editor("pass")
    assert inbox("inbox", "reply", "i1", "-t", "doors").out == ""
    editor("text = text.replace('19 h 30', '20 h')")
    assert inbox("inbox", "reply", "i1", "-t", "doors", "--json").json["data"]["items"][0]["text"] == "Portes à 20 h."


@pytest.mark.parametrize(
    "text", ["+++\nx = 1\n+++\n", "+++\nlanguage = 'de'\n+++\n", "+++\nbroken", "+++\n= =\n+++\n", "\udcff"]
)
def test_broken_templates_are_told(inbox: Cmday, home: Path, text: str) -> None:
    (home / "templates").mkdir()
    (home / "templates" / "bad.md").write_bytes(text.encode("utf-8", "surrogateescape"))
    result = inbox("inbox", "templates")
    assert result.code == 2
    assert "bad.md" in result.err
