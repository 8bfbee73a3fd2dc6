"""``cmday inbox templates``: what there is in ``templates/``, a line each."""

from __future__ import annotations

import msgspec

from cmday.cli.run import Run
from cmday.core.templates import Template
from cmday.i18n import _
from cmday.text.cells import cut
from cmday.text.safe_text import safe

_MOST = 60


class TemplatesData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday inbox templates --json``."""

    folder: str
    templates: tuple[Template, ...]


def show_templates(run: Run) -> int:
    """List the templates, with whom each is for and how it begins."""
    from cmday.steps.notifications.templates import templates

    known = templates(run.session)
    folder = str(run.home.templates)
    lines = []
    for one in known if not run.options.json else ():
        about = run.view.join(" ".join(one.communities), one.language, one.formality)
        lines.append("  ".join(part for part in (one.name, about, cut(safe(one.text), _MOST)) if part))
    if not known:
        lines.append(_("there is no template in {folder} yet").format(folder=folder))
    return run.print_data("inbox templates", TemplatesData(folder=folder, templates=tuple(known)), "\n".join(lines))
