"""A rule that was promoted acts by itself on what comes then: through the outbox, once, as any decision."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cmday.config.rules import read_rules
from cmday.core.decisions import Decision
from cmday.core.time import Clock, parse_instant
from cmday.steps.moderation.rules.proven import fingerprint
from cmday.storage import decisions, promotions
from cmday.storage.database import open_database
from cmday.storage.promotions import Promotion
from tests.conftest import NOW, Cmday
from tests.connectors.test_wordpress_moderating import comment
from tests.moderating.sites import Sites

AT = parse_instant(NOW)
RULE = """[rule]
pills = { when = { word = "pills" }, do = ["hold", "label:spam", "reply:pills"], why = "Sells pills" }
"""


@pytest.fixture
def decided(home: Path) -> None:
    """A person removed such comments fifty times."""
    db = open_database(home / "cmday.db", Clock(ZoneInfo("Europe/Paris"), AT))
    for number in range(50):
        one = Decision(
            id=f"dec-{number}", case=f"case/blog/old{number}", account="blog", network="wordpress", community="bem",
            author="B", author_handle="b@example.org", author_id=None, text="p1lls here", action="remove", why="x",
            who="me", at=AT - timedelta(days=1), reported_at=AT - timedelta(days=1),
        )  # fmt: skip
        decisions.put(db, one)
    db.close()


def test_a_promoted_rule_acts_on_what_comes_then_once(
    cmday: Cmday, sites: Sites, home: Path, decided: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "rules.toml").write_text(RULE)
    before = cmday("moderate", "--json").json["data"]["cases"]
    assert sum(one["rules"] == ["pills"] for one in before) == 3
    monkeypatch.setenv("CMDAY_NOW", "2026-11-02T09:30:00+01:00")
    assert cmday("moderate", "rules", "promote", "pills").code == 0
    cmday("moderate")
    assert cmday("outbox", "--json").json["data"]["items"] == []  # what was said before is for a person
    monkeypatch.setenv("CMDAY_NOW", "2026-11-02T10:40:00+01:00")
    sites.fill("blog", range(50, 52))
    sites["blog"].comments[50] = comment(50, text="More p i l l s")
    for _ in range(2):
        cmday("moderate")
        (waiting,) = cmday("outbox", "--json").json["data"]["items"]
        assert waiting["text"].startswith("label spam bruno@example.org")
    assert cmday("send", "--yes").code == 0
    assert sites.written() == [("blog", "POST", "/comments/50", {"status": "spam"})]
    cmday("moderate")
    assert [one["state"] for one in cmday("outbox", "--json").json["data"]["items"]] == ["sent"]


def test_who_floods_is_answered_once_a_day(
    cmday: Cmday, sites: Sites, home: Path, decided: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "templates").mkdir(exist_ok=True)
    (home / "templates" / "pills.md").write_text("No pills here, {author}: {why}.")
    (home / "rules.toml").write_text(RULE.replace('word = "pills"', 'word = "pills", repeat = ">=1 in 10m"'))
    assert cmday("moderate").code == 0
    with closing(open_database(home / "cmday.db", Clock(ZoneInfo("Europe/Paris"), AT))) as db:
        [rule] = read_rules(home / "rules.toml").rules
        promotions.put(db, Promotion(rule="pills", fingerprint=fingerprint(rule), at=AT, decided=50, agreed=50))
    (home / "rules.toml").write_text((home / "rules.toml").read_text().replace("why =", 'mode = "act", why ='))

    def answers(now: str, numbers: range) -> int:
        monkeypatch.setenv("CMDAY_NOW", now)
        sites.fill("blog", numbers)
        for number in numbers:
            sites["blog"].comments[number] = comment(number, text=f"More pills {number}")
        assert cmday("moderate").code == 0
        items = cmday("outbox", "--json").json["data"]["items"]
        return sum(one["text"].startswith("reply") for one in items)

    assert answers("2026-11-02T10:40:00+01:00", range(50, 54)) == 1
    assert answers("2026-11-02T11:40:00+01:00", range(54, 58)) == 1


def test_a_rule_that_was_taken_back_does_not_act_by_a_word_in_the_file(
    cmday: Cmday, home: Path, sites: Sites, decided: None
) -> None:
    file = home / "rules.toml"
    file.write_text(RULE)
    assert cmday("moderate", "rules", "promote", "pills").code == 0
    acting = file.read_text()
    assert "only suggests" not in str(cmday("moderate", "--json").json["errors"])
    assert cmday("moderate", "rules", "promote", "pills", "--to", "suggest").code == 0
    assert cmday("moderate").code == 0
    file.write_text(acting)
    assert "only suggests" in str(cmday("moderate", "--json").json["errors"])
