"""What a verb hit, in a line an item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cmday.cli.run import Run
from cmday.i18n import _
from cmday.text.safe_text import safe

if TYPE_CHECKING:
    from cmday.steps.notifications.actions import Hit, Hits

_MOST: Final = 60
# Functions, because the language is chosen after this is imported.
_WORDS: Final = {
    "note": lambda: _("{handle} has your note: {what}"),
    "label": lambda: _("{handle} is labelled: {what}"),
}


def show_hits(run: Run, command: str, hits: Hits) -> int:
    """Print what was hit, or give it as JSON."""
    if run.options.json:
        return run.print_data(command, hits, "")
    return run.print_data(command, hits, "\n".join(_line(run, command.rpartition(" ")[2], hit) for hit in hits.items))


def _line(run: Run, verb: str, hit: Hit) -> str:
    view = run.view
    times = f" {view.glyphs.times}{hit.count}" if hit.count > 1 else ""
    text = f" {view.quote_start(hit.text, _MOST)}" if hit.text else ""
    what = f"{hit.community or ''} {safe(hit.author, _MOST // 2)}{times}{text}".strip()
    if verb == "done":
        return _("{handle} is done: {what}").format(handle=hit.handle, what=what)
    if verb in _WORDS:
        return _WORDS[verb]().format(handle=hit.handle, what=what)
    if hit.until:
        return _("{handle} comes back {when}: {what}").format(handle=hit.handle, when=view.when(hit.until), what=what)
    line = _("{handle} is open: {what}").format(handle=hit.handle, what=what)
    return f"{line}\n   {hit.url}" if hit.url else line
