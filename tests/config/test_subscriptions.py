from __future__ import annotations

import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmday.config.feeds_file import join, render, split
from cmday.config.subscriptions import (
    add_subscriptions,
    change_subscription,
    read_subscriptions,
    remove_subscriptions,
)
from cmday.core.feeds import Subscription
from cmday.text.addresses import one_spelling

HAND_MADE = """\
# my own remark
colour = "kept"

[[feed]]
url = "https://A.example.org/feed#top"   # remark of this feed
title = "Eh"
rating = 5
[feed.mine]
deep = [1, 2]

[other]
thing = true

[[feed]]
url = "https://b.example.org/feed"
communities = "bem"
"""


def test_reads_every_key_and_normalises_addresses(tmp_path: Path) -> None:
    file = tmp_path / "feeds.toml"
    file.write_text(
        '[[feed]]\nurl="HTTPS://Ex.Org:443#x"\ntitle="T"\ncommunities=["bem","sss"]\nfolder="F"\nmute=true\ninterval=60\n'
    )
    (feed,) = read_subscriptions(file).feeds
    assert feed == Subscription(
        url="https://ex.org/", title="T", communities=("bem", "sss"), folder="F", mute=True, interval=60
    )


def test_what_is_not_touched_stays_byte_for_byte(tmp_path: Path) -> None:
    file = tmp_path / "feeds.toml"
    file.write_text(HAND_MADE)
    add_subscriptions(file, [Subscription(url="https://c.example.org/")])
    assert file.read_text().startswith(HAND_MADE)
    remove_subscriptions(file, ["https://b.example.org/feed", "https://c.example.org/"])
    assert [feed.url for feed in read_subscriptions(file).feeds] == ["https://a.example.org/feed"]
    assert tomllib.loads(file.read_text())["other"] == {"thing": True}
    assert "# my own remark" in file.read_text()


def test_a_changed_table_keeps_its_unknown_keys(tmp_path: Path) -> None:
    file = tmp_path / "feeds.toml"
    file.write_text(HAND_MADE)
    change_subscription(file, "https://a.example.org/feed", mute=True, title=None)
    table = tomllib.loads(file.read_text())["feed"][0]
    assert table["rating"] == 5
    assert table["mine"] == {"deep": [1, 2]}
    assert table["mute"] is True
    assert "title" not in table
    assert [feed.url for feed in read_subscriptions(file).feeds][1] == "https://b.example.org/feed"


def test_a_new_file_is_private_and_says_whose_it_is(tmp_path: Path) -> None:
    file = tmp_path / "home" / "feeds.toml"
    add_subscriptions(file, [Subscription(url="https://c.example.org/", title="Ça")])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "belongs to cmday" in file.read_text().splitlines()[0]
    assert read_subscriptions(file).feeds[0].title == "Ça"


def test_an_address_is_added_once(tmp_path: Path) -> None:
    file = tmp_path / "feeds.toml"
    one = Subscription(url="https://c.example.org/feed")
    assert add_subscriptions(file, [one, one]) == ([one], [one])
    added, known = add_subscriptions(file, [Subscription(url="HTTPS://C.example.org/feed#a")])
    assert not added
    assert known == [one]


@pytest.mark.parametrize(
    ("broken", "line"),
    [
        ('[[feed]]\nurl = "https://x.example.org/\n', 4),  # a string that never ends
        ('[[feed]]\ntitle = "no url"\n', 4),
        ('[[feed]]\nurl = "gopher://x"\n', 4),
        ('[[feed]]\nurl = "https://x.example.org/"\nmute = "yes"\n', 4),
        ('[[feed]]\nurl = "https://a.example.org/"\n', 4),  # twice the same
    ],
)
def test_a_broken_table_costs_that_feed_only(tmp_path: Path, broken: str, line: int) -> None:
    file = tmp_path / "feeds.toml"
    file.write_text(f'[[feed]]\nurl = "https://a.example.org/"\n\n{broken}\n[[feed]]\nurl = "https://b.example.org/"\n')
    found = read_subscriptions(file)
    assert [feed.url for feed in found.feeds] == ["https://a.example.org/", "https://b.example.org/"]
    (problem,) = found.problems
    assert problem.subject == f"feeds.toml:{line}"
    add_subscriptions(file, [Subscription(url="https://c.example.org/")])
    assert broken in file.read_text()
    assert len(read_subscriptions(file).feeds) == 3


def test_a_file_that_is_no_text_is_named_and_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "feeds.toml"
    file.write_bytes(b"\xff\xfe\x00junk")
    assert read_subscriptions(file).problems
    with pytest.raises(Exception, match="cannot be read"):
        add_subscriptions(file, [Subscription(url="https://c.example.org/")])
    assert file.read_bytes() == b"\xff\xfe\x00junk"


def test_an_inline_array_of_feeds_is_understood(tmp_path: Path) -> None:
    file = tmp_path / "feeds.toml"
    file.write_text('keep = 1\nfeed = [{url = "https://a.example.org/", x = 1}]\n')
    add_subscriptions(file, [Subscription(url="https://b.example.org/")])
    written = tomllib.loads(file.read_text())
    assert written["keep"] == 1
    assert [table["url"] for table in written["feed"]] == ["https://a.example.org/", "https://b.example.org/"]
    assert written["feed"][0]["x"] == 1


def test_processes_that_add_at_once_lose_nothing(tmp_path: Path) -> None:
    file = tmp_path / "feeds.toml"
    script = (
        "import sys; from pathlib import Path; from cmday.core.feeds import Subscription\n"
        "from cmday.config.subscriptions import add_subscriptions\n"
        "for n in range(10):\n"
        "    add_subscriptions(Path(sys.argv[1]), [Subscription(url=f'https://{sys.argv[2]}{n}.example.org/')])\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", script, str(file), name]) for name in "abc"]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    found = read_subscriptions(file)
    assert len(found.feeds) == 30
    assert not found.problems


VALUES = st.recursive(
    st.one_of(st.booleans(), st.integers(-(2**60), 2**60), st.text(st.characters(codec="utf-8"), max_size=30)),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(codec="utf-8"), min_size=1, max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(
    st.lists(
        st.dictionaries(st.sampled_from(["a", "b c", "é", "feed", "x.y"]), VALUES, max_size=4), min_size=1, max_size=3
    )
)
def test_any_table_survives_writing(tables: list[dict[str, object]]) -> None:
    text = "".join(render({"url": "https://a.example.org/", **table}) for table in tables)
    assert tomllib.loads(text)["feed"] == [{"url": "https://a.example.org/", **table} for table in tables]
    pieces = [piece for piece in split(text) if piece.table is not None]
    assert [piece.table for piece in pieces] == tomllib.loads(text)["feed"]
    assert tomllib.loads(join(split(text))) == tomllib.loads(text)


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    assert "".join(piece.text for piece in split(text) if not piece.table).count("[[feed]]") <= text.count("[[feed]]")


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("HTTP://Example.ORG", "http://example.org/"),
        ("http://example.org:80/A?b=C#d", "http://example.org/A?b=C"),
        ("feed://example.org/x", "http://example.org/x"),
        ("feed:https://example.org/x", "https://example.org/x"),
        ("http://u:P@Example.org:8080/", "http://u:P@example.org:8080/"),
        ("http://[::1]:81/x", "http://[::1]:81/x"),
    ],
)
def test_one_spelling(written: str, known: str) -> None:
    assert one_spelling(written) == known
    assert one_spelling(known) == known


@pytest.mark.parametrize("bad", ["", "x", "ftp://a/b", "http://", "http://a:b/", "javascript:alert(1)"])
def test_no_address(bad: str) -> None:
    with pytest.raises(ValueError):
        one_spelling(bad)


@given(
    st.sampled_from(["http", "https", "HTTP"]),
    st.text("aA-.1:@[", min_size=1, max_size=6),
    st.sampled_from(["", ":80", ":443", ":8080", ":59999", ":65536", ":0"]),
    st.text("/a?#&%. é", max_size=6),
)
def test_what_is_known_at_a_glance_is_spelt_as_by_taking_apart(scheme: str, host: str, port: str, rest: str) -> None:
    written = f"{scheme}://{host}{port}/{rest}"
    try:
        known = one_spelling(f" {written}")  # a blank before it is dropped, and keeps it from being known at a glance
    except ValueError:
        with pytest.raises(ValueError):
            one_spelling(written)
    else:
        assert one_spelling(written) == known
