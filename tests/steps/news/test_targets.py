"""What a person types after ``feeds add`` becomes one address, or is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmday.config.settings import Services
from cmday.core.accounts import Account
from cmday.errors import CmdayError
from cmday.steps.news.target import Surroundings
from cmday.steps.news.targets import read_target
from cmday.text.addresses import one_spelling

X = Account(name="x", network="x", server="https://api.x.com", options={"cap_day": 1, "cap_month": 1})
READER = Account(name="reader", network="miniflux", server="reader.example.org")
SKY = Account(name="sky", network="bluesky", server="https://bsky.social", username="me.bsky.social")
AROUND = Surroundings(services=Services(), sources={"x": X, "reader": READER, "sky": SKY}, language="fr")
BARE = Surroundings(services=Services(), sources={}, language="en")
APPVIEW = "bluesky+https://public.api.bsky.app"
CHANNEL = "UC" + "a" * 22


@pytest.mark.parametrize(
    ("typed", "kind", "address"),
    [
        ("example.org", "feed", "https://example.org"),
        ("@ana@mastodon.example", "mastodon", "mastodon+https://mastodon.example/@ana"),
        ("#music@mastodon.example", "mastodon", "mastodon+https://mastodon.example/tags/music"),
        ("#été@mastodon.example", "mastodon", "mastodon+https://mastodon.example/tags/%C3%A9t%C3%A9"),
        ("trends:mastodon.example", "trends", "mastodon+https://mastodon.example/trends/links"),
        ("trends:tags@mastodon.example", "trends", "mastodon+https://mastodon.example/trends/tags"),
        ("trends:bluesky", "trends", f"{APPVIEW}/trends"),
        ("@ana.example", "bluesky", f"{APPVIEW}/profile/ana.example"),
        ("ana.bsky.social", "bluesky", f"{APPVIEW}/profile/ana.bsky.social"),
        ("https://bsky.app/profile/ana.example", "bluesky", f"{APPVIEW}/profile/ana.example"),
        ("bsky.app/profile/ana.example/lists/3k", "bluesky", f"{APPVIEW}/profile/ana.example/lists/3k"),
        ("at://did:plc:1/app.bsky.feed.generator/hot", "bluesky", f"{APPVIEW}/profile/did:plc:1/feed/hot"),
        ("bluesky:club night", "search", "bluesky+https://bsky.social/search?q=club%20night"),
        ("hn:rust", "hn", "https://hnrss.org/newest?q=rust"),
        ("hn:", "hn", "https://hnrss.org/frontpage"),
        ("news:Bordeaux", "news", "https://news.google.com/rss/search?q=Bordeaux&hl=fr&gl=FR&ceid=FR%3Afr"),
        ("r/electronicmusic", "reddit", "https://www.reddit.com/r/electronicmusic/new/.rss"),
        ("reddit:club", "reddit", "https://www.reddit.com/search.rss?q=club&sort=new"),
        ("https://www.reddit.com/r/a/top?t=day", "reddit", "https://www.reddit.com/r/a/top/.rss?t=day"),
        (f"youtube.com/channel/{CHANNEL}", "youtube", f"https://youtube.com/feeds/videos.xml?channel_id={CHANNEL}"),
        (f"yt:{CHANNEL}", "youtube", f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}"),
        ("github.com/a/b", "github", "https://github.com/a/b/releases.atom"),
        ("github.com/a/b/commits/main", "github", "https://github.com/a/b/commits/main.atom"),
        ("github.com/a", "github", "https://github.com/a.atom"),
        ("x:@club", "x", "x+https://api.x.com/@club"),
        ("x:list/12", "x", "x+https://api.x.com/lists/12"),
        ("x:club night", "x", "x+https://api.x.com/search?q=club%20night"),
        ("https://x.com/club", "x", "x+https://api.x.com/@club"),
        ("miniflux:reader", "miniflux", "miniflux+https://reader.example.org/"),
    ],
)
def test_each_way_to_name_a_source(typed: str, kind: str, address: str) -> None:
    target = read_target(typed, AROUND)
    assert (target.kind, target.address) == (kind, address)


def test_news_is_asked_in_the_language_of_the_community() -> None:
    assert read_target("news:a", BARE).address.endswith("q=a&hl=en-US&gl=US&ceid=US%3Aen")
    canada = Surroundings(services=Services(), sources={}, language="fr-CA")
    assert read_target("news:a", canada).address.endswith("q=a&hl=fr-CA&gl=CA&ceid=CA%3Afr")


def test_x_goes_through_ones_own_rsshub_where_there_is_one() -> None:
    around = Surroundings(services=Services(rsshub="https://hub.example"), sources={"x": X}, language="en")
    addresses = [read_target(typed, around).address for typed in ("x:@club", "x:list/12", "x:club night")]
    assert addresses == [
        f"https://hub.example/twitter/{rest}" for rest in ("user/club", "list/12", "keyword/club%20night")
    ]


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("x:@club", "sign-in"),
        ("bluesky:words", "sign-in"),
        ("miniflux:", "not-found"),
        ("news:", "usage"),
        ("no", "usage"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_asked(typed: str, kind: str) -> None:
    with pytest.raises(CmdayError) as caught:
        read_target(typed, BARE)
    assert caught.value.kind == kind
    assert caught.value.hint is not None


@given(st.text(max_size=60) | st.from_regex(r"[@#]?[\w.-]{1,12}[@:/+][\w.:/@-]{0,20}", fullmatch=True))
def test_any_words_are_an_address_or_refused(typed: str) -> None:
    try:
        target = read_target(typed, AROUND)
    except CmdayError:
        return
    assert one_spelling(target.address) == one_spelling(one_spelling(target.address))
