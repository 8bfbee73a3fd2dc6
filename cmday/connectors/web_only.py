"""A conversation that has begun on the web stays there: no site may send cmday to a machine of the local network.

Redirects are watched by the engine; this is for the addresses that a page, or another server, names.
"""

from __future__ import annotations

from typing import Any

from cmday.connectors.engine.addresses import host_of, is_public
from cmday.connectors.protocol import Exchange, Request, Response, T
from cmday.errors import NetworkError, Untrusted
from cmday.i18n import phrase


def web_only(talk: Exchange[T]) -> Exchange[T]:
    """The same conversation; once a server of the web has answered, ``Untrusted`` answers requests to private hosts."""
    send: Any = None
    failed: NetworkError | None = None
    web = ""
    try:
        while True:
            step = talk.throw(failed) if failed else talk.send(send)
            send = failed = None
            if web and isinstance(step, Request) and not is_public(host := host_of(step.url)):
                failed = Untrusted(phrase("{host} leads into a private network, to {target}", host=web, target=host))
                continue
            try:
                send = yield step
            except NetworkError as error:
                failed = error
                continue
            if isinstance(send, Response) and is_public(host_of(send.url)):
                web = host_of(send.url)
    except StopIteration as ended:
        found: T = ended.value
        return found
    finally:
        talk.close()
