"""A post that a real WordPress would publish by itself: named, made a draft with a word, and scheduled again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import Cmday
from tests.servers.test_wordpress import CONFIG
from tests.servers.wordpress import WordPress

pytestmark = pytest.mark.server


def test_a_scheduled_post_waits_for_the_end(
    home: Path, wordpress_server: WordPress, cmday: Cmday, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CMDAY_NOW")
    monkeypatch.setenv("PASSWORD", wordpress_server.passwords["ana"])
    (home / "config.toml").write_text(CONFIG.format(url=wordpress_server.url, name="ana"))
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    date = due.strftime("%Y-%m-%dT%H:%M:%S")
    body = {"title": "Bilan d'octobre", "content": "Merci.", "status": "future", "date_gmt": date}
    post = wordpress_server.call("POST", "/posts", body)["id"]

    def status() -> tuple[str, str]:
        found = wordpress_server.call("GET", f"/posts/{post}?context=edit")
        return found["status"], found["date_gmt"]

    assert status() == ("future", date)
    cmday("crisis", "start", "bem")
    assert status() == ("future", date)
    begun = cmday("crisis", "start", "bem", "--yes", "--json").json["data"]
    assert [(one["text"], one["state"]) for one in begun["frozen"]] == [("Bilan d'octobre", "taken")]
    assert status()[0] == "draft"
    assert cmday("crisis", "end", "bem", "--release").code == 0
    assert status() == ("future", date)
