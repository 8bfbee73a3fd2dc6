"""Addresses for the browser: http and https only, handed over as an argument, never through a shell."""

from __future__ import annotations

from collections.abc import Iterable

from cmday.cli.run import Run
from cmday.i18n import _


def open_addresses(run: Run, urls: Iterable[str | None]) -> None:
    """Open what is a web address in the person's browser; where there is none, say so once."""
    import webbrowser

    wanted = [url for url in urls if url and url.startswith(("https://", "http://")) and url.isprintable()]
    for url in dict.fromkeys(wanted):
        try:
            opened = webbrowser.open(url)
        except webbrowser.Error:
            opened = False
        if not opened:
            run.remark(_("no browser was found here; BROWSER names one"))
            return
