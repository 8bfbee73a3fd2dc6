"""The pictures of a post: looked at before they wait to leave."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from cmday.core import pictures
from cmday.errors import WrongUse
from cmday.i18n import phrase
from cmday.outbox.checking import Note


class Picture(msgspec.Struct, frozen=True):
    """A picture and the words for who cannot see it; empty where nobody wrote any."""

    file: Path
    alt: str


def look_at(files: Sequence[Path], alts: Sequence[str]) -> list[Picture]:
    """The pictures with their words, in order; raises ``WrongUse`` for what is no picture, or words without one."""
    if len(alts) > len(files):
        raise WrongUse(phrase("there are more --alt than --image"), phrase("write --alt after the --image it is for"))
    found = []
    for number, file in enumerate(files):
        try:
            with file.open("rb") as opened:
                head, size = opened.read(pictures.HEAD), file.stat().st_size
        except OSError as why:
            raise WrongUse(
                phrase("{file} cannot be read: {why}", file=file, why=why.strerror or str(why)),
                phrase("check its name"),
            ) from None
        if pictures.kind_of(head) is None:
            raise WrongUse(
                phrase("{file} is no picture that networks take", file=file),
                phrase("they take PNG, JPEG, GIF, WebP, AVIF and HEIC"),
            )
        if size > pictures.MOST_BYTES:
            raise WrongUse(
                phrase("{file} is too large: {n} MB", file=file, n=size // 1024**2),
                phrase("{n} MB is what networks take", n=pictures.MOST_BYTES // 1024**2),
            )
        found.append(Picture(file.resolve(), alts[number].strip() if number < len(alts) else ""))
    return found


def picture_notes(shown: Sequence[Picture], most: int) -> Iterator[Note]:
    """What is to be said of pictures where ``most`` may go with a post."""
    if without := [one.file.name for one in shown if not one.alt]:
        yield Note("alt", phrase("no words for who cannot see it: {names} (--alt)", names=", ".join(without)))
    if len(shown) > most:
        yield Note("pictures", phrase("{n} pictures, {most} at most", n=len(shown), most=most))
