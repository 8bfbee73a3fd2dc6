"""config.example.toml shows every setting, and what it shows is true."""

from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import ZoneInfo

from cmday.config.reader import parse_settings

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
FILE = Path("/nowhere/config.toml")
PARIS = ZoneInfo("Europe/Paris")
# A secret is in one place only, a calendar too: the others stay commented when the rest is taken.
ALTERNATIVES = (
    "# secret = { keyring",
    '# secret = { env = "MAIL',
    "# secret = { file",
    "# path =",
    "# url =",
    "# caldav =",
    "# owned =",
    "# host =",
)


def _uncommented() -> str:
    lines = []
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        setting = re.match(r"# (\[?[a-z_]+\]? ?=?.*)", line)
        is_setting = setting and re.match(r"[a-z_]+ = |\[[a-z]+\]", setting[1])
        lines.append(setting[1] if setting and is_setting and not line.startswith(ALTERNATIVES) else line)
    return "\n".join(lines)


def test_as_it_stands_it_is_right() -> None:
    _, source = parse_settings(EXAMPLE.read_text(encoding="utf-8"), FILE, PARIS)
    assert [str(mistake) for mistake in source.mistakes] == []


def test_uncommented_it_is_right_and_shows_the_defaults() -> None:
    settings, source = parse_settings(_uncommented(), FILE, PARIS)
    assert [str(mistake) for mistake in source.mistakes] == []
    usual, _ = parse_settings("", FILE, PARIS)
    for name in ("steps", "limits", "display", "keys", "reply_within", "first_sweep_days"):
        assert getattr(settings, name) == getattr(usual, name), name
    assert settings.hours.spans == usual.hours.spans
    bare, _ = parse_settings("[community.bem]", FILE, PARIS)
    shown = settings.communities["bem"]
    for name in shown.__struct_fields__:
        if name not in {"zone", "hours"}:
            assert getattr(shown, name) == getattr(bare.communities["bem"], name), name


def test_every_key_that_the_reader_knows_is_in_it() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    _, source = parse_settings(_uncommented(), FILE, PARIS)
    for table, keys in source.known.items():
        for key in keys:
            shown = re.search(rf"(?m)^(# )?\[?{key}[\].]|^(# )?{key} = |\.{key}\]|[{{,] *{key} = ", text)
            assert shown, f"[{table}] {key} is not shown"
