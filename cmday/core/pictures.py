"""Pictures that may go with a post, by their first bytes, whatever the file is called."""

from __future__ import annotations

from typing import Final

HEAD: Final = 32
# What the networks take without asking further (Mastodon: 16 MB).
MOST_BYTES: Final = 16 * 1024 * 1024


def kind_of(head: bytes) -> str | None:
    """``png``, ``jpeg``, ``gif``, ``webp``, ``avif`` or ``heic``; None for what is no picture."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        return {b"avif": "avif", b"avis": "avif", b"heic": "heic", b"heix": "heic", b"mif1": "heic"}.get(head[8:12])
    return None
