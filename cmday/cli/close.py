"""``cmday close``: the end of the day, written down in the journal."""

from __future__ import annotations

from cmday.cli.run import current
from cmday.i18n import _


def command() -> int:
    run = current()
    from pathlib import Path

    from cmday.daybook import closing
    from cmday.daybook.markdown import of_day
    from cmday.daybook.pages import write_section

    data = closing.close(run.session)
    write_section(Path(data.file), of_day(data, run.view))
    code = run.show_data("close", data, "cmday.daybook.view:draw_close")
    if not run.options.json:
        from cmday.cli.glance import glance

        run.say("")
        return glance(run, line=False) or code
    return code


command.__doc__ = _("End the day: what did not leave, who still waits, what moves; written into the journal.")
