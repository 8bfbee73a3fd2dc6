"""The JSON envelope that every command writes under ``--json``; nothing of the drawing is imported for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final, TextIO

import msgspec

VERSION: Final = 1
_UNSEEN: Final = re.compile("[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
# ASCII without DEL.
_PLAIN: Final = bytes(range(127))


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """``status`` is done, partial or failed; ``errors`` are ``steps.protocol.Trouble`` rows."""

    version: int = VERSION
    command: str
    generated_at: datetime
    status: str
    data: object
    errors: Sequence[object] = ()


def to_json(command: str, generated_at: datetime, status: str, data: object, errors: Sequence[object] = ()) -> bytes:
    r"""The envelope as indented JSON in UTF-8, ended by a line feed.

    What a terminal might obey is written as ``\uXXXX``, so that JSON is as safe to look at as the screen.
    """
    envelope = Envelope(command=command, generated_at=generated_at, status=status, data=data, errors=list(errors))
    written = msgspec.json.format(msgspec.json.encode(envelope), indent=2) + b"\n"
    if not _UNSEEN.search(written.translate(None, _PLAIN).decode()):  # a fraction of what looking through all takes
        return written
    return _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", written.decode()).encode()


def write_json(  # noqa: PLR0917  the envelope's keys in their order
    stream: TextIO, command: str, generated_at: datetime, status: str, data: object, errors: Sequence[object] = ()
) -> None:
    """Write the envelope; bytes where the stream has a buffer, so that no locale can spoil them."""
    written = to_json(command, generated_at, status, data, errors)
    buffer = getattr(stream, "buffer", None)
    if buffer is None:
        stream.write(written.decode())
    else:
        stream.flush()
        buffer.write(written)
    stream.flush()
