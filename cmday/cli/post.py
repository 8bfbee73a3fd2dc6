"""``cmday post``: one text for one or several accounts, now or when their community is awake or asleep."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final, cast

import msgspec
import typer

from cmday.cli.asking import can_ask, confirm
from cmday.cli.reply import has_terminal, read_file, read_input, read_moment
from cmday.cli.reply_lines import NoteRow, counted, fates, note_lines, note_rows, pictured, spelled
from cmday.cli.run import Run, current, unknown_community
from cmday.errors import DONE, WrongUse
from cmday.i18n import _, phrase
from cmday.steps.planning import posting, variants
from cmday.steps.planning.post_pictures import Picture, look_at
from cmday.steps.planning.posting import Posted, When
from cmday.steps.planning.speakers import Target, length_at, shortened_for
from cmday.steps.planning.speakers import targets as targets_of

_SOON: Final = {"now": "now", "maintenant": "now", "quiet": "quiet", "creux": "quiet", "peak": "peak", "pointe": "peak"}


class PostRow(msgspec.Struct, frozen=True, kw_only=True):
    """One post that waits in the outbox."""

    id: str
    handle: str
    operation: str
    operation_handle: str
    account: str
    network: str
    community: str | None
    text: str
    state: str
    due: datetime | None
    images: tuple[str, ...]
    length: int
    most: int | None
    spelling: tuple[str, ...] | None
    notes: tuple[NoteRow, ...]


class PostData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday post --json``."""

    items: tuple[PostRow, ...]


def command(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TEXT]", help=_("The text, or - for stdin; without it your editor opens.")),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", "-f", help=_('A file with the text; "--- mastodon" begins another for a network.')),
    ] = None,
    to: Annotated[
        list[str] | None, typer.Option("--to", metavar="ACCOUNT", help=_("By this account; repeatable."))
    ] = None,
    community: Annotated[
        list[str] | None, typer.Option("--community", "-c", help=_("By all accounts of this community; repeatable."))
    ] = None,
    at: Annotated[str, typer.Option("--at", metavar="WHEN", help=_("now, quiet, peak, or a time: fri 18h."))] = "now",
    image: Annotated[list[Path] | None, typer.Option("--image", help=_("A picture; repeatable."))] = None,
    alt: Annotated[
        list[str] | None,
        typer.Option("--alt", metavar="TEXT", help=_("What the picture shows, for who cannot see it.")),
    ] = None,
    draft: Annotated[bool, typer.Option("--draft", help=_("Keep it as a draft: it waits for your word."))] = False,
    fix: Annotated[bool, typer.Option("--fix", help=_("Mend French typography."))] = False,
) -> int:
    run = current()
    when = read_soon(run, at)
    shown = look_at(image or (), alt or ())
    targets = targets_of(run.session, to or (), _communities(run, community or ()))
    if words and file:
        raise WrongUse(
            phrase("there are two texts: one on the line, one in {file}", file=file), phrase("write it once")
        )
    texts = _texts(run, words, file, targets)
    if texts is None:
        run.remark(_("nothing was written, nothing waits"))
        return DONE
    texts = _shorter(run, targets, texts)
    pairs = [(one, variants.text_for(texts, one.account.name, one.account.network)) for one in targets]
    posted = posting.write(run.session, pairs, when, shown=shown, draft=draft, mend=fix)
    return _show(run, posted, shown)


command.__doc__ = _("Write for one or several accounts; it goes out with cmday send, or when it is due.")


def read_soon(run: Run, at: str) -> When | datetime:
    soon = _SOON.get(at.strip().lower())
    if soon:
        return cast("When", soon)
    return read_moment(run, at, "--at") or "now"


def _communities(run: Run, typed: Sequence[str]) -> list[str]:
    named = [name for part in typed for name in part.split(",") if name]
    for name in named:
        if name not in run.settings.communities:
            raise unknown_community(name, run.settings.communities)
    return named or list(run.session.communities)


def _texts(
    run: Run, words: Sequence[str] | None, file: Path | None, targets: Sequence[Target]
) -> dict[str, str] | None:
    """The texts by network or account, the general one under the empty name; None where the editor gave nothing."""
    names = {name for one in targets for name in (one.account.name, one.account.network)}
    if file:
        return variants.read(read_file(file), names)
    if words and list(words) != ["-"]:
        return {variants.GENERAL: " ".join(words)}
    if not words and has_terminal():
        return _edited(run, targets, {})
    piped = variants.read(read_input(), names)
    if not piped:
        raise WrongUse(
            phrase("there is no text, and no terminal to write it in"),
            phrase('cmday post "We open at 19:30", or pipe it in'),
        )
    return piped


def _edited(run: Run, targets: Sequence[Target], texts: dict[str, str]) -> dict[str, str] | None:
    """Have the texts written; nothing is lost, whatever goes wrong."""
    from cmday.cli import editor
    from cmday.config.drafts import keep, new_draft

    names = {name for one in targets for name in (one.account.name, one.account.network)}
    intro = [
        _("Write your post; lines that begin with #| are not sent. Nothing leaves before send."),
        _('A line "--- {name}" begins what only {name} gets instead.').format(name=targets[0].account.network),
        *(f"{one.account.name}: {run.view.join(one.speaker, one.community, _most(one))}" for one in targets),
    ]
    body = [texts.get(variants.GENERAL, "")]
    for name, text in texts.items():
        if name != variants.GENERAL:
            body += [f"--- {name}", text]
    offered = "\n".join([*(f"{variants.MARK} {line}" for line in intro), *body]) + "\n"
    file = new_draft(run.home, "post", offered)
    with keep(file, phrase("cmday post --file {file}", file=file)):
        editor.edit(file, len(intro) + 1)
        found = variants.read(read_file(file), names)
    return found or None


def _most(one: Target) -> str:
    return _("at most {n} characters").format(n=one.manner.most) if one.manner.most else ""


def _shorter(run: Run, targets: Sequence[Target], texts: dict[str, str]) -> dict[str, str]:
    """Where a network takes less than was written, offer to write it a shorter text; else the texts as they are."""
    offered = dict(texts)
    for one in targets:
        text = variants.text_for(texts, one.account.name, one.account.network)
        short = shortened_for(one, text)
        if short != text.strip():
            offered[one.account.name] = short
            run.remark(
                _("{account} takes {most} characters, these are {n}").format(
                    account=one.account.name, most=one.manner.most, n=length_at(one, text)
                )
            )
    if offered == texts or run.options.json or not can_ask() or not confirm(_("Write a shorter text for it?")):
        return texts
    return _edited(run, targets, offered) or texts


def _show(run: Run, posted: Sequence[Posted], shown: Sequence[Picture]) -> int:
    data = PostData(items=tuple(_row(one, shown) for one in posted))
    lines = [] if run.options.json else [line for one in posted for line in _lines(run, one, shown)]
    code = run.print_data("post", data, "\n".join(lines))
    for hint in dict.fromkeys(str(one.checked.hint) for one in posted if one.checked.hint):
        run.remark(hint)
    return code


def _row(one: Posted, shown: Sequence[Picture]) -> PostRow:
    outgoing = one.outgoing
    return PostRow(
        id=outgoing.id,
        handle=one.handle,
        operation=outgoing.operation or "",
        operation_handle=one.operation,
        account=outgoing.account,
        network=outgoing.network,
        community=outgoing.community,
        text=outgoing.text,
        state=outgoing.state,
        due=outgoing.due,
        images=tuple(str(picture.file) for picture in shown),
        length=one.checked.length,
        most=one.checked.most,
        spelling=one.checked.spelling,
        notes=note_rows(one.checked),
    )


def _lines(run: Run, one: Posted, shown: Sequence[Picture]) -> Iterator[str]:
    found = run.view.join(
        counted(one.checked),
        spelled(one.checked),
        pictured(len(shown)),
        *fates(run, one.outgoing.state, one.outgoing.due),
        one.operation,
    )
    yield _("{handle} as {speaker} for {community}: {found}").format(
        handle=one.handle, speaker=one.target.speaker, community=one.target.community or "-", found=found
    )
    yield from note_lines(one.checked)
