"""After somebody was forgotten no file of the home holds their name or handles, and nothing brings them back."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from cmday.config.drafts import new_draft
from cmday.config.paths import find_home
from cmday.core.items import Notification, ReplyTo, ThreadPost
from tests.conftest import Cmday
from tests.outbox.conftest import write_items
from tests.people.conftest import Sweep, told
from tests.test_json_shapes import check

NAME = "Zorblaxine Quuxington"
HANDLES = ("@zorblaxq@m.example", "zorblax.bsky.social", "zorblaxine@quux.example")
SECRETS = (b"zorblax", b"quuxington", b"did:plc:zq77zq", b"quux.example")
OURS: dict[str, Any] = {"author": "Seek", "author_handle": "@seeksicksound", "mine": True}


def theirs() -> tuple[Notification, ...]:
    return (
        told(1, HANDLES[0], NAME, days=2, thread="t1", text="I am zorblax and ask: is the hall open?", kind="question"),
        told(2, HANDLES[0], NAME, days=1, kind="follow", reply=None),
        told(3, HANDLES[0], NAME, days=1, kind="message", text="My number is 5551234"),
    )


def of_others() -> tuple[Notification, ...]:
    also = ReplyTo(id="11", to="@ann@m.example", also=(HANDLES[0], "@bob@m.example"))
    return (
        told(
            11,
            "@ann@m.example",
            "Ann",
            thread="t1",
            text=f"@zorblaxq said hello to {NAME.upper()} (@ZorblaxQ@m.example)",
            reply=also,
        ),
        told(
            12, "@ann@m.example", "Ann", text="See https://m.example/@zorblaxq/77 and https://m.example/users/zorblaxq"
        ),
        told(13, "@bob@m.example", "Bob", kind="report", subject_text=f"{NAME} insulted me"),
    )


def on_bluesky() -> Notification:
    return told(
        "b", HANDLES[1], NAME, id="sky:at://did:plc:zq77zq/app/1", account="sky", network="bluesky", community="bem"
    )


@pytest.fixture
def lived(cmday: Cmday, sweep: Sweep, settled: Path, tmp_path: Path) -> Path:
    """A home in which the person left traces everywhere."""
    post = told(0, "").at
    thread = (
        ThreadPost(id="90", thread="t1", author=NAME, author_handle=HANDLES[0], text="before", at=post),
        ThreadPost(id="91", thread="t1", text=f"Dear {NAME}, yes", at=post, answers="1", **OURS),
    )
    (settled / "rules.toml").write_text(
        '# about Zorblaxine Quuxington\n[rule]\nhall = { when = { word = ["hall"] }, do = ["hold"], why = "Hall" }\n'
    )
    sweep(*theirs(), *of_others(), thread=thread)
    sweep(on_bluesky(), account="sky")
    for words in (
        ["people", "link", HANDLES[0], HANDLES[1]],
        ["people", "note", HANDLES[0], f"{NAME} brings cake"],
        ["note", f"called {NAME}"],
        ["--offline", "inbox", "reply", "nox:1", f"Yes {NAME}"],
        ["inbox", "read", "nox:3"],
        ["inbox", "done", "nox:3"],
        ["inbox", "snooze", "nox:1", "until", "tomorrow"],
        ["--offline", "moderate"],
        ["moderate", "resolve", "m1"],
        ["plan", "add", f"Interview with {NAME}", "--for", "1h", "--yes"],
        ["people", "export", HANDLES[0]],
        ["people", "export", HANDLES[0], "--to", str(tmp_path / "elsewhere")],
        ["close"],
        ["undo"],
    ):
        assert cmday(*words).code in (0, 3), words
    write_items({"kind": "reply", "text": f"Hi {NAME}", "to": HANDLES[0], "state": "draft"}, {"text": "a post"})
    (settled / "journal").mkdir(exist_ok=True)
    (settled / "journal" / "2026-10-30.md").write_text(f"Met {NAME} and @ann.\n")
    (settled / "log").mkdir(exist_ok=True)
    (settled / "log" / "bug-1.log").write_text(f"KeyError: '{HANDLES[0]}'\n")
    new_draft(find_home(), "reply-zorblaxq", f"Dear {NAME},\n")
    (settled / "tokens").mkdir(mode=0o700)
    (settled / "tokens" / "nox.json").write_text('{"token": "hush"}')
    with closing(sqlite3.connect(settled / "cmday.db")) as db, db:
        db.execute("INSERT INTO keep VALUES ('guide.drafts', ?)", (json.dumps({"notifications:nox:1": "cake?"}),))
        db.execute("INSERT INTO feed (url, host) VALUES ('https://f.example', 'f.example')")
        db.execute(
            "INSERT INTO entry (key, feed, identity, title, author, first_seen, shown_at) VALUES (7, 1, 'g', ?, ?, 1, 1)",
            (f"An evening with {NAME}", NAME),
        )
        db.execute("INSERT INTO entry_text (entry, summary, content) VALUES (1, ?, '')", (f"{NAME} sings",))
        db.execute(
            "INSERT INTO search (rowid, title, author, body) VALUES (1, 'evening zorblaxine quuxington', '', '')"
        )
        db.execute("INSERT INTO search_doc (doc, entry, feed, shown_at) VALUES (1, 1, 1, 1)")
        db.execute("INSERT INTO story VALUES (1, 1, ?)", (f"\x93zorblaxine {NAME}".encode(),))
        db.executemany("INSERT INTO story_word VALUES (?, 1)", [("zorblaxine",), ("quuxington",), ("evening",)])
    assert cmday("backup", str(settled / "kept.zip")).code == 0
    (settled / "cmday.db.schema-3").write_bytes((settled / "cmday.db").read_bytes())
    return settled


def traces(home: Path) -> Iterator[str]:
    """Every file that holds one of the secrets, in its name or its bytes; backups are opened."""
    for file in sorted(home.rglob("*")):
        found = [(str(file.relative_to(home)), str(file).encode())]
        if file.is_file():
            found.append((file.name, file.read_bytes()))
            if zipfile.is_zipfile(file):
                with zipfile.ZipFile(file) as there:
                    found += [(f"{file.name}/{name}", there.read(name)) for name in there.namelist()]
        for name, content in found:
            for secret in SECRETS:
                if secret in content.lower():
                    at = content.lower().index(secret)
                    yield f"{name}: {content[max(0, at - 40) : at + 60]!r}"


def test_no_file_of_the_home_holds_them_any_more(lived: Path, cmday: Cmday, sweep: Sweep, tmp_path: Path) -> None:
    assert len({one.partition(":")[0] for one in traces(lived)}) >= 8, "they left traces everywhere"
    told_ = check(cmday("people", "forget", HANDLES[0], "--dry-run", "--json").json, "people forget")
    assert told_["dry_run"]
    assert {one["what"] for one in told_["files"]} == {"changed", "deleted"}
    assert list(traces(lived)), "a dry run changes nothing"
    refused = cmday("people", "forget", HANDLES[0])
    assert refused.code == 2, "it asks, and nobody is there"
    done = cmday("people", "forget", HANDLES[0], "--yes", "--json")
    assert done.code == 0, done.err
    check(done.json, "people forget")
    assert list(traces(lived)) == []
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert cmday("people", "Zorblaxine").code == 2
    # The next sweep reads them again.
    of_ann = ThreadPost(id="92", thread="t1", author="Ann", author_handle="@ann", text=f"So {NAME}?", at=told(0, "").at)
    before = ThreadPost(id="90", thread="t1", author=NAME, author_handle=HANDLES[0], text="x", at=told(0, "").at)
    sweep(*theirs(), *of_others(), thread=(before, of_ann))
    sweep(on_bluesky(), account="sky")
    cmday("inbox")
    cmday("close")
    assert list(traces(lived)) == []
    for _ in range(30):
        cmday("undo")
    assert list(traces(lived)) == []
    inbox = cmday("inbox", "--json").json["data"]["items"]
    assert {one["author"] for one in inbox} - {"Bob"} == {"Ann"}


def test_what_is_of_others_stays(lived: Path, cmday: Cmday) -> None:
    assert cmday("people", "forget", HANDLES[0], "--yes").code == 0
    with closing(sqlite3.connect(lived / "cmday.db")) as db:
        texts = dict(db.execute("SELECT id, text FROM item"))
        assert texts["nox:11"] == "forgotten said hello to forgotten (forgotten)"
        assert texts["nox:12"] == "See https://m.example/forgotten/77 and https://m.example/users/forgotten"
        assert db.execute("SELECT count(*) FROM activity").fetchone() == (7,)
        assert list(db.execute("SELECT title FROM operation")) == [("Interview with forgotten",)]
        assert db.execute("SELECT count(*) FROM outbox").fetchone() == (1,), "the post of our own is there"
        audit = list(db.execute("SELECT what, erased FROM audit ORDER BY number"))
        assert len(audit) >= 3
        gone = list(db.execute("SELECT field FROM audit_personal WHERE value IS NULL AND salt IS NULL"))
        assert {("target",), ("after",)} <= set(gone)
        assert audit[-1] == ("forget", len(gone)), "the log tells how much of it was erased"
        with pytest.raises(sqlite3.IntegrityError):
            db.execute("UPDATE audit SET what = 'x'")
        assert list(db.execute("SELECT word FROM story_word")) == [("evening",)]
        assert list(db.execute("SELECT entry FROM search_due")) == [(1,)]
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert (lived / "journal" / "2026-10-30.md").read_text() == "Met forgotten and @ann.\n"
    assert (lived / "tokens" / "nox.json").read_text() == '{"token": "hush"}'
    backups = list(lived.glob("*.zip"))
    assert len(backups) == 1
    assert backups[0].name != "kept.zip"
    assert cmday("doctor", "--offline").code in (0, 3, 4)


def test_a_common_word_stays_where_others_write_it(cmday: Cmday, sweep: Sweep, settled: Path) -> None:
    sweep(told(1, "@music@m.example", "Music", text="hello"))
    sweep(*(told(10 + n, f"@p{n}@m.example", f"P{n}", text=f"I love music {n}") for n in range(6)))
    sweep(told(30, "@ann@m.example", "Ann", text="ask @music about music"))
    done = cmday("people", "forget", "@music@m.example", "--yes", "--json").json["data"]
    assert done["shared"] == ["music"]
    texts = [one["text"] for one in cmday("inbox", "--json").json["data"]["items"]]
    assert "ask forgotten about music" in texts
    assert "I love music 3" in texts
    sweep(told(31, "@ann@m.example", "Ann", text="again @music and music"), told(32, "@music@m.example", "Music"))
    texts = [one["text"] for one in cmday("inbox", "--json").json["data"]["items"]]
    assert "again forgotten and music" in texts
    assert not any(one["author"] == "Music" for one in cmday("inbox", "--json").json["data"]["items"])


def test_a_subscription_to_them_is_left_and_told(cmday: Cmday, sweep: Sweep, settled: Path) -> None:
    sweep(told(1, HANDLES[0], NAME))
    (settled / "feeds.toml").write_text('[[feed]]\nurl = "https://m.example/@zorblaxq.rss"\n')
    done = cmday("people", "forget", HANDLES[0], "--yes", "--json")
    assert done.code == 3
    assert [one["what"] for one in done.json["data"]["files"]] == ["left"]
    (settled / "feeds.toml").write_text("")
    assert cmday("people", "forget", HANDLES[0], "--yes").code == 0, "once more, for what came meanwhile"


def test_our_own_account_is_not_forgotten(cmday: Cmday, sweep: Sweep, settled: Path) -> None:
    sweep(told(1, "@seeksicksound", "Us"))
    assert cmday("people", "forget", "@seeksicksound", "--yes").code == 2


def test_an_export_holds_everything(lived: Path, cmday: Cmday) -> None:
    files = check(cmday("people", "export", HANDLES[0], "--json").json, "people export")["files"]
    held = json.loads(Path(files[0]).read_text())
    assert {
        "item",
        "outbox",
        "journal",
        "person_note",
        "moderation_case",
        "thread_post",
        "audit_personal",
        "entry",
    } <= set(held["rows"])
    assert f"{NAME} brings cake" in [one["text"] for one in held["person"]["notes"]]
    text = Path(files[1]).read_text()
    assert "is the hall open?" in text
    assert "brings cake" in text
    assert Path(files[1]).stat().st_mode & 0o777 == 0o600


def test_a_feed_does_not_bring_them_back(lived: Path, cmday: Cmday) -> None:
    from cmday.cli.arguments import Options
    from cmday.cli.run import Run
    from cmday.core.feeds import Entry
    from cmday.storage import entry_store

    assert cmday("people", "forget", HANDLES[0], "--yes").code == 0
    entries = [
        Entry(identity="a", guid="a", title=f"By {NAME}", url=None, author=HANDLES[0]),
        Entry(identity="b", guid="b", title=f"About {NAME}", url=None, author="Ann"),
    ]
    with Run(Options()) as run:
        db, now = run.session.database, run.session.clock.now()
        judged = [entry_store.Judged(entry=one) for one in entries]
        assert entry_store.store(db, "https://f.example", judged, now) == 1
        assert ("About forgotten",) in list(db.connection.execute("SELECT title FROM entry"))
    assert list(traces(lived)) == []
