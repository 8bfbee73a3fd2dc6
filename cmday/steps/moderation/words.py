"""The words that go to the author of a case: typed, or a template of the home with what is known filled in."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from cmday.config.templates import read_templates
from cmday.core.cases import Case
from cmday.core.templates import Template
from cmday.errors import NotFound
from cmday.i18n import phrase
from cmday.session import Session
from cmday.text.filling import fill
from cmday.text.formality import form_of_address
from cmday.text.language import guess


def filled(session: Session, name: str, case: Case, why: str) -> str:
    """The template of that name that fits a case best, with author, community, reason and link filled in.

    One in the language and the form of address of what was written is taken before others. Raises ``NotFound``.
    """
    known = session.settings.communities.get(case.community or "")
    values = {
        "author": (case.author or case.author_handle).removeprefix("@").partition("@")[0],
        "community": known.title if known else "",
        "why": why,
        "rule": why,
        "link": case.url or "",
    }
    languages = known.languages if known else ()
    return fill(_choose(read_templates(session.home.templates), name, case, languages).text, values)


def _choose(known: Sequence[Template], name: str, case: Case, languages: Sequence[str]) -> Template:
    named = [each for each in known if each.name.casefold() == name.casefold()]
    fitting = [each for each in named if not each.communities or case.community in each.communities]
    if not fitting:
        near = get_close_matches(name, sorted({one.name for one in known}), n=1, cutoff=0.5)
        raise NotFound(
            phrase('no template for this is called "{name}"', name=name),
            phrase("did you mean {name}?", name=near[0]) if near else phrase("cmday inbox templates lists them"),
        )
    language = guess(case.text) or next(iter(languages), None)
    form = form_of_address(case.text) or "vous"
    return max(
        fitting,
        key=lambda each: (each.language in (None, language), bool(each.communities), each.formality in (None, form)),
    )
