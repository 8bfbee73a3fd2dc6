"""Hosts in texts: addresses, shorteners, and names that mix alphabets so as to look like another. Nothing is opened."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from cmday.text.matching import LOOK_ALIKE, hosts

# Services that hide where a link goes; what is well known and open to everybody.
SHORTENERS: Final = (
    *("adf.ly", "bit.do", "bit.ly", "bitly.com", "bl.ink", "buff.ly", "clck.ru", "cutt.ly", "dlvr.it", "dub.sh"),
    *("goo.gl", "goo.su", "ift.tt", "is.gd", "kutt.it", "lc.chat", "link.infini.fr", "lnk.to", "lnkd.in", "mcaf.ee"),
    *("ow.ly", "qrco.de", "rb.gy", "rebrand.ly", "s.coop", "s.id", "shor.by", "short.gy", "short.io", "shorturl.at"),
    *("shrtco.de", "snip.ly", "soo.gd", "spoo.me", "surl.li", "t.co", "t.ly", "t2m.io", "tiny.cc", "tiny.one"),
    *("tinyurl.com", "tr.im", "trib.al", "u.to", "urlz.fr", "v.gd", "vu.fr", "x.gd"),
)
_ADDRESS: Final = re.compile(r"(?:https?://|(?<![\w.@])www\.)[^\s<>\"«»]+", re.IGNORECASE)
_WITH_PATH: Final = re.compile(
    r"(?<![\w@./-])(?:[\w-]{1,63}\.)+[^\W\d_]{2,24}(?::\d{1,5})?/[^\s<>\"«»]*", re.IGNORECASE
)
_TAIL: Final = ".,;:!?'’)]}…"
# Scripts that are written together in one word.
_TOGETHER: Final = (frozenset({"HAN", "HIRAGANA", "KATAKANA", "LATIN"}), frozenset({"HAN", "HANGUL", "LATIN"}))
_CHINESE: Final = {"CJK": "HAN", "FULLWIDTH": "LATIN", "IDEOGRAPHIC": "HAN"}


def links(text: str) -> list[str]:
    """What the text links to, as it stands there: addresses, ``www.``, and bare hosts with a path behind them."""
    found = [one.rstrip(_TAIL) for one in _ADDRESS.findall(text)]
    rest = _ADDRESS.sub(" ", text)
    found += [one.rstrip(_TAIL) for one in _WITH_PATH.findall(rest)]
    return list(dict.fromkeys(found))


def looks_like_another(host: str) -> bool:
    """Whether a part of a host's name mixes alphabets, or is written in look-alikes of Latin letters only.

    ``host`` may be in the form of the DNS (``xn--...``, RFC 3492), which is decoded first.
    """
    return any(_is_disguised(decoded(label)) for label in host.split("."))


def decoded(label: str) -> str:
    """A part of a host's name in its own letters; as it is where it cannot be decoded."""
    if not label.lower().startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def disguised_hosts(text: str) -> list[str]:
    """The hosts that a text names and that look like another, in their own letters."""
    there = [] if text.isascii() and "xn--" not in text.lower() else hosts(text)
    return [".".join(map(decoded, host.split("."))) for host in there if looks_like_another(host)]


def _is_disguised(label: str) -> bool:
    if label.isascii():
        return False
    scripts = {_script(char) for char in label if char.isalpha()}
    if len(scripts) > 1:
        return not any(scripts <= together for together in _TOGETHER)
    return label.lower().translate(LOOK_ALIKE).isascii()


def _script(char: str) -> str:
    name = unicodedata.name(char, "").partition(" ")[0]
    return _CHINESE.get(name, name)
