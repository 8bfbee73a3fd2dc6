"""Addresses for the browser: http and https only, handed over as an argument, never through a shell."""

from __future__ import annotations

from collections.abc import Iterable

from cmday.cli.run import Run
from cmday.i18n import _


def open_addresses(run: Run, urls: Iterable[str | None]) -> None:
    """Open what is a web address in the person's browser; where there is none, say so once."""
    for url in dict.fromkeys(url for url in urls if url and _may_open(url)):
        if not open_address(url):
            run.remark(_("no browser was found here; BROWSER names one"))
            return


def open_address(url: str) -> bool:
    """Open one web address; whether that could be done."""
    import webbrowser

    try:
        return _may_open(url) and webbrowser.open(url)
    except webbrowser.Error:
        return False


def _may_open(url: str) -> bool:
    return url.startswith(("https://", "http://")) and url.isprintable()
