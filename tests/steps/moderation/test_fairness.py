"""Those whom a decision concerns are told the fact, the rule, what happens and how to appeal; an appeal is read again."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cmday.config.paths import find_home
from cmday.config.starter import STARTER
from cmday.config.templates import read_templates
from cmday.core.cases import Case, CaseReport, Offer, QueueEntry
from cmday.core.decisions import Decision
from cmday.outbox import accounts, case_effects
from cmday.outbox.rechecking import Asks, carried_out
from cmday.session import Session
from cmday.steps.moderation.acting import linting, notes, offers
from cmday.steps.moderation.acting.words import TO_AUTHOR, TO_REPORTER, Told, Wording
from cmday.storage import appeals, case_queue, cases, decisions
from cmday.storage.audit import person
from cmday.text.filling import unfilled
from cmday.text.formality import form_of_address
from cmday.text.reasons import says_how_to_appeal, says_why
from tests.conftest import NOW, Cmday
from tests.people.conftest import Sweep, settled, sweep, told
from tests.test_json_shapes import check

__all__ = ["settled", "sweep"]

AT = datetime.fromisoformat(NOW)
RULES = '[rule]\nads = { when = { word = ["followers", "quibblefix"] }, do = ["hold"], why = "advertising" }\n'
FAMILIAR = "Salut, tu veux des followers gratuits pour ton compte ? Clique ici !"


@pytest.fixture
def session(settled: Path) -> Iterator[Session]:
    from cmday.cli.arguments import Options
    from cmday.cli.run import Run

    with Run(Options()) as run:
        yield run.session


def reported(sweep: Sweep, text: str = FAMILIAR) -> None:
    """Two members report a post of Zo, which a rule finds, too."""
    from cmday.cli.arguments import Options
    from cmday.cli.run import Run

    find_home().rules.write_text(RULES)
    sweep(
        told(1, "@zo@m.example", "Zo", text=text, subject="77"),
        told(2, "@zo@m.example", "Zo", kind="report", subject="77", text="This is spam, please look at it", reply=None),
    )
    reports = [
        CaseReport(id=name, by=name, by_handle=f"@{name.lower()}@m.example", reason=reason, at=AT)
        for name, reason in (("Ann", "This is spam, please look at it"), ("Bob", "C’est de la publicité pour vous"))
    ]
    entry = QueueEntry(
        subject="77",
        author="Zo",
        author_handle="@zo@m.example",
        author_id=None,
        text=text,
        url=None,
        at=AT,
        reports=tuple(reports),
    )
    with Run(Options()) as run:
        case_queue.store(run.session.database, run.session.account("nox"), [entry], AT)


def the_case(session: Session) -> Case:
    from cmday.steps.moderation import step

    step.digest(session, {})
    [case] = cases.open_cases(session.database)
    return case


NAMES = (*sorted(set(TO_AUTHOR.values())), TO_REPORTER)


@pytest.mark.parametrize(
    "reader",
    [
        ("Follow me, you will not regret it, this is the best offer", "en", None),
        ("Bonjour, je vous propose la meilleure offre de votre vie", "fr", "vous"),
        (FAMILIAR, "fr", "tu"),
    ],
)
def test_every_note_says_what_why_and_how_to_appeal(
    session: Session, sweep: Sweep, reader: tuple[str, str, str | None]
) -> None:
    heard, language, form = reader
    reported(sweep, "quibblefix")
    case, wording = the_case(session), Wording(session)
    for action, name in (*TO_AUTHOR.items(), ("remove", TO_REPORTER), ("approve", TO_REPORTER)):
        wish = Told(
            action=action, why="charter 4", reader="@zo@m.example", heard=heard, seconds=7 * 86400, label="spam"
        )
        text, spoken = wording.worded(name, case, wish)
        assert spoken == language
        assert "quibblefix" in text, "the fact"
        assert "charter 4" in text, "the rule"
        assert says_why(text, "")
        assert says_how_to_appeal(text)
        assert unfilled(text) == []
        assert "zo" in text
        assert "Seeksicksound" in text
        assert form_of_address(text) == form
        assert len(text) <= 500
        assert action not in ("ban", "mute") or "7 " in text
        assert action != "label" or "spam" in text


def test_the_templates_come_in_both_languages_and_forms() -> None:
    known = {(one.name, one.language, one.formality) for one in read_templates(STARTER / "templates")}
    for name in NAMES:
        assert {(name, "en", None), (name, "fr", "vous"), (name, "fr", "tu")} <= known


def test_closing_drafts_notes_that_wait_for_a_word(cmday: Cmday, sweep: Sweep, session: Session) -> None:
    reported(sweep)
    assert cmday("--offline", "moderate").code == 0
    done = cmday("moderate", "resolve", "m1", "--why", "publicité")
    assert done.code == 0, done.err
    assert "2 notes are drafted" in done.err
    assert cmday("outbox", "show", "o1", "o2").code == 0
    items = cmday("outbox", "--json").json["data"]["items"]
    assert {(one["state"], one["kind"]) for one in items} == {("draft", "reply")}
    texts = sorted(one["text"] for one in items)
    assert texts[0].startswith("Bonjour Bob, merci pour votre signalement")
    assert texts[1].startswith("Hello Ann, thank you for your report")
    with closing(sqlite3.connect(session.home.database)) as db:
        assert set(db.execute("SELECT json_extract(rest, '$.visibility') FROM outbox")) == {("direct",)}
    assert cmday("undo").code == 0
    assert {one["state"] for one in cmday("outbox", "--json").json["data"]["items"]} == {"cancelled"}
    log = cmday("moderate", "log", "--case", "m1", "--json").json["data"]["records"]
    whats = [one["what"] for one in log]
    assert whats == ["decide resolve", "draft", "draft", "drop", "drop", "reverse resolve"]


def test_no_notes_where_they_are_not_wanted(cmday: Cmday, sweep: Sweep, settled: Path) -> None:
    config = settled / "config.toml"
    config.write_text(config.read_text() + "\n[moderation]\nnotes = false\n")
    reported(sweep)
    assert cmday("--offline", "moderate").code == 0
    assert cmday("moderate", "resolve", "m1").code == 0
    assert cmday("outbox", "--json").json["data"]["items"] == []


def test_a_note_to_the_author_of_what_was_removed(session: Session, sweep: Sweep) -> None:
    reported(sweep)
    case = the_case(session)
    [author, *others] = notes.draft_notes(
        session, [notes.Closing(case=case, action="remove", why="publicité", outbox="out-aaaaaa")]
    )
    assert (author.to, author.visibility, author.state) == ("@zo@m.example", "direct", "draft")
    assert author.text.startswith("Bonjour Zo, ton message")
    assert {one.to for one in others} == {"@ann@m.example", "@bob@m.example"}
    assert notes.draft_notes(session, [notes.Closing(case=case, action="note", why="x")]) == []
    unsent = msgspec.structs.replace(author, state="queued")
    with pytest.raises(Asks):
        next(send(session, unsent))


def send(session: Session, one: Any) -> Any:
    return carried_out(session, one, accounts.carrier(session.account("nox"), one))


def test_nobody_is_thanked_for_the_report_that_is_about_them(session: Session, sweep: Sweep) -> None:
    """A notification tells whom a report is about, and not who made it."""
    sweep(told(2, "@zo@m.example", "Zo", kind="report", subject="78", text="This is spam", reply=None))
    assert notes.draft_notes(session, [notes.Closing(case=the_case(session), action="remove", why="spam")]) == []


def test_what_can_be_said_in_public_only_is_not_said(session: Session, sweep: Sweep) -> None:
    on_bluesky = told(
        "b", "zo.bsky.social", "Zo", id="sky:1", account="sky", network="bluesky", community="bem", kind="report"
    )
    sweep(on_bluesky, account="sky")
    assert notes.draft_notes(session, [notes.Closing(case=the_case(session), action="remove", why="spam")]) == []


def test_a_moderators_own_means_carry_notes_and_decide_nothing(session: Session, sweep: Sweep) -> None:
    reported(sweep)
    case = msgspec.structs.replace(the_case(session), place={"report": "5"}, author_id="zo-id")
    offers.put(
        session,
        session.account("nox"),
        (
            Offer(action="warn", does="writes to them", wants_text=True),
            Offer(action="resolve", does="closes the report", wants_text=True),
        ),
    )
    closing_ = notes.Closing(case=case, action="ban", why="publicité", outbox="out-aaaaaa", seconds=86400)
    warn, resolve = notes.draft_notes(session, [closing_])
    assert (warn.kind, warn.action, warn.to, warn.state) == ("action", "warn", "zo-id", "draft")
    assert "pendant 1 jour" in warn.text
    assert warn.arguments["report"] == "5"
    assert (resolve.action, resolve.text) == ("resolve", "")
    assert resolve.arguments["reporters"].startswith("Hello everybody, thank you for your report")
    case_effects.sent(session, msgspec.structs.replace(warn, state="sent"))
    assert decisions.of_case(session.database, case.id) == []
    told_already = msgspec.structs.replace(closing_, told=True)
    assert [one.action for one in notes.draft_notes(session, [told_already])] == ["warn"]


def test_quoting_somebody_calls_nobody(session: Session, sweep: Sweep) -> None:
    """A direct message reaches whoever its text mentions: the author of a post could be told who reported it."""
    reported(sweep, "@zo@m.example ＠ann@m.example mail me@zo.example, @@bob: followers \u202eknil\x1b[2J")
    case = the_case(session)
    drafts = notes.draft_notes(session, [notes.Closing(case=case, action="remove", why="spam", outbox="out-aaaaaa")])
    assert len(drafts) == 3
    for one in drafts:
        assert "zo@m.example ann@m.example mail me@zo.example, bob: followers knil" in one.text
        assert not re.search(r"(?<!\w)[@＠]\w", one.text)


def test_who_reported_is_not_named_where_the_network_writes(session: Session, sweep: Sweep) -> None:
    """It writes to all who reported: also to those who did so since."""
    reported(sweep)
    session.database.connection.execute("DELETE FROM case_report WHERE id = 'Bob'")
    case = msgspec.structs.replace(the_case(session), place={"report": "5"}, author_id="zo-id")
    offers.put(session, session.account("nox"), (Offer(action="resolve", does="closes it", wants_text=True),))
    [note] = notes.draft_notes(session, [notes.Closing(case=case, action="resolve", why="spam", outbox="out-aaaaaa")])
    assert note.arguments["reporters"].startswith("Hello everybody")
    assert "Ann" not in note.arguments["reporters"]


def test_words_without_a_reason_are_remarked_on(session: Session, sweep: Sweep) -> None:
    reported(sweep)
    case = the_case(session)
    kinds = {one.kind for one in linting.check(session, case, "Arrête !", "publicité").notes}
    assert {"reason", "appeal"} <= kinds
    good = Wording(session).worded("warning", case, Told(action="warn", why="publicité", reader="Zo"))[0]
    assert not {"reason", "appeal", "unfilled"} & {
        one.kind for one in linting.check(session, case, good, "publicité").notes
    }


# Appeals.


def decide(session: Session, case: Case, who: str, **more: Any) -> Decision:
    """A removal by somebody, an hour ago."""
    now = session.clock.now()
    one = Decision(
        **{
            "id": "dec-1",
            "case": case.id,
            "account": case.account,
            "network": case.network,
            "community": case.community,
            "author": case.author,
            "author_handle": case.author_handle,
            "author_id": None,
            "text": case.text,
            "action": "remove",
            "why": "charter 4",
            "at": now - timedelta(hours=1),
            "who": who,
            "reported_at": case.opened_at,
            **more,
        }
    )
    decisions.put(session.database, one)
    cases.decide(session.database, case.id, "resolved", now)
    return one


def test_an_appeal_comes_up_after_a_day(
    cmday: Cmday, session: Session, sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported(sweep)
    case = the_case(session)
    decide(session, case, person())
    found = cmday("moderate", "appeal", case.id, "--text", "it was a joke", "--json")
    [row] = check(found.json, "moderate appeal")["appeals"]
    assert (row["action"], row["why"], row["new"]) == ("remove", "charter 4", True)
    assert row["comes_up"] == (AT + timedelta(hours=23)).isoformat()
    assert not check(cmday("moderate", "appeal", case.id, "--json").json, "moderate appeal")["appeals"][0]["new"]
    assert cmday("--offline", "moderate", "--json").json["data"]["cases"] == [], (
        "not by the same person on the same day"
    )
    monkeypatch.setenv("CMDAY_NOW", (AT + timedelta(hours=24)).isoformat())
    [shown] = cmday("--offline", "moderate", "--json").json["data"]["cases"]
    assert shown["appeal"]
    assert any("remove" in one and "charter 4" in one and "it was a joke" in one for one in shown["reasons"])
    assert cmday("moderate", "resolve", case.id).code == 0
    known = decisions.get(session.database, "dec-1")
    assert known is not None
    assert known.reviewed_at is not None
    assert known.reversed_at is None
    assert known.appealed
    figures = cmday("moderate", "transparency", "--month", "2026-11", "--json").json["data"]["appeals"]
    assert figures == {"received": 1, "granted": 0, "upheld": 1, "open": 0}


def test_a_colleague_looks_at_once_and_grants_it(cmday: Cmday, session: Session, sweep: Sweep) -> None:
    reported(sweep)
    case = the_case(session)
    decide(session, case, "a colleague")
    assert cmday("moderate", "appeal", case.id).code == 0
    [shown] = cmday("--offline", "moderate", "--json").json["data"]["cases"]
    assert shown["appeal"]
    assert cmday("moderate", "approve", case.id).code == 0
    known = decisions.get(session.database, "dec-1")
    assert known is not None
    assert known.reversed_at is not None
    assert known.reviewed_at is not None
    assert cmday("--offline", "moderate", "--json").json["data"]["cases"] == []
    whats = [one["what"] for one in cmday("moderate", "log", "--json").json["data"]["records"]]
    assert [one for one in whats if one.endswith("remove")] == [
        "decide remove",
        "appeal remove",
        "reverse remove",
        "review remove",
    ]


def test_an_answer_to_the_note_is_an_appeal(cmday: Cmday, session: Session, sweep: Sweep) -> None:
    reported(sweep)
    case = the_case(session)
    decide(session, case, "a colleague")
    sweep(told(8, "@zo@m.example", "Zo", kind="message", text="hello?", days=3))
    assert cmday("--offline", "moderate", "--json").json["data"]["cases"] == [], "that was before any note"
    [note, *_] = notes.draft_notes(session, [notes.Closing(case=case, action="remove", why="charter 4")])
    with closing(sqlite3.connect(session.home.database)) as db, db:
        db.execute(
            "UPDATE outbox SET state = 'sent', sent_id = '900', sent_at = ?, changed = ? WHERE id = ?",
            (int(AT.timestamp()) - 60, int(AT.timestamp()), note.id),
        )
    sweep(told(9, "@zo@m.example", "Zo", kind="message", text="This was not spam!"))
    [shown] = cmday("--offline", "moderate", "--json").json["data"]["cases"]
    assert shown["appeal"]
    assert any("This was not spam!" in one for one in shown["reasons"])


def test_nothing_to_appeal_against(cmday: Cmday, session: Session, sweep: Sweep) -> None:
    reported(sweep)
    case = the_case(session)
    assert cmday("moderate", "appeal", case.id).code == 2
    assert appeals.of_case(session.database, case.id) is None
