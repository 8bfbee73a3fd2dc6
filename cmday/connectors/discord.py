"""Discord: chosen channels as a bot of one's own reads them (docs.discord.com, "Get Channel Messages", API v10).

Written from documentation. What mentions the bot or its roles counts, what answers it, and what asks something. Without
the intent for message content Discord leaves texts out; that is told.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

from msgspec.structs import replace

from cmday.connectors.channel_messages import NO_CHANNELS, Ours, Said, channels_of, heard, ours
from cmday.connectors.newest_first import Listed, Reach, Sweep, reach, server_time
from cmday.connectors.protocol import Exchange, Probe, Response
from cmday.connectors.signed_api import TOO_MANY, SignedApi, number_of, object_of
from cmday.connectors.social_posts import moment, tables, text_of
from cmday.core.accounts import Account, Credentials
from cmday.core.items import Cursor, Page
from cmday.errors import CmdayError

PAGE: Final = 100
SITE: Final = "https://discord.com"
MUTE: Final = "Discord leaves texts out: switch on the message content intent of the bot"
_NOT_THERE: Final = frozenset({403, 404})
# Application flags 18 and 19: the intent for message content, as it is given to large and to small bots.
_CONTENT: Final = 1 << 18 | 1 << 19
_ORDINARY: Final = frozenset({0, 19})
_JOINED: Final = 7


class DiscordApi(SignedApi):
    """Version 10 of the API, with the token of a bot."""

    title: ClassVar[str] = "Discord"
    prefix: ClassVar[str] = "/api/v10"

    def secret(self, credentials: Credentials) -> tuple[tuple[str, str], ...]:
        return (("Authorization", f"Bot {credentials.secret.removeprefix('Bot ').strip()}"),)

    def fault(self, response: Response) -> CmdayError | None:
        """A 429 says in its body how long to wait, to the millisecond."""
        if response.status == TOO_MANY:
            return self.limited(response, number_of(object_of(response).get("retry_after")))
        return super().fault(response)


class Discord:
    """One bot. Options: ``channels`` are the ids of those that are read, ``team`` who answers for us."""

    network: ClassVar[str] = "discord"

    def __init__(self, account: Account) -> None:
        self.account = account

    def check(self) -> Exchange[Probe]:
        """Who the bot is, and whether it is shown what people write."""
        api = DiscordApi(self.account)
        me = yield from api.told("/users/@me")
        name = text_of(me, "username")
        if not name:
            raise api.garbled()
        application = yield from api.told("/applications/@me")
        flags = application.get("flags") if isinstance(application, dict) else None
        reads = isinstance(flags, int) and bool(flags & _CONTENT)
        can = {"profile", "notifications"} | ({"texts"} if reads else set())
        detail = None if reads else MUTE
        return Probe(
            identity=f"@{name}",
            capabilities=frozenset(can),
            detail=detail if channels_of(self.account) else NO_CHANNELS,
        )

    def notifications(self, since: Cursor | None) -> Exchange[Page]:
        """Each channel from the newest message down."""
        api, known = DiscordApi(self.account), reach(since)
        if not known.me:
            me = text_of((yield from api.told("/users/@me")), "id")
            if not me:
                raise api.garbled()
            known = Reach(me=me)
        channels = channels_of(self.account)
        sweep: Sweep = Sweep(
            known, channels, lambda name, below: self._page(api, sweep, name, below), self.account.first_sweep
        )
        if not channels:
            sweep.doubts.append(NO_CHANNELS)
        return (yield from sweep.talk())

    def _page(self, api: DiscordApi, sweep: Sweep, channel: str, below: str | None) -> Exchange[Listed | None]:
        if channel not in sweep.known.notes and not (yield from self._learn(api, sweep, channel)):
            return None
        response = yield from api.get(f"/channels/{channel}/messages", limit=PAGE, before=below)
        if response.status in _NOT_THERE:
            sweep.doubts.append(f"the bot may not read the channel {channel}")
            return None
        entries = api.listed(api.read(response))
        guild, _, rest = sweep.known.notes[channel].partition(" ")
        roles, _, title = rest.partition(" ")
        we = ours(self.account, sweep.known.me, *roles.split(","))
        said = [read(one, channel, guild, title) for one in entries]
        if any(one and not one.text and not one.to and not one.automatic and not one.joined for one in said):
            self._tell_mute(sweep, entries, we)
        oldest = min((one.mark for one in said if one), default=None)
        return Listed(
            entries=tuple(heard(one, we, self.account) for one in said if one),
            now=server_time(response),
            below=str(oldest) if oldest is not None and len(entries) >= PAGE else None,
            spoilt=sum(one is None for one in said),
        )

    def _learn(self, api: DiscordApi, sweep: Sweep, channel: str) -> Exchange[bool]:
        """What the channel is called, to which server it belongs, and which roles the bot has there; kept."""
        response = yield from api.get(f"/channels/{channel}")
        if response.status in _NOT_THERE:
            sweep.doubts.append(f"the bot may not read the channel {channel}")
            return False
        told = api.read(response)
        guild = text_of(told, "guild_id") or "@me"
        roles: list[str] = []
        if guild != "@me":
            response = yield from api.get(f"/guilds/{guild}/members/{sweep.known.me}")
            member = None if response.status in _NOT_THERE else api.read(response)
            listed = member.get("roles") if isinstance(member, dict) else None
            roles = [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []
        kept = f"{guild} {','.join(roles[:50])} {text_of(told, 'name')[:100]}"
        sweep.known = replace(sweep.known, notes={**sweep.known.notes, channel: kept})
        return True

    def _tell_mute(self, sweep: Sweep, entries: list[Any], we: Ours) -> None:
        """Say that texts are left out: messages of others have neither text nor anything else in them."""
        empty = [one for one in tables(entries) if text_of(one, "author", "id") not in we.names and _is_empty(one)]
        if empty and MUTE not in sweep.doubts:
            sweep.doubts.append(MUTE)


def read(entry: Any, channel: str, guild: str, title: str) -> Said | None:
    """A message of a channel; None where it cannot be read. Ids are snowflakes, which rise with time."""
    number, author = text_of(entry, "id"), text_of(entry, "author", "id")
    if not isinstance(entry, dict) or not (number.isascii() and number.isdigit() and len(number) < 21 and author):  # noqa: PLR2004
        return None
    at = moment(entry.get("timestamp"))
    if at is None:
        return None
    username = text_of(entry, "author", "username")
    above = entry.get("referenced_message")
    roles = entry.get("mention_roles")
    kind = entry.get("type")
    return Said(
        id=number,
        mark=int(number),
        author=author,
        who=(text_of(entry, "author", "global_name") or username, f"@{username}"),
        text=_plain(entry),
        at=at,
        url=f"{SITE}/channels/{guild}/{channel}/{number}",
        place=(channel, f"#{title}") if title else None,
        to=frozenset(text_of(one, "id") for one in tables(entry.get("mentions")))
        | frozenset(one for one in (roles if isinstance(roles, list) else ()) if isinstance(one, str)),
        answered=text_of(entry, "message_reference", "message_id") or None,
        answered_author=text_of(above, "author", "id") or None,
        edited=moment(entry.get("edited_timestamp")),
        reply=f"{channel}/{number}",
        direct=guild == "@me",
        joined=kind == _JOINED,
        automatic=entry["author"].get("bot") is True or kind not in (*_ORDINARY, _JOINED),
    )


def _plain(entry: dict[str, Any]) -> str:
    """The text, with people by name where it has their numbers."""
    text = text_of(entry, "content")
    for one in tables(entry.get("mentions")):
        name = text_of(one, "global_name") or text_of(one, "username")
        for form in (f"<@{text_of(one, 'id')}>", f"<@!{text_of(one, 'id')}>"):
            text = text.replace(form, f"@{name}")
    return text


def _is_empty(entry: dict[str, Any]) -> bool:
    full = any(entry.get(part) for part in ("content", "attachments", "embeds", "sticker_items", "mentions", "poll"))
    return not full and entry.get("type") in _ORDINARY
