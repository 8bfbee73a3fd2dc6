"""The common options, lifted out of a command line wherever they stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmday.cli.arguments import Options, lift
from cmday.cli.run import exit_code
from cmday.errors import Gone, NoNetwork, SignInNeeded, WrongUse
from cmday.i18n import phrase


@pytest.mark.parametrize(
    ("argv", "options", "words"),
    [
        ([], Options(), []),
        (["feeds", "--json"], Options(json=True), ["feeds"]),
        (["--json", "feeds", "list", "-qv"], Options(json=True, quiet=True, verbose=True), ["feeds", "list"]),
        (["-c", "bem", "inbox", "-csss"], Options(communities=("bem", "sss")), ["inbox"]),
        (["inbox", "--community=bem,sss"], Options(communities=("bem", "sss")), ["inbox"]),
        (["--config", "-c", "feeds"], Options(config="-c"), ["feeds"]),
        (["note", "--", "--json", "-c"], Options(), ["note", "--", "--json", "-c"]),
        (["start", "--only", "news", "--color=never"], Options(color="never"), ["start", "--only", "news"]),
        # In `plan add` and `post` the community is what is written for, wherever it stands.
        (["plan", "add", "X", "-c", "bem"], Options(), ["plan", "add", "--community", "bem", "X"]),
        (["-cbem", "plan", "--json", "add", "X"], Options(json=True), ["plan", "add", "--community", "bem", "X"]),
        (["pl", "ad", "X", "--community=a,b"], Options(), ["pl", "ad", "--community", "a,b", "X"]),
        (["pl", "a", "X", "-cb"], Options(), ["pl", "a", "--community", "b", "X"]),
        (["po", "-cb", "X", "-c", "d"], Options(), ["po", "--community", "b", "--community", "d", "X"]),
        (["post", "-c", "bem", "Hello"], Options(), ["post", "--community", "bem", "Hello"]),
        (["plan", "-c", "bem"], Options(communities=("bem",)), ["plan"]),
        (["plan", "quiet", "-c", "bem"], Options(communities=("bem",)), ["plan", "quiet"]),
    ],
)
def test_lifting(argv: list[str], options: Options, words: list[str]) -> None:
    assert lift(argv) == (options, words)


WORDS = st.sampled_from(["feeds", "list", "--limit", "3", "i3", "-x", "--text", "Élodie"])
FLAGS = st.sampled_from(["--json", "--offline", "--plain", "--debug", "-q", "-v"])


@given(st.lists(WORDS, max_size=5), st.lists(st.tuples(st.integers(0, 5), FLAGS), max_size=4))
def test_where_a_flag_stands_makes_no_difference(words: list[str], flags: list[tuple[int, str]]) -> None:
    mixed = list(words)
    for place, flag in flags:
        mixed.insert(min(place, len(mixed)), flag)
    assert lift(mixed) == lift([*(flag for _, flag in flags), *words])
    assert lift(mixed)[1] == words


@given(st.lists(st.text(max_size=8) | st.sampled_from(["-c", "--config", "--color", "--", "plan", "add"]), max_size=6))
def test_any_words_are_lifted_or_refused(argv: list[str]) -> None:
    try:
        options, words = lift(argv)
    except WrongUse:
        return
    assert isinstance(options, Options)
    assert "--json" not in words[: words.index("--") if "--" in words else None]


def test_exit_codes_of_results() -> None:
    gone, away, sign_in = (kind(phrase("x")) for kind in (Gone, NoNetwork, SignInNeeded))
    assert exit_code("done") == 0
    assert exit_code("partial", [gone]) == 3
    assert exit_code("failed", [away]) == 1
    assert exit_code("partial", [gone, sign_in]) == exit_code("done", [sign_in]) == 4
