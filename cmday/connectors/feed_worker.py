"""Reading feeds in a process of its own: one request in, one answer out, until the other side is gone.

Frames are a length of four bytes and MessagePack. What this process cannot read is answered by nothing, and read again
where the error can be told (``feed_workers``).
"""

from __future__ import annotations

import signal
import sys
from typing import IO

import msgspec

from cmday.core.feeds import KnownBody


class Job(msgspec.Struct, frozen=True, array_like=True):
    """What ``feed_changes.read_changes`` takes."""

    body: bytes
    content_type: str | None
    url: str
    before: KnownBody | None


def write_frame(pipe: IO[bytes], data: bytes) -> None:
    """Send one frame; raises ``OSError`` where nobody is there."""
    pipe.write(len(data).to_bytes(4, "big") + data)
    pipe.flush()


def read_frame(pipe: IO[bytes]) -> bytes | None:
    """The next frame; None where the other side is gone."""
    size = pipe.read(4)
    if len(size) < 4:  # noqa: PLR2004  as ``write_frame`` puts it
        return None
    length = int.from_bytes(size, "big")
    data = pipe.read(length)
    return data if len(data) == length else None


def run() -> None:
    """Answer until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who asks; its end is ours
    decoder = msgspec.msgpack.Decoder(Job)
    while (frame := read_frame(sys.stdin.buffer)) is not None:
        try:
            write_frame(sys.stdout.buffer, _answer(decoder.decode(frame)))
        except OSError:
            return


def _answer(job: Job) -> bytes:
    from cmday.connectors.feed_changes import read_changes

    try:
        return msgspec.msgpack.encode(read_changes(job.body, job.content_type, job.url, job.before))
    except Exception:  # noqa: BLE001  whoever asked reads it again, and tells what is wrong
        return b""


if __name__ == "__main__":
    run()
