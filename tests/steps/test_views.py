"""The screens of the five steps, as text files in tests/data/snapshots; ``pytest --snapshots`` writes them anew."""

from __future__ import annotations

import io
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cmday import i18n
from cmday.errors import Unreachable
from cmday.i18n import phrase
from cmday.steps.protocol import Report
from cmday.terminal.ansi import Line, paint
from cmday.terminal.block import Block
from cmday.terminal.dashboard import Advice, Dashboard, draw_dashboard, is_low
from cmday.terminal.layout import draw_alone, lay_out
from cmday.terminal.troubles import trouble_rows
from cmday.terminal.view import View
from cmday.text.safe_text import strip_controls
from tests.steps import morning
from tests.terminal.measuring import line_width

SNAPSHOTS = Path(__file__).parents[1] / "data" / "snapshots"
SIZES = {
    "40": (40, None),
    "80": (80, None),
    "80x24": (80, 24),
    "100x40": (100, 40),
    "120": (120, None),
    "200x60": (200, 60),
}


def view_of(width: int, height: int | None = None, *, plain: bool = False, alone: bool = False) -> View:
    return View(
        now=morning.NOW,
        width=width,
        height=height,
        compact=is_low(height),
        plain=plain,
        alone=alone,
        language=i18n.language(),
        communities=morning.COMMUNITIES,
    )


def draw(report: Report[Any], view: View) -> Block:
    block: Block = import_module(f"cmday.steps.{report.name}.view").draw(report, view)
    return block


def dashboard(reports: list[Report[Any]], view: View) -> list[Line]:
    return draw_dashboard(
        Dashboard(
            left=(view.join(view.day(view.now.date()), view.time(view.now)), view.time(view.now)),
            right=("214 feeds in 3.8 s", "3.8 s"),
            blocks=tuple(draw(report, view) for report in reports),
            numbers=tuple(range(1, len(reports) + 1)),
            next=(
                Advice(command="cmday inbox read i1", text="dj_nox, before 10:30"),
                Advice(command="cmday moderate", text="3 decisions"),
            ),
            effort="25 min",
        ),
        view,
    )


@pytest.fixture
def snapshot(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Hold a text against the file of that name."""

    def check(name: str, text: str) -> None:
        file = SNAPSHOTS / f"{name}.txt"
        if request.config.getoption("--snapshots"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        assert text == file.read_text(encoding="utf-8")

    return check


@pytest.fixture(params=["en", "fr"])
def language(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("CMDAY_LANG", request.param)
    return i18n.choose()


@pytest.mark.parametrize("size", SIZES)
def test_the_morning_on_a_screen(size: str, language: str, snapshot: Callable[[str, str], None]) -> None:
    width, height = SIZES[size]
    lines = dashboard(morning.reports(), view_of(width, height))
    assert all(line_width(line) <= width for line in lines)
    assert height is None or len(lines) < height
    snapshot(f"morning-{size}-{language}", paint(lines))


def test_the_morning_in_plain_signs(language: str, snapshot: Callable[[str, str], None]) -> None:
    text = paint(dashboard(morning.reports(), view_of(80, plain=True)))
    assert not set(text) & set("─│├┤▁▂▃▄▅▆▇█▼…→✓“”")
    snapshot(f"morning-plain-{language}", text)


@pytest.mark.parametrize("name", morning.STEP_NAMES)
def test_a_step_alone(name: str, language: str, snapshot: Callable[[str, str], None]) -> None:
    report = next(report for report in morning.reports() if report.name == name)
    view = view_of(100, alone=True)
    snapshot(f"{name}-alone-{language}", paint(draw_alone(draw(report, view), view)))


@pytest.mark.parametrize("width", [40, 80, 120])
def test_the_skim_alone(width: int, language: str, snapshot: Callable[[str, str], None]) -> None:
    view = view_of(width, alone=True)
    lines = draw_alone(draw(morning.news(), view), view)
    assert all(line_width(line) <= width for line in lines)
    snapshot(f"skim-{width}-{language}", paint(lines))


def test_the_skim_in_plain_signs(snapshot: Callable[[str, str], None]) -> None:
    view = view_of(80, plain=True, alone=True)
    text = paint(draw_alone(draw(morning.news(), view), view))
    assert not set(text) & set("─→↗×…“”")
    snapshot("skim-plain", text)


def test_a_day_with_nothing_in_it(language: str, snapshot: Callable[[str, str], None]) -> None:
    snapshot(f"nothing-{language}", paint(dashboard(morning.nothing(), view_of(100))))


@pytest.mark.parametrize("width", [40, 80, 120, 200])
@pytest.mark.parametrize("height", [None, 24, 50])
@pytest.mark.parametrize("name", morning.STEP_NAMES)
def test_a_hostile_text_changes_nothing_but_itself(name: str, width: int, height: int | None) -> None:
    """Titles and names full of tricks give the very screen that a harmless long word gives, but for the word itself."""
    i18n.choose()
    view = view_of(width, height)
    tame, hostile = (
        paint(
            dashboard([spoilt(report, text) if report.name == name else report for report in morning.reports()], view)
        )
        for text in ("x" * 100_000, morning.hostile())
    )
    assert strip_controls(hostile.replace("\n", "")) == hostile.replace("\n", "")
    assert "owned" not in hostile
    tame_lines, hostile_lines = tame.splitlines(), hostile.splitlines()
    assert len(tame_lines) == len(hostile_lines)
    for tame_line, hostile_line in zip(tame_lines, hostile_lines, strict=True):
        if "x" * 3 not in tame_line and "…" not in tame_line:
            assert tame_line == hostile_line


def test_a_hostile_text_paints_no_colours_and_links_of_its_own() -> None:
    i18n.choose()
    view = view_of(100)
    reports = [spoilt(report, morning.hostile()) for report in morning.reports()]
    painted = paint(dashboard(reports, view), colours="full", links=True)
    codes = {piece.split("m")[0] for piece in painted.split("\x1b[")[1:]}
    assert codes <= {"0", "1", "2", "1;31", "34", "35", "32", "32;2"}
    assert "\x07" not in painted
    assert "\x9b" not in painted


def spoilt(report: Report[Any], text: str) -> Report[Any]:
    """The report with this text in every place that comes from outside."""
    places = {
        "title",
        "text",
        "author",
        "author_handle",
        "location",
        "sources",
        "rules",
        "reason",
        "most_liked",
        "calendar",
    }

    def spoil(value: Any, name: str = "") -> Any:
        if name in places and isinstance(value, str):
            return text
        if name in places and isinstance(value, tuple):
            return tuple(text for _one in value)
        if isinstance(value, tuple):
            return tuple(spoil(one) for one in value)
        if isinstance(value, msgspec.Struct):
            return msgspec.structs.replace(
                value, **{field: spoil(getattr(value, field), field) for field in value.__struct_fields__}
            )
        return value

    changed: Report[Any] = spoil(report)
    return changed


def test_a_failure_names_the_account_the_cause_and_the_hint() -> None:
    i18n.choose()
    report = morning.notifications()
    error = Unreachable(phrase("connection refused"), phrase("cmday doctor"), subject="bem-mail")
    text = paint(draw_alone(draw(msgspec.structs.replace(report, errors=(error,)), view_of(80)), view_of(80)))
    assert "! bem-mail: connection refused" in text
    assert "→ cmday doctor" in text


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [
        (130, 40, ["! forum: forum.example.org refuses the connection, seen at 08:00", "→ is the server running?"]),
        (80, 40, ["! forum refuses the connection, seen at 08:00", "→ is the server running?"]),
        (60, 40, ["! forum refuses the connection, seen at 08:00"]),
        (60, 20, ["! forum refuses the connection", "→ is the server running?"]),
        (40, 40, ["! forum refuses the connection, seen"]),
    ],
)
def test_who_failed_and_why_stays_readable(width: int, height: int, expected: list[str]) -> None:
    i18n.choose()
    error = Unreachable(
        phrase("{host} refuses the connection", host="forum.example.org"), phrase("is the server running?"), "forum"
    )
    view = view_of(width, height)
    rows = trouble_rows([error], view, since="seen at 08:00")
    first = paint(lay_out(rows, view)[:1]).strip()
    assert first.startswith(expected[0])
    assert first.endswith(expected[-1])
    assert "…" not in paint(lay_out(rows, view))
    assert "is the server running?" in paint(lay_out(rows, view))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("My card expires\n\nWho renews it?", "“My card expires · Who renews it?”"),
        ("a line that a mail program broke because it was longer than that\nand its end", "than that and its end”"),
        ("\n \none\r\ntwo\n", "“one · two”"),
        ("", "“”"),
    ],
)
def test_a_text_is_quoted_on_one_line(text: str, expected: str) -> None:
    assert view_of(80).quote(text).endswith(expected)


@pytest.mark.parametrize(
    ("communities", "expected"), [((), ""), (("bem",), "bem"), (("bem", "cap"), "bem+"), (("bem", "cap", "sss"), "all")]
)
def test_a_story_says_whose_it_is(communities: tuple[str, ...], expected: str) -> None:
    i18n.choose()
    report = next(report for report in morning.reports() if report.name == "news")
    story = msgspec.structs.replace(report.data.stories[0], communities=communities)
    data = msgspec.structs.replace(report.data, stories=(story,))
    block = draw(msgspec.structs.replace(report, data=data), view_of(80))
    assert block.rows[0].cells[1].text == expected


def test_nothing_is_drawn_that_the_stream_cannot_hold() -> None:
    from cmday.terminal.console import open_console

    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    console = open_console(stream=stream, environ={})
    console.write(dashboard(morning.reports(), view_of(80, plain=console.plain)))
    assert b"1 SCHEDULE ---" in stream.buffer.getvalue()
