"""Which headlines fold: words and numbers as they are compared, series that stay apart, and figures on our headlines."""

from __future__ import annotations

import random
from hashlib import sha1
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.folding import Labelled, b_cubed, fold, fold_plainly, measure_file, read
from cmday.steps.news.folding import Folder
from cmday.steps.news.folding_window import Window
from cmday.steps.news.folding_words import headline

HEADLINES = Path(__file__).parents[2] / "data" / "headlines.tsv"
HOUR = 3600


def told(*lines: tuple[str, str] | tuple[str, str, int], lead: str = "") -> list[int]:
    """The stories of (source, title, hours) as they come."""
    folder = Folder(Window())
    found = [
        folder.fold(headline(line[1], line[0], (line[2] if len(line) > 2 else place) * HOUR, name=line[0], lead=lead))
        for place, line in enumerate(lines)
    ]
    return [folder.window.root(number) for number in found]


def words(title: str, name: str = "") -> set[str]:
    return set(headline(title, "s", 0, name=name).title)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Norvane recalls 1,200 cars", "Norvane's recalled 1200 car"),
        ("Grève à l'aéroport d'Orly", "greves, aeroport Orly"),
        ("Six skiers found", "6 skier found"),
        ("UPDATE 2-Zinc falls", "Zinc falls"),
        ("Video: Zinc falls", "Zinc falls"),
        ("[VIDÉO] Zinc falls", "Zinc falls"),
        ("EN DIRECT - Zinc : la chute", "Zinc: chute"),
        ("Zinc drops sharply - Daily Ledger", "Zinc drops sharply"),
        ("Acme (NASDAQ:ACM) soars", "Acme ACM soars"),
    ],
)
def test_the_same_words_however_they_are_written(a: str, b: str) -> None:
    assert words(a, "Daily Ledger") == words(b)


def test_every_script_has_words() -> None:
    for title in (
        "Выборы в Москве прошли",
        "東京で地震が発生",
        "انتخابات في تونس",
        "Εκλογές στην Αθήνα",
        "서울 지하철 파업",
    ):
        assert len(words(title)) >= 2, title
    assert words("…!? —") == set()


@given(st.text(max_size=400), st.text(max_size=40), st.text(max_size=200), st.text(max_size=60))
def test_any_text_can_be_read(title: str, name: str, lead: str, url: str) -> None:
    found = headline(title, "s", 0, name=name, lead=lead, url=url)
    assert all(weight > 0 for weight in (*found.title.values(), *found.lead.values()))
    Folder(Window()).fold(found)


def test_one_story_in_several_wordings() -> None:
    a, b, c, other = told(
        ("A", "Peru's Congress removes interim president over graft inquiry"),
        ("B", "Peru ousts interim president in graft inquiry"),
        ("C", "Interim president of Peru voted out by Congress"),
        ("D", "Peru beats Chile in qualifier"),
    )
    assert a == b == c != other


def test_one_french_story() -> None:
    a, b, c, other = told(
        ("A", "Marseille : trois morts dans l'incendie d'un immeuble"),
        ("B", "Incendie mortel à Marseille : l'immeuble avait été signalé"),
        ("C", "Immeuble en feu à Marseille, un incendie fait trois morts"),
        ("D", "Marseille : le tramway prolongé"),
    )
    assert a == b == c != other


@pytest.mark.parametrize(
    "lines",
    [
        [("A", "Harbor v1.2.3 released"), ("B", "Harbor v1.2.4 released")],
        [("A", "Harbor 1.2.3 released", 1), ("A", "Harbor 1.2.4 released", 2)],
        [("A", "Morning links: Monday edition", 0), ("A", "Morning links: Tuesday edition", 24)],
        [("A", "Weekly discussion thread", 0), ("A", "Weekly discussion thread", 168)],
        [("A", "Show 118: maps and trains", 0), ("A", "Show 119: maps and trains", 2)],
        [("A", "Horoscope du lundi 2 mars", 0), ("A", "Horoscope du mardi 3 mars", 24)],
        [("A", "Weather"), ("B", "Weather")],
        [("A", ""), ("B", "")],
        [("A", "Lila Voss arrested in Miami"), ("B", "Lila Voss announces album Saltwater")],
        [("A", "Zinc mine flooded in Chile", 0), ("B", "Zinc mine flooded in Chile", 15 * 24)],
    ],
)
def test_what_only_looks_alike_stays_apart(lines: list[tuple[str, str]]) -> None:
    assert len(set(told(*lines))) == len(lines)


def test_the_same_address_is_the_same_story() -> None:
    folder = Folder(Window())
    url = "https://www.example.org/a?utm_source=x&id=7"
    first = folder.fold(headline("A quiet title", "A", 0, url=url))
    again = folder.fold(headline("Other words entirely", "B", HOUR, url="http://example.org/a?id=7#top"))
    assert first == again


def test_texts_speak_for_and_against() -> None:
    titles = [("A", "Macron in India to boost fighter talks"), ("B", "Ties deepen as Macron visits Modi's India")]
    alike = "The French president met the Indian prime minister in Mumbai to sign a Rafale contract and AI accords."
    folder = Folder(Window())
    near = [folder.fold(headline(title, source, 0, lead=alike)) for source, title in titles]
    folder = Folder(Window())
    leads = [alike, "A book of cartoons about politics, reviewed by our critic at length this Sunday."]
    far = [folder.fold(headline(title, s, 0, lead=lead)) for (s, title), lead in zip(titles, leads, strict=True)]
    assert near[0] == near[1]
    assert far[0] != far[1]


def held_out(line: Labelled) -> bool:
    """The half that no bound was chosen on; what is about one subject is on one side."""
    group = line.story if line.story.startswith("alone") else line.story.split("-")[0]
    return int(sha1(group.encode()).hexdigest(), 16) % 2 == 1


@pytest.mark.parametrize("half", [False, True], ids=["tuned on", "held out"])
def test_precise_and_better_than_shared_words(half: bool) -> None:
    lines = [line for line in read(HEADLINES) if held_out(line) == half]
    truth = [line.story for line in lines]
    precision, recall = b_cubed(truth, fold(lines))
    _, plainly = b_cubed(truth, fold_plainly(lines))
    assert precision >= 0.95
    assert recall > plainly + 0.15


def test_five_thousand_titles_touch_few_stories(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(4)
    vocabulary = [f"{chance.choice('bcdfgklmnprstvz')}{chance.choice('aeiou')}w{n}" for n in range(4000)]
    lines = [Labelled(str(n), str(n % 90), n * 200, " ".join(chance.choices(vocabulary, k=8))) for n in range(5000)]
    held = 0
    original = Folder._agreement

    def counted(self: Folder, *both: object) -> float:
        nonlocal held
        held += 1
        return original(self, *both)  # type: ignore[arg-type]

    monkeypatch.setattr(Folder, "_agreement", counted)
    assert len(set(fold(lines))) > 4900
    assert held < 5 * len(lines)


def test_b_cubed() -> None:
    assert b_cubed("aabb", "1122") == (1.0, 1.0)
    assert b_cubed("aabb", "1111") == (0.5, 1.0)
    assert b_cubed("aabb", "1234") == (1.0, 0.5)


@pytest.mark.parametrize(
    "text",
    [
        "s1\tA\t1772409600\tZinc mine floods Chile\ns1\tB\t1772409700\tChile zinc mine flooded\n",
        "\ufeffstory\tsource\ttime\ttitle\r\ns1\tA\t1772409600000\tZinc mine floods Chile\r\ns1\tB\t1772409700000\tChile zinc mine flooded\r\n",
        "title\ttimestamp\tpublisher\tcluster\nZinc mine floods Chile\t2026-03-02T00:00:00Z\tA\ts1\nChile zinc mine flooded\t2026-03-02 00:01:40\tB\ts1\n",
    ],
)
def test_any_file_of_headlines_is_read(tmp_path: Path, text: str) -> None:
    file = tmp_path / "lines.tsv"
    file.write_text(text, encoding="utf-8")
    assert [(one.story, one.source, one.at) for one in read(file)] == [("s1", "A", 1772409600), ("s1", "B", 1772409700)]
    found = measure_file(file)
    assert (found["precision"], found["recall"], found["items"]) == (1.0, 1.0, 2)


def test_a_file_with_too_few_columns_is_named(tmp_path: Path) -> None:
    file = tmp_path / "lines.tsv"
    file.write_text("s1\tA\n", encoding="utf-8")
    with pytest.raises(RuntimeError, match="row 1 has 2 columns"):
        read(file)
