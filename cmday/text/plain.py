"""HTML as plain text: line breaks and links stay readable, entities are decoded, the length is bounded.

This is for reading, not for safety: what reaches a terminal passes ``safe_text`` all the same.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Final

MOST: Final = 10_000
_MOST_HTML: Final = 400_000

_TAG: Final = re.compile(
    r"""<!--.*?(?:-->|\Z)
      | <(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9-]*+)(?P<rest>(?:[^<>"']|"[^"<]*"|'[^'<]*')*+)/?>
      | <[a-zA-Z/!?][^<>]*+>""",
    re.DOTALL | re.VERBOSE,
)
_ATTRIBUTE: Final = re.compile(r"""\b(href|alt|title)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_SPACES: Final = re.compile(r"[ \t\r\n\f]+")
_PARAGRAPHS: Final = frozenset(
    (
        "address",
        "article",
        "aside",
        "blockquote",
        "dd",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "ul",
    )
)
_LINES: Final = frozenset({"br", "li", "tr"})
_SILENT: Final = frozenset({"script", "style", "head", "title", "template", "noscript", "svg", "iframe"})


def plain(html: str, limit: int = MOST) -> str:
    """The text of a piece of HTML, at most ``limit`` characters; what was cut ends in ``…``.

    Paragraphs are parted by an empty line, list items begin with ``- ``; a link whose text does not show its address
    is followed by it in round brackets. Text without any markup only has its entities decoded and its blanks folded.
    """
    return cut(_Reader().read(html[:_MOST_HTML]), limit)


def cut(text: str, limit: int) -> str:
    """The text, at most ``limit`` characters long with the ``…`` that says so."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def from_mail(text: str, limit: int = MOST) -> str:
    """A mail's own plain text: line ends made one kind, trailing blanks gone, never more than one empty line."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return cut(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip(), limit)


class _Reader:
    """Reads tags one by one; wrong nesting costs a line break, never the text."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.breaks = 0  # line ends to write before the next text
        self.space = False  # whether a blank stands between the last text and the next
        self.silent = ""  # the element whose contents are not text
        self.pre = 0
        self.link: tuple[str, int] | None = None  # the open link's address, and where its text begins in out

    def read(self, html: str) -> str:
        at = 0
        for tag in _TAG.finditer(html):
            if tag.start() > at:
                self.text(html[at : tag.start()])
            at = tag.end()
            if tag["name"]:
                self.tag(tag["name"].lower(), tag["rest"] or "", closing=bool(tag["close"]))
        self.text(html[at:])
        self.end_link()
        return "".join(self.out).strip()

    def text(self, raw: str) -> None:
        if self.silent or not raw:
            return
        text = unescape(raw)
        if not self.pre:
            text = _SPACES.sub(" ", text)
            if text.startswith(" "):
                self.space = True
            ends_blank = text.endswith(" ")
            text = text.strip(" ")
            if text:
                self.put(text)
                self.space = ends_blank
        else:
            self.put(text)

    def put(self, text: str) -> None:
        if self.breaks and self.out:
            self.out.append("\n" * self.breaks)
        elif self.space and self.out:
            self.out.append(" ")
        self.breaks = 0
        self.space = False
        self.out.append(text)

    def tag(self, name: str, rest: str, *, closing: bool) -> None:
        if self.silent:
            self.silent = "" if closing and name == self.silent else self.silent
        elif name in _SILENT:
            self.silent = "" if closing or rest.endswith("/") else name
        elif name in _PARAGRAPHS:
            self.breaks = 2
            if name == "pre":
                self.pre = max(0, self.pre + (-1 if closing else 1))
        elif name in _LINES:
            self.line(name, closing=closing)
        elif name in ("td", "th"):
            self.space = True
        elif name == "img":
            self.text(" " + _attribute(rest, "alt") + " ")
        elif name == "a":
            self.end_link()
            if not closing:
                self.link = (unescape(_attribute(rest, "href")).strip(), len(self.out))

    def line(self, name: str, *, closing: bool) -> None:
        if name == "br":
            self.breaks = min(self.breaks + 1, 2)
            return
        self.breaks = max(self.breaks, 1)
        if name == "li" and not closing:
            self.put("-")
            self.space = True

    def end_link(self) -> None:
        """Write the address behind a link whose text hides it; mentions and hashtags speak for themselves."""
        if self.link is None:
            return
        address, begin = self.link
        self.link = None
        if not address.lower().startswith(("http://", "https://")):
            return
        shown = "".join(self.out[begin:]).strip()
        if shown.startswith(("@", "#")) or _bare(shown) == _bare(address):
            return
        if not shown:
            self.put(address)
        elif "…" in shown and _bare(address).startswith(_bare(shown.split("…")[0])):
            del self.out[begin:]
            self.put(address)
        else:
            self.space = True
            self.put(f"({address})")


def _bare(address: str) -> str:
    """An address as people write it: without scheme, ``www.`` and last slash."""
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", address.strip().lower()).rstrip("/")


def _attribute(rest: str, wanted: str) -> str:
    for name, *values in _ATTRIBUTE.findall(rest):
        if name.lower() == wanted:
            return next((value for value in values if value), "")
    return ""
