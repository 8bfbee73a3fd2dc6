"""``cmday login telegram`` and a sweep after it: the token stands in the address, and yet nowhere it could be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Cmday
from tests.loopback.server import Loopback

TOKEN = "12345:AAe-never-shown-0123456789"
ME = {"id": 99, "is_bot": True, "first_name": "BEM", "username": "bem_bot", "can_read_all_group_messages": True}
ADA = {"id": 11, "is_bot": False, "first_name": "Ada", "username": "ada"}


def test_the_token_shows_nowhere_but_in_its_file(
    cmday: Cmday, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = {"message_id": 1, "from": ADA, "chat": {"id": 11, "type": "private"}, "date": 1793606400, "text": "Hi"}
    loopback.route(f"/bot{TOKEN}/getMe", json.dumps({"ok": True, "result": ME}))
    updates = {"ok": True, "result": [{"update_id": 1, "message": message}]}
    loopback.route(f"/bot{TOKEN}/getUpdates", json.dumps(updates))
    monkeypatch.setenv("TG", TOKEN)
    monkeypatch.setenv("CMDAY_NOW", "2026-11-02T09:00:00+01:00")
    monkeypatch.setenv("CMDAY_DEBUG", "1")
    signed = cmday("login", "telegram", "--server", loopback.url(""), "--account", "tg", "--token-env", "TG")
    assert signed.code == 0, signed.err
    assert "@bem_bot" in signed.out
    swept = cmday("inbox", "--json")
    assert [one["id"] for one in json.loads(swept.out)["data"]["items"]] == ["tg:11/1"]
    loopback.route(f"/bot{TOKEN}/getUpdates", "<html>")
    failed = cmday("inbox", "--json")
    assert json.loads(failed.out)["data"]["accounts"][0]["error"]
    for said in (signed, swept, failed):
        assert TOKEN not in said.out + said.err
    files = [file for file in home.rglob("*") if file.is_file() and TOKEN.encode() in file.read_bytes()]
    assert [file.parent.name for file in files] == ["tokens"]
