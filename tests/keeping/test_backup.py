"""Backup and restore through the front door: all of it, whole or not at all, nothing sent twice."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from cmday.config import paths
from tests.conftest import Cmday
from tests.outbox.conftest import write_items
from tests.test_json_shapes import check

CONFIG = """
timezone = "Europe/Paris"
[community.bem]
[account.nox]
network = "mastodon"
server = "https://nox.localhost"
communities = ["bem"]
"""


@pytest.fixture
def lived(home: Path, cmday: Cmday) -> Path:
    """A home with something in every part."""
    (home / "config.toml").write_text(CONFIG)
    (home / "rules.toml").write_text("# rules\n")
    (home / "templates").mkdir()
    (home / "templates" / "hello.md").write_text("Bonjour !")
    (home / "tokens").mkdir(mode=0o700)
    (home / "tokens" / "nox.json").write_text('{"secret": "hush-hush"}')
    assert cmday("feeds", "add", "--no-fetch", "https://a.example/feed").code == 0
    assert cmday("note", "the first note").code == 0
    write_items({"text": "queued"}, {"text": "a draft", "state": "draft"})
    return home


@pytest.fixture
def backup(lived: Path, cmday: Cmday, tmp_path: Path) -> Path:
    file = tmp_path / "kept.zip"
    result = cmday("backup", str(file))
    assert result.code == 0, result.err
    return file


def contents(home: Path) -> dict[str, bytes]:
    """What the person has in a home, and the notes in its database."""
    found = {
        str(file.relative_to(home)): file.read_bytes()
        for file in home.rglob("*")
        if file.is_file()
        and not any(
            part.startswith((".", "before-restore", "log", "cmday.db")) for part in file.relative_to(home).parts
        )
    }
    with closing(sqlite3.connect(home / "cmday.db")) as database:
        found["notes"] = repr(database.execute("SELECT text FROM journal WHERE verb = 'note'").fetchall()).encode()
    return found


def change(home: Path, cmday: Cmday) -> None:
    """Live on after the backup."""
    (home / "config.toml").write_text(CONFIG + "[community.new]\n")
    (home / "templates" / "hello.md").write_text("Salut")
    (home / "templates" / "more.md").write_text("More")
    (home / "words.txt").write_text("Clignancourt\n")
    assert cmday("feeds", "add", "--no-fetch", "https://b.example/feed").code == 0
    assert cmday("note", "a later note").code == 0


def test_all_comes_back_and_what_was_there_is_kept(lived: Path, backup: Path, cmday: Cmday) -> None:
    before = contents(lived)
    change(lived, cmday)
    after = contents(lived)
    check(cmday("backup", str(backup), "--dry-run", "--json").json, "backup")
    dry = check(cmday("restore", str(backup), "--dry-run", "--json").json, "restore")
    assert dry["dry_run"] is True
    assert contents(lived) == after
    result = cmday("restore", str(backup), "--yes", "--json")
    assert result.code == 0, result.err
    assert contents(lived) == before
    [aside] = result.json["data"]["aside"]
    assert contents(Path(aside)) == {name: body for name, body in after.items() if not name.startswith("tokens")}
    assert (lived / "tokens" / "nox.json").exists()
    assert not list(lived.glob(".restore*"))
    assert all(not file.lstat().st_mode & 0o077 for file in (lived / "cmday.db", lived / "feeds.toml", Path(aside)))


def test_the_file_is_private_whole_and_without_sign_ins_unless_asked(
    lived: Path, backup: Path, cmday: Cmday, tmp_path: Path
) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    with zipfile.ZipFile(backup) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        for one in manifest["files"]:
            assert sha256(archive.read(one["name"])).hexdigest() == one["sha256"]
        names = archive.namelist()
    assert not [name for name in names if name.startswith(("tokens", "log"))]
    assert b"hush-hush" not in backup.read_bytes()
    said = cmday("backup", str(backup))
    assert "what signs you in is not in it" in said.err
    with_tokens = cmday("backup", str(tmp_path / "keys.zip"), "--with-tokens")
    assert "can sign in as you" in with_tokens.err
    (lived / "tokens" / "nox.json").unlink()
    assert cmday("restore", str(tmp_path / "keys.zip"), "--yes").code == 0
    assert (lived / "tokens" / "nox.json").read_text() == '{"secret": "hush-hush"}'
    assert stat.S_IMODE((lived / "tokens" / "nox.json").stat().st_mode) == 0o600


def test_another_machine(backup: Path, cmday: Cmday, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMDAY_HOME", str(tmp_path / "elsewhere/home"))
    assert cmday("restore", str(backup), "--yes", "--json").json["data"]["aside"] == []
    assert "the first note" in cmday("log").out
    assert (tmp_path / "elsewhere").stat().st_mode & 0o077 == 0


def test_folders_of_the_platform_and_a_settings_file_of_another_name(
    backup: Path, cmday: Cmday, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CMDAY_HOME")
    settings, data = tmp_path / "person/.config/cmday", tmp_path / "person/.local/share/cmday"
    assert cmday("restore", str(backup), "--yes").code == 0
    assert (settings / "config.toml").read_text() == CONFIG
    assert (settings / "templates/hello.md").read_text() == "Bonjour !"
    assert "the first note" in cmday("log").out
    other = tmp_path / "other"
    other.mkdir()
    (other / "mine.toml").write_text("# mine\n")
    aside = cmday("restore", str(backup), "--yes", "--json", "--config", str(other / "mine.toml")).json["data"]["aside"]
    assert (other / "mine.toml").read_text() == CONFIG
    assert {Path(folder).parent for folder in aside} == {other, data}
    assert [file.read_text() for file in other.glob("before-restore-*/config.toml")] == ["# mine\n"]


def test_nothing_of_a_backup_goes_out_by_itself(lived: Path, cmday: Cmday, tmp_path: Path) -> None:
    ids = write_items({"text": "sent since"}, {"text": "on its way"}, {"text": "waits"})
    with closing(sqlite3.connect(lived / "cmday.db")) as database, database:
        database.execute("UPDATE outbox SET state = 'sending', sender = '1 1 1', began = 1 WHERE id = ?", (ids[1],))
    file = tmp_path / "b.zip"
    assert cmday("backup", str(file)).code == 0
    with closing(sqlite3.connect(lived / "cmday.db")) as database, database:
        database.execute("UPDATE outbox SET state = 'sent', sent_id = '7', sent_at = 9 WHERE id = ?", (ids[0],))
    data = cmday("restore", str(file), "--yes", "--json").json["data"]
    assert (data["held"], data["doubtful"], data["sent"]) == (2, 1, 1)
    items = {one["text"]: one["state"] for one in cmday("outbox", "--json").json["data"]["items"]}
    assert items.pop("sent since") == "sent"
    assert items == {"queued": "held", "a draft": "draft", "on its way": "doubtful", "waits": "held"}
    with closing(sqlite3.connect(lived / "cmday.db")) as database:
        assert database.execute("SELECT state FROM outbox WHERE id = ?", (ids[0],)).fetchone() == ("sent",)
        assert database.execute("SELECT count(*) FROM audit WHERE what = 'restore'").fetchone() == (4,)


def test_a_kill_in_the_middle_leaves_the_old_or_the_new_state(
    lived: Path, backup: Path, cmday: Cmday, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(lived)
    seen = set()
    for moves in range(0, 60, 3):
        change(lived, cmday)
        after = contents(lived)
        killed = killed_after(moves, monkeypatch, lambda: cmday("restore", str(backup), "--yes"))
        assert cmday("--offline").code == 0  # whatever comes next finishes it
        found = contents(lived)
        assert found in (before, after)
        seen.add(found == before)
        assert not (lived / ".restore.json").exists()
        assert cmday("restore", str(backup), "--yes").code == 0
        assert contents(lived) == before
        if not killed:
            break
    assert not killed
    assert seen == {True, False}


class Killed(BaseException):
    """The machine stops here."""


def killed_after(moves: int, monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> bool:
    """Do something whose process stops dead at the rename after so many; whether it came so far."""
    left = moves
    rename, replace = os.rename, os.replace

    def counted(real: Callable[..., None]) -> Callable[..., None]:
        def move(*names: object) -> None:
            nonlocal left
            if left == 0:
                raise Killed
            left -= 1
            real(*names)

        return move

    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", counted(rename))
        patch.setattr(os, "replace", counted(replace))
        try:
            act()
        except Killed:
            return True
    return False


def test_a_killed_process_is_made_good(lived: Path, backup: Path, cmday: Cmday, tmp_path: Path) -> None:
    before = contents(lived)
    change(lived, cmday)
    code = (
        "import os, signal, pathlib, sys\n"
        "from cmday.__main__ import main\n"
        "real, calls = os.rename, []\n"
        "def rename(*names):\n"
        "    calls.append(names)\n"
        "    if len(calls) == 4: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    real(*names)\n"
        "os.rename = rename\n"
        "main(['restore', sys.argv[1], '--yes'])\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(backup)], capture_output=True, check=False)
    assert done.returncode == -9
    assert cmday("note", "the first note").code == 0
    assert contents(lived) | {"notes": b""} == before | {"notes": b""}


def test_refused_while_another_cmday_is_at_work(lived: Path, backup: Path, cmday: Cmday) -> None:
    code = (
        "import sys\n"
        "from cmday.cli.arguments import Options\n"
        "from cmday.cli.run import Run\n"
        "from cmday.storage.leases import lease\n"
        "with Run(Options()) as run, lease(run.session.database, sys.argv[1], run.session.clock):\n"
        "    print('held', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    for name in ("refresh", "send"):
        with subprocess.Popen(
            [sys.executable, "-c", code, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == b"held\n"
            result = cmday("restore", str(backup), "--yes")
            holder.communicate()
        assert result.code == 1
        assert "another cmday" in result.err
        assert not list(lived.glob("before-restore*"))
        assert not list(lived.glob(".restore*"))


def test_a_damaged_database_is_said_and_the_last_backup_stays(lived: Path, backup: Path, cmday: Cmday) -> None:
    kept = backup.read_bytes()
    database = lived / "cmday.db"
    with closing(sqlite3.connect(database)) as open_one:
        open_one.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    body = bytearray(database.read_bytes())
    body[4096 * 3 : 4096 * 9] = b"\xff" * 4096 * 6
    database.write_bytes(body)
    result = cmday("backup", str(backup))
    assert result.code == 1
    assert "is damaged" in result.err
    assert "cmday restore FILE" in result.err
    assert backup.read_bytes() == kept
    assert cmday("restore", str(backup), "--yes").code == 0
    assert "the first note" in cmday("log").out


def test_a_broken_config_does_not_stop_a_restore(lived: Path, backup: Path, cmday: Cmday) -> None:
    (lived / "config.toml").write_text("[broken")
    assert cmday("restore", str(backup), "--yes").code == 0
    assert (lived / "config.toml").read_text() == CONFIG


def test_what_killed_ones_left_is_taken_away(lived: Path, backup: Path, cmday: Cmday) -> None:
    for name in (".backup-dead", ".restore-2026-01-01-000000"):
        (lived / name).mkdir()
        (lived / name / "cmday.db").write_text("half")
        os.utime(lived / name, (1, 1))
    assert cmday("backup", str(backup)).code == 0
    assert cmday("restore", str(backup), "--dry-run").code == 0
    assert list(lived.glob(".backup*")) == list(lived.glob(".restore*")) == []


def test_only_a_backup_is_written_over(lived: Path, cmday: Cmday, tmp_path: Path) -> None:
    file = tmp_path / "thesis.zip"
    file.write_text("years of work")
    assert cmday("backup", str(file)).code == 1
    assert file.read_text() == "years of work"
    assert cmday("backup", str(tmp_path), "--dry-run").code == 0
    assert list(tmp_path.glob("cmday-*.zip")) == []
    assert cmday("backup", str(tmp_path)).code == 0
    assert len(list(tmp_path.glob("cmday-2026-11-02-083100.zip"))) == 1


def test_nobody_to_ask_restores_nothing(lived: Path, backup: Path, cmday: Cmday) -> None:
    assert cmday("restore", str(backup)).code == 2
    assert not list(lived.glob("before-restore*"))


def test_where_to_finish_is_one_name() -> None:
    assert paths.UNFINISHED.startswith(".")


def test_what_was_spent_since_stays_spent(lived: Path, cmday: Cmday, tmp_path: Path) -> None:
    spend = "INSERT INTO spend (source, at, day, reserved, cost) VALUES ('x', ?, '2026-11-02', 50000, ?)"
    with closing(sqlite3.connect(lived / "cmday.db")) as db, db:
        db.execute(spend, (1, None))
    file = tmp_path / "kept.zip"
    assert cmday("backup", str(file)).code == 0
    with closing(sqlite3.connect(lived / "cmday.db")) as db, db:
        db.execute("UPDATE spend SET cost = 20000")
        db.execute(spend, (2, 30000))
    for _ in range(2):
        assert cmday("restore", str(file), "--yes").code == 0
    with closing(sqlite3.connect(lived / "cmday.db")) as db:
        assert db.execute("SELECT at, cost FROM spend ORDER BY id").fetchall() == [(1, 20000), (2, 30000)]
