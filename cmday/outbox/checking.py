"""What one is told about a text before it waits to leave: each a note, never a wall."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from cmday.connectors.protocol import Manner
from cmday.i18n import Phrase, language, phrase
from cmday.outbox.dictionaries import Missing, open_dictionary
from cmday.session import Session
from cmday.storage import keep
from cmday.text import tone, typography
from cmday.text.filling import unfilled
from cmday.text.language import guess
from cmday.text.length import length
from cmday.text.links import broken_links
from cmday.text.mentions import addressed
from cmday.text.reasons import says_how_to_appeal, says_why
from cmday.text.spelling import unknown_words

_LANGUAGES: Final = {"fr": phrase("French"), "en": phrase("English")}
_MOST_WORDS: Final = 8
_TONES: Final[dict[tone.ToneKind, str]] = {
    "capitals": phrase("capitals sound like shouting: {excerpt}").message,
    "reproach": phrase('"{excerpt}" may be heard as a reproach').message,
    "empty-apology": phrase('"{excerpt}" is an apology that admits nothing').message,
    "impatience": phrase('"{excerpt}" may sound impatient').message,
    "exclamation": phrase("many exclamation marks: {excerpt}").message,
}


class Note(msgspec.Struct, frozen=True):
    """One thing to know about a text; ``kind`` is a stable word for programs."""

    kind: str
    message: Phrase


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What was found of a text. ``spelling`` is None where no dictionary was to be had; ``hint`` says why, once a day.

    ``length`` counts as the network does, ``most`` is its limit. ``language`` is None where it is not clear.
    """

    length: int
    most: int | None
    language: str | None
    spelling: tuple[str, ...] | None
    notes: tuple[Note, ...]
    hint: Phrase | None = None


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """Where a text goes: how its network takes it, to whom, what it answers, which names and languages are at home.

    ``reason`` is why a moderator acts, of which a text to those it concerns must speak: None where nobody does.
    ``appealable`` tells that its reader is the one who may ask for it to be looked at again.
    """

    manner: Manner
    to: str | None = None
    heard: str = ""
    names: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    reason: str | None = None
    appealable: bool = False


def check(session: Session, text: str, setting: Setting) -> Checked:
    """Everything that is to be said of a text where it is going."""
    manner = setting.manner
    counted = length_at(text, manner, setting.to)
    written = guess(text)
    supposed = written or guess(setting.heard) or next(iter(setting.languages), None) or language()
    spelling, hint = _spelling(session, text, supposed, setting.names)
    notes = [
        *_length_notes(counted, manner.most),
        *_unfilled_notes(text),
        *_link_notes(text),
        *_reason_notes(text, setting),
        *_language_notes(written, setting),
        *_spelling_notes(spelling),
        *(_typography_notes(text) if supposed == "fr" else ()),
        *_tone_notes(text),
    ]
    return Checked(length=counted, most=manner.most, language=written, spelling=spelling, notes=tuple(notes), hint=hint)


def length_at(text: str, manner: Manner, to: str | None = None) -> int:
    """How long a text is for a network. Where links count alike, as on Mastodon, an answer begins with a handle."""
    handles = manner.link_length is not None
    whole = addressed(text, to) if handles else text
    return length(whole, link_length=manner.link_length, short_handles=handles)


def _length_notes(counted: int, most: int | None) -> Iterator[Note]:
    if most is not None and counted > most:
        yield Note("length", phrase("too long: {n} characters, {most} at most", n=counted, most=most))


def _unfilled_notes(text: str) -> Iterator[Note]:
    if names := unfilled(text):
        yield Note("unfilled", phrase("not filled in: {names}", names=", ".join(f"{{{name}}}" for name in names)))


def _link_notes(text: str) -> Iterator[Note]:
    if links := broken_links(text):
        yield Note("link", phrase("no complete address: {links}", links=", ".join(links)))


def _reason_notes(text: str, setting: Setting) -> Iterator[Note]:
    if setting.reason is not None and not says_why(text, setting.reason):
        yield Note("reason", phrase("it does not say why: {reason}", reason=setting.reason or "-"))
    if setting.appealable and not says_how_to_appeal(text):
        yield Note("appeal", phrase("it does not say what to do who sees it otherwise"))


def _language_notes(written: str | None, setting: Setting) -> Iterator[Note]:
    heard = guess(setting.heard)
    if written is None:
        return
    if heard not in (None, written):
        yield Note(
            "language",
            phrase("this is {one}, they wrote {other}", one=_LANGUAGES[written], other=_LANGUAGES[heard or written]),
        )
    elif heard is None and setting.languages and written not in setting.languages:
        yield Note(
            "language",
            phrase(
                "this is {one}, here one writes {others}",
                one=_LANGUAGES[written],
                others=", ".join(str(_LANGUAGES.get(each, each)) for each in setting.languages),
            ),
        )


def _spelling(
    session: Session, text: str, supposed: str, names: Iterable[str]
) -> tuple[tuple[str, ...] | None, Phrase | None]:
    knows = open_dictionary(supposed, session.home)
    if isinstance(knows, Missing):
        told, today = keep.get(session.database, "spelling told"), session.clock.today().isoformat()
        if told == today:
            return None, None
        keep.put(session.database, "spelling told", today)
        return None, knows.hint
    return tuple(unknown_words(text, knows, names)), None


def _spelling_notes(words: tuple[str, ...] | None) -> Iterator[Note]:
    if words:
        shown = ", ".join(words[:_MOST_WORDS]) + (", …" if len(words) > _MOST_WORDS else "")
        yield Note("spelling", phrase("not in the dictionary: {words}", words=shown))


def _typography_notes(text: str) -> Iterator[Note]:
    slips = typography.slips(text)
    # A keyboard has no other apostrophe: by itself it is mended by --fix, and not worth a word.
    if any(slip.kind != "apostrophe" for slip in slips):
        yield Note(
            "typography",
            phrase(
                "French typography, {n} to mend (--fix does), the first: {excerpt}",
                n=len(slips),
                excerpt=next(slip.excerpt for slip in slips if slip.kind != "apostrophe"),
            ),
        )


def _tone_notes(text: str) -> Iterator[Note]:
    for remark in tone.remarks(text):
        yield Note(remark.kind, Phrase(_TONES[remark.kind], {"excerpt": remark.excerpt}))
