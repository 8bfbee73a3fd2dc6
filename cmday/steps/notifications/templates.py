"""Which template is meant, and what its variables stand for where an answer is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from cmday.config.templates import read_templates
from cmday.core.templates import VARIABLES, Template
from cmday.errors import NotFound, WrongUse
from cmday.i18n import phrase
from cmday.session import Session
from cmday.steps.notifications.replying import Answerable
from cmday.text.filling import fill
from cmday.text.formality import form_of_address
from cmday.text.language import guess


def templates(session: Session) -> list[Template]:
    """All templates of this home, by name; raises ``ConfigErrors``."""
    return sorted(read_templates(session.home.templates), key=lambda one: (one.name, one.file))


def filled(session: Session, name: str, one: Answerable, values: Mapping[str, str]) -> str:
    """The template of that name that fits the item best, its variables filled in as far as they are known."""
    known = session.settings.communities.get(one.item.notification.community or "")
    own = {"author": one.name.removeprefix("@").partition("@")[0], "community": known.title if known else ""}
    return fill(choose(templates(session), name, one, known.languages if known else ()).text, {**own, **values})


def choose(known: Sequence[Template], name: str, one: Answerable, languages: Sequence[str]) -> Template:
    """The template of that name for the item's community, in its language, in the form its author uses.

    One for another community is passed over; of the others the one with most in common is taken. Raises ``NotFound``.
    """
    notification = one.item.notification
    named = [each for each in known if each.name.casefold() == name.casefold()]
    fitting = [each for each in named if not each.communities or notification.community in each.communities]
    if not fitting:
        raise _unknown(name, known, bool(named), notification.community)
    language = guess(notification.text) or next(iter(languages), None)
    form = form_of_address(notification.text) or "vous"

    def fits(each: Template) -> tuple[bool, bool, bool]:
        return (
            each.language in (None, language),
            bool(each.communities),
            each.formality in (None, form),
        )

    return max(fitting, key=fits)


def read_values(words: Sequence[str]) -> dict[str, str]:
    """``link=https://…`` and its like, as they were typed; raises ``WrongUse``."""
    found: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or name not in VARIABLES:
            raise WrongUse(
                phrase('"{word}" fills in nothing', word=word),
                phrase("write it like --set link=https://example.org; there are {names}", names=", ".join(VARIABLES)),
            )
        found[name] = value
    return found


def _unknown(name: str, known: Sequence[Template], elsewhere: bool, community: str | None) -> NotFound:
    if elsewhere:
        return NotFound(
            phrase('the template "{name}" is not for {community}', name=name, community=community or "-"),
            phrase("cmday inbox templates lists them"),
        )
    near = get_close_matches(name, sorted({one.name for one in known}), n=1, cutoff=0.5)
    return NotFound(
        phrase('no template is called "{name}"', name=name),
        phrase("did you mean {name}?", name=near[0]) if near else phrase("cmday inbox templates lists them"),
    )
