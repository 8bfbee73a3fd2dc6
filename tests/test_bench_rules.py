"""``python -m bench rules``: what it prints, and that two hundred rules over ten thousand items keep their promise."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pytest

from bench.__main__ import main

CORPUS = os.environ.get("CMDAY_CORPUS", "")  # each test begins without our variables
RULES = """
[rule]
insult = { when = { word = ["idiot"] }, do = ["hold"], why = "x" }
flood = { when = { repeat = ">=3 in 10m" }, do = ["mute"], why = "x" }
young = { when = { age = "<7d", role = "guest" }, do = ["label:new"], why = "x" }
slow = { when = { regex = ['^(a|aa|b)+$'] }, why = "x" }
"""


def test_which_items_each_rule_hits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "rules.toml").write_text(RULES)
    (tmp_path / "items.csv").write_text(
        "id,Body,user,date,age,role\n"
        "a,You 1d10t,ana,2026-11-02 08:00,3,guest\n"
        'b,"“idiot” is\nan insult",bob,2026-11-02 08:01,,\n'
        + "".join(f"f{n},buy now!,tix,2026-11-02 08:0{n},400,guest\n" for n in range(4))
        + f"z,{'a' * 5_000}!,x,,,\n",
        encoding="utf-8",
    )
    assert main(["rules", str(tmp_path / "rules.toml"), str(tmp_path / "items.csv"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["items"], told["rules"], told["problems"]) == (7, 4, [])
    assert told["hits"] == {"insult": ["a", "b"], "flood": ["f2", "f3"], "young": ["a"], "slow": []}
    assert told["hit_items"][:2] == [
        {"row": 0, "id": "a", "rules": ["insult", "young"], "spoken_of": [], "strictest": "hold"},
        {"row": 1, "id": "b", "rules": ["insult"], "spoken_of": ["insult"], "strictest": None},
    ]
    assert "takes too long" in told["alerts"][0]


def test_without_a_header_the_first_column_is_the_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "rules.toml").write_text(RULES)
    (tmp_path / "items.csv").write_text("you idiot,1\nhello,0\n")
    assert main(["rules", str(tmp_path / "rules.toml"), str(tmp_path / "items.csv")]) == 0
    assert "insult: 1: 0" in capsys.readouterr().out


@pytest.mark.server
@pytest.mark.skipif(not CORPUS, reason="CMDAY_CORPUS names no folder of data")
def test_two_hundred_rules_over_ten_thousand_items(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = Path(CORPUS) / "moderation"
    with (corpus / "surge_toxicity_en.csv").open(encoding="utf-8", newline="") as source:
        texts = [row[0] for row in csv.reader(source)][1:]
    with (tmp_path / "items.csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([["text"], *([text] for text in (texts * 10)[:10_000])])
    words = (corpus / "ldnoobw_en.txt").read_text(encoding="utf-8").split("\n")
    lines = [f"w{n} = {{ when = {{ word = {json.dumps(words[n : n + 20])} }}, why = 'x' }}" for n in range(80)]
    lines += [
        f"r{n} = {{ when = {{ regex = ['(?:buy|get)\\s+\\w+ now{n}', '[a-z]{{{n % 9 + 5}}}!!'] }}, why = 'x' }}"
        for n in range(80)
    ]
    lines += [f"c{n} = {{ when = {{ caps = '>=0.{n + 10}', length = '>={n}' }}, why = 'x' }}" for n in range(39)]
    (tmp_path / "rules.toml").write_text("\n".join(["[rule]", *lines, RULES.strip().splitlines()[-1]]))
    assert main(["rules", str(tmp_path / "rules.toml"), str(tmp_path / "items.csv"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["rules"], told["items"]) == (200, 10_000)
    assert told["cpu_seconds"] < 10
