"""Pictures on their way to Bluesky: read, uploaded as blobs that nobody sees before a post shows them.

docs.bsky.app, com.atproto.repo.uploadBlob and app.bsky.embed.images: four pictures of a megabyte each.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Final

from cmday.connectors.bluesky_api import Xrpc
from cmday.connectors.protocol import Call, Exchange, Response
from cmday.core.outbox import Attachment
from cmday.core.pictures import HEAD, kind_of
from cmday.errors import CmdayError, Refused
from cmday.i18n import phrase

MOST_BYTES: Final = 1_000_000


def embedded(api: Xrpc, pictures: tuple[Attachment, ...]) -> Exchange[dict[str, Any]]:
    """The part of a post that shows these pictures, each with its words for who cannot see it."""
    images = []
    for picture in pictures:
        body: bytes = yield Call(
            name="read picture", key=api.account.name, function=partial(_read, picture.path, api.account.name)
        )
        images.append({"image": (yield from upload(api, body)), "alt": picture.alt})
    return {"$type": "app.bsky.embed.images", "images": images}


def upload(api: Xrpc, body: bytes) -> Exchange[dict[str, Any]]:
    """The blob of a picture, as posts name it."""
    kind = kind_of(body[:HEAD])
    response: Response = yield from api.upload(body, f"image/{kind}" if kind else "application/octet-stream")
    blob = api.read(response).get("blob")
    if not isinstance(blob, dict):
        raise api.garbled()
    return blob


def _read(path: str, account: str) -> bytes:
    try:
        with Path(path).open("rb") as file:
            body = file.read(MOST_BYTES + 1)
    except OSError as why:
        raise CmdayError(
            phrase("{file} cannot be read: {why}", file=path, why=why.strerror or ""), None, account
        ) from None
    if len(body) > MOST_BYTES:
        raise Refused(
            phrase("{file} is larger than a megabyte, the most that Bluesky takes", file=path),
            phrase("make the picture smaller"),
            account,
        )
    return body
