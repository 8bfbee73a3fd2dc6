"""Direct messages of Bluesky on their way out (chat.bsky.convo.sendMessage), written from docs.bsky.app, November 2026.

Messages have no key that we could give them, so whether one arrived is told by looking for its words.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from cmday.connectors.bluesky_api import Xrpc
from cmday.connectors.bluesky_chat import MESSAGES, PREFIX, message_page
from cmday.connectors.bluesky_facets import facets
from cmday.connectors.bluesky_refusals import refuse, uncertain
from cmday.connectors.protocol import Exchange, Response
from cmday.connectors.social_posts import moment, tables, text_of
from cmday.core.outbox import Outgoing, Sent
from cmday.errors import Garbled, Uncertain
from cmday.i18n import phrase
from cmday.text.mentions import essence

SETTLE: Final = timedelta(minutes=2)
SLACK: Final = timedelta(minutes=10)
PAGE: Final = 100


def send(api: Xrpc, outgoing: Outgoing) -> Exchange[Sent]:
    """Write into the conversation of what is answered."""
    convo = _conversation(outgoing)
    told: dict[str, object] = {"text": outgoing.text}
    if found := facets(outgoing.text, {}):
        told["facets"] = found
    response: Response = yield from api.post(
        "chat.bsky.convo.sendMessage", {"convoId": convo, "message": told}, chat=True
    )
    refuse(api, response)
    try:
        number = text_of(api.read(response), "id")
    except Garbled:
        number = ""
    if not number:
        raise uncertain(api, response)
    return Sent(id=f"{PREFIX}{convo}/{number}", url=message_page(convo))


def find(api: Xrpc, outgoing: Outgoing, taken: frozenset[str]) -> Exchange[Sent | None]:
    """Whether our words are in the conversation; too soon after the attempt nobody can tell."""
    convo = _conversation(outgoing)
    response: Response = yield from api.get(MESSAGES, chat=True, convoId=convo, limit=PAGE)
    wanted, began = essence(outgoing.text), outgoing.began
    for one in tables(api.read(response).get("messages")):
        at, number = moment(one.get("sentAt")), f"{PREFIX}{convo}/{text_of(one, 'id')}"
        ours = api.is_me(one.get("sender")) and essence(text_of(one, "text")) == wanted and number not in taken
        if ours and at is not None and (began is None or at >= began - SLACK):
            return Sent(id=number, url=message_page(convo))
    if began is not None and datetime.now(UTC) < began + SETTLE:
        raise Uncertain(
            phrase(
                'whether it is on the server of "{account}" cannot be told: {why}',
                account=api.account.name,
                why=phrase("it is too soon to tell: the server may still be at work on it"),
            ),
            phrase("look there yourself, then send it again or drop it: cmday outbox"),
            api.account.name,
        )
    return None


def _conversation(outgoing: Outgoing) -> str:
    return (outgoing.reply_to or "").removeprefix(PREFIX).partition("/")[0]
