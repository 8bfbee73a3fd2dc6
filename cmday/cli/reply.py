"""``cmday inbox reply``: answers from the line, from a pipe, from templates, or from one file for many items."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
import typer

from cmday.cli.run import Run, current
from cmday.errors import DONE, CmdayError, NotFound, WrongUse
from cmday.i18n import _, phrase

if TYPE_CHECKING:
    from cmday.steps.notifications.replying import Answerable, Wish

_HANDLES: Final = re.compile(r"i?\d{1,6}(?:-i?\d{1,6})?(?:,i?\d{1,6}(?:-i?\d{1,6})?)*", re.IGNORECASE | re.ASCII)
_MOST: Final = 100_000


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """What the line asks for, apart from the items: where the text comes from."""

    text: str | None
    template: str | None
    values: Mapping[str, str]
    as_it_is: bool
    kept: Path | None


def reply(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="HANDLE... [TEXT]", help=_("Handles, ranges (i5-8) or ids; then the answer, or - for stdin.")
        ),
    ],
    text: Annotated[str | None, typer.Option("--text", "-m", metavar="TEXT", help=_("The answer."))] = None,
    template: Annotated[
        str | None, typer.Option("--template", "-t", metavar="NAME", help=_("Begin with a template."))
    ] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help=_("Fill in a variable of the template."))
    ] = None,
    no_edit: Annotated[bool, typer.Option("--no-edit", help=_("Take the template as it is."))] = False,
    kept: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help=_("Go on with a file that was kept."))
    ] = None,
    follow_up: Annotated[
        str | None, typer.Option("--follow-up", metavar="WHEN", help=_("Bring it back then, unless they answered."))
    ] = None,
    at: Annotated[str, typer.Option("--at", metavar="WHEN", help=_("When it may go out: now, 14h, fri..."))] = "now",
    draft: Annotated[bool, typer.Option("--draft", help=_("Keep it as a draft: it waits for your word."))] = False,
    fix: Annotated[bool, typer.Option("--fix", help=_("Mend French typography."))] = False,
) -> int:
    run = current()
    from cmday.steps.notifications import replying
    from cmday.steps.notifications.templates import read_values

    named, rest = _split(run, words)
    if rest is not None and text is not None:
        raise WrongUse(phrase("there are two texts: one on the line, one after --text"), phrase("write it once"))
    wish = replying.Wish(
        due=read_moment(run, at, "--at"),
        draft=draft,
        follow_up=read_moment(run, follow_up, "--follow-up") if follow_up else None,
        mend=fix,
    )
    typed = Typed(
        text=rest if text is None else text,
        template=template,
        values=read_values(set_ or ()),
        as_it_is=no_edit,
        kept=kept,
    )
    ones = replying.answerables(run.session, named)
    return _answer(run, ones, typed, wish)


reply.__doc__ = _("Answer items; the answers wait in the outbox until cmday send.")


def read_moment(run: Run, typed: str, option: str) -> datetime | None:
    """The moment that was typed; None for now. Raises ``WrongUse`` for one that is over."""
    if typed.strip().lower() in {"now", "maintenant"}:
        return None
    from cmday.cli.plan_words import read_when

    moment = read_when(run, typed, "start")
    if moment is not None and moment <= run.session.clock.now():
        raise WrongUse(
            phrase("{time} is over already", time=moment.strftime("%Y-%m-%d %H:%M")),
            phrase("name a moment to come, for example {option} tomorrow", option=option),
        )
    return moment


def _split(run: Run, words: Sequence[str]) -> tuple[list[str], str | None]:
    """The items named, and the text after them where there is one."""
    named: list[str] = []
    for number, word in enumerate(words):
        if not _names_items(run, word):
            if not named:
                raise WrongUse(
                    phrase('"{word}" names no item', word=word[:60]),
                    phrase('name the item first: cmday inbox reply i1 "{word}"', word=word[:60]),
                )
            return named, " ".join(words[number:])
        named.append(word)
    return named, None


def _names_items(run: Run, word: str) -> bool:
    account, colon, _rest = word.partition(":")
    return bool(_HANDLES.fullmatch(word)) or bool(colon and account in run.settings.accounts and " " not in word)


def _answer(run: Run, ones: Sequence[Answerable], typed: Typed, wish: Wish) -> int:
    from cmday.cli.reply_lines import show_written
    from cmday.steps.notifications import replying

    if typed.text not in (None, "-"):
        texts = [(one, typed.text or "") for one in ones]
    elif typed.template and typed.as_it_is:
        texts = [(one, _offered(run, one, typed)) for one in ones]
    elif typed.text is None and has_terminal():
        return _edited(run, ones, typed, wish)
    elif typed.kept:
        texts = list(_read_kept(ones, typed.kept))
    elif typed.template and typed.text is None:
        texts = [(one, _offered(run, one, typed)) for one in ones]
    else:
        piped = read_input()
        if not piped.strip():
            raise WrongUse(
                phrase("there is no text, and no terminal to write it in"),
                phrase('cmday inbox reply {handle} "Thank you!", or pipe the text in', handle=ones[0].handle),
            )
        texts = [(one, piped) for one in ones]
    return show_written(run, replying.write(run.session, texts, wish))


def has_terminal() -> bool:
    """Whether what is typed comes from a terminal, in which an editor can be opened too."""
    return sys.stdin is not None and sys.stdin.isatty()


def read_input() -> str:
    """What is piped in; nothing where there is no input at all."""
    try:
        return sys.stdin.read(_MOST)
    except (OSError, ValueError, AttributeError):
        return ""


def _offered(run: Run, one: Answerable, typed: Typed) -> str:
    if typed.template is None:
        return ""
    from cmday.guide.dossier import gather
    from cmday.guide.stops import Stop
    from cmday.steps.notifications.templates import filled
    from cmday.terminal import wording
    from cmday.text.language import guess

    known = gather(run.session, Stop(step="notifications", sort="message", id=one.id, handle=one.handle))
    event = known.events[0] if known and known.events else None
    values = dict(typed.values)
    if event:
        day = run.view.local(event.start).date()
        spoken = guess(one.item.notification.text) or run.view.language
        values = {"event": event.title, "date": wording.long_day(day, spoken), **values}
    return filled(run.session, typed.template, one, values)


def _edited(run: Run, ones: Sequence[Answerable], typed: Typed, wish: Wish) -> int:
    """Have the answers written in one file; what was written is not lost, whatever goes wrong."""
    from cmday.cli import editor
    from cmday.cli.reply_lines import show_written
    from cmday.cli.reply_sheet import intro, section
    from cmday.config.drafts import keep, new_draft
    from cmday.guide.dossier import gather
    from cmday.guide.stops import Stop
    from cmday.steps.notifications import drafting, replying

    sections = [
        section(
            run,
            one,
            gather(run.session, Stop(step="notifications", sort="message", id=one.id, handle=one.handle)),
            _offered(run, one, typed),
        )
        for one in ones
    ]
    head = intro(len(ones) > 1)
    text = read_file(typed.kept) if typed.kept else drafting.compose(sections, head)
    file = new_draft(run.home, "reply", text)
    with keep(
        file, phrase("cmday inbox reply {names} --from {file}", names=" ".join(one.handle for one in ones), file=file)
    ):
        editor.edit(file, None if typed.kept else drafting.writing_line(sections, head))
        answers = drafting.read(read_file(file), sections)
        if not answers:
            run.remark(_("nothing was written, nothing waits"))
            return DONE
        written = replying.write(
            run.session, [(one, answers[one.handle]) for one in ones if one.handle in answers], wish
        )
    return show_written(run, written)


def _read_kept(ones: Sequence[Answerable], kept: Path) -> list[tuple[Answerable, str]]:
    from cmday.steps.notifications import drafting

    sections = [drafting.Section(handle=one.handle, head="") for one in ones]
    answers = drafting.read(read_file(kept), sections)
    if not answers:
        raise WrongUse(phrase("{file} holds no answer to these items", file=kept), phrase("nothing was taken"))
    return [(one, answers[one.handle]) for one in ones if one.handle in answers]


def read_file(file: Path) -> str:
    """What was written into a file; raises where it cannot be read."""
    try:
        return file.read_text(encoding="utf-8-sig")[:_MOST]
    except UnicodeDecodeError:
        raise CmdayError(phrase("{file} is not written in UTF-8", file=file), phrase("save it as UTF-8")) from None
    except OSError as why:
        raise NotFound(
            phrase("{file} cannot be read: {why}", file=file, why=why.strerror or str(why)), phrase("check its name")
        ) from None
