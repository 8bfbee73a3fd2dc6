"""Pictures on their way to a Mastodon server: read, uploaded with the words for who cannot see them, waited for.

An upload that is lost leaves nothing that anybody sees, so it may be tried again: it is never ``Uncertain``.
"""

from __future__ import annotations

import mimetypes
import time
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

from cmday.connectors.http import bearer, decode, expect_ok
from cmday.connectors.mastodon_api import MastodonApi
from cmday.connectors.protocol import Call, Exchange, Request, Response
from cmday.core.accounts import Credentials
from cmday.core.outbox import Attachment
from cmday.errors import CmdayError, TimedOut, TooMuch
from cmday.i18n import phrase

UPLOADS: Final = ("/api/v2/media", "/api/v1/media")
MOST_BYTES: Final = 40 * 1024 * 1024
PAUSES: Final = (0.3, 0.5, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0)
_NO_SUCH_DOOR: Final = frozenset({404, 405, 501})
_IN_WORK: Final = frozenset({202, 206})
Expect = Callable[[Response], Response]


class _Media(msgspec.Struct, frozen=True):
    id: str | int


def upload(api: MastodonApi, credentials: Credentials, picture: Attachment, refuse: Expect) -> Exchange[str]:
    """The server's id of the picture, once it is ready to be posted; ``refuse`` raises what a refusal means."""
    body: bytes = yield Call(
        name="read picture", key=api.account.name, function=partial(_read, picture.path, api.account.name)
    )
    for path in UPLOADS:
        response: Response = yield _request(api, credentials, path, picture, body)
        if response.status not in _NO_SUCH_DOOR:
            break
    media = str(decode(refuse(response), _Media).id)
    if response.status in _IN_WORK:
        yield from _wait(api, credentials, media)
    return media


def _wait(api: MastodonApi, credentials: Credentials, media: str) -> Exchange[None]:
    for pause in PAUSES:
        yield Call(name="pause", key=api.account.name, function=partial(time.sleep, pause))
        response: Response = yield api.get(credentials, f"/api/v1/media/{media}")
        if response.status not in _IN_WORK:
            expect_ok(response, api.account.name, sign_in_hint=api.login())
            return
    raise TimedOut(
        phrase("the server is still at work on the picture"), phrase("cmday send tries again later"), api.account.name
    )


def _request(api: MastodonApi, credentials: Credentials, path: str, picture: Attachment, body: bytes) -> Request:
    """A form with the file and its description (RFC 7578)."""
    boundary = "cmday-" + sha256(body).hexdigest()[:40]
    kind = mimetypes.guess_type(picture.path)[0] or "application/octet-stream"
    name = Path(picture.path).name.encode("ascii", "replace").decode().translate(str.maketrans('"\\?\r\n', "_____"))
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="description"\r\n\r\n{picture.alt}\r\n'.encode(),
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'.encode(),
        f"Content-Type: {kind}\r\n\r\n".encode(),
        body,
        f"\r\n--{boundary}--\r\n".encode(),
    ]
    return Request(
        url=f"{api.base}{path}",
        method="POST",
        headers=(("accept", "application/json"), ("content-type", f"multipart/form-data; boundary={boundary}")),
        secret_headers=(bearer(credentials.secret),),
        body=b"".join(parts),
        follow=0,
    )


def _read(path: str, account: str) -> bytes:
    try:
        with Path(path).open("rb") as file:
            body = file.read(MOST_BYTES + 1)
    except OSError as why:
        raise CmdayError(
            phrase("{file} cannot be read: {why}", file=path, why=why.strerror or ""), None, account
        ) from None
    if len(body) > MOST_BYTES:
        raise TooMuch(phrase("{file} is larger than 40 MiB", file=path), None, account)
    return body
