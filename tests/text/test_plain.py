"""HTML as plain text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmday.text.plain import cut, from_mail, plain


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two<br>three<br/>four</p>", "One\n\nTwo\nthree\nfour"),
        ("no  markup,\n3 < 4 and 5 > 2", "no markup, 3 < 4 and 5 > 2"),
        ("caf&eacute; &amp; th&#233; &lt;b&gt;", "café & thé <b>"),
        ("<ul><li>one</li><li>two</li></ul>after", "- one\n- two\n\nafter"),
        ("<script>alert(1)</script><style>p{}</style>seen", "seen"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("x<!-- hidden -->y", "xy"),
        ("<b>bold</b>ly", "boldly"),
        ('<img alt=":wave:" src="w.png"> hello', ":wave: hello"),
        ("<p>never <i>closed", "never closed"),
        ('<a title="a > b">inside</a>', "inside"),
    ],
)
def test_markup_becomes_text(html: str, text: str) -> None:
    assert plain(html) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('<a href="https://e.org/x">click here</a>.', "click here (https://e.org/x)."),
        ('<a href="https://e.org/x">https://e.org/x</a>', "https://e.org/x"),
        ('<a href="https://www.e.org/x/">e.org/x</a>', "e.org/x"),
        ('<a href="https://e.org/@u" class="mention">@<span>u</span></a>', "@u"),
        ('<a href="https://e.org/tags/tea" rel="tag">#<span>tea</span></a>', "#tea"),
        ('<a href="javascript:alert(1)">run</a>', "run"),
        ('<a href="https://e.org/pic"><img src="p"></a>', "https://e.org/pic"),
        ('<a href="https://e.org/a/very/long/path">e.org/a/very…</a>', "https://e.org/a/very/long/path"),
        (
            '<a href="https://e.org/long"><span class="invisible">https://</span>e.org<span>/long</span></a>',
            "https://e.org/long",
        ),
    ],
)
def test_a_link_stays_readable(html: str, text: str) -> None:
    assert plain(html) == text


def test_length_is_bounded_and_says_so() -> None:
    assert plain("<p>" + "word " * 100_000, limit=50) == ("word " * 10)[:49].rstrip() + "…"
    assert cut("exact", 5) == "exact"


@given(st.text(alphabet="<>/!-ab\"'= &#;ép\n", max_size=400))
def test_any_text_is_read(html: str) -> None:
    assert len(plain(html, limit=100)) <= 100


@given(st.text(st.characters(exclude_characters="<>&\r\n\t\f", exclude_categories=["Cc", "Zs", "Cs"]), max_size=80))
def test_text_without_markup_is_kept(text: str) -> None:
    assert plain(text) == text.strip()


def test_mail_text_keeps_its_lines() -> None:
    assert from_mail("Bonjour,  \r\n\r\n\r\n\r\nà ce soir\r\n") == "Bonjour,\n\nà ce soir"
