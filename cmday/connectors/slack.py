"""Slack: chosen channels as an app of one's own reads them (docs.slack.dev, ``conversations.history``).

Written from documentation. What mentions the app or somebody of the ``team`` counts, and what asks something. Answers
that stand in a thread are told by the message that it hangs on; mentions within threads are not in the history.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

from msgspec.structs import replace

from cmday.connectors.channel_messages import NO_CHANNELS, Ours, Said, channels_of, heard, ours
from cmday.connectors.newest_first import Listed, Reach, Sweep, reach
from cmday.connectors.noticing import own_post
from cmday.connectors.protocol import Exchange, Probe, Response
from cmday.connectors.signed_api import OK, SignedApi, object_of
from cmday.connectors.slack_reading import answered_at, authors, read
from cmday.connectors.social_posts import text_of
from cmday.connectors.token_api import now_of
from cmday.core.accounts import Account
from cmday.core.items import Cursor, Page, ThreadPost
from cmday.errors import CmdayError

PAGE: Final = 100
SITE: Final = "site"
MOST_ASKED: Final = 20
MOST_KNOWN: Final = 200
_SIGNED_OUT: Final = frozenset(
    {"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "no_permission"}
)
_NOT_THERE: Final = frozenset({"channel_not_found", "not_in_channel", "missing_scope", "is_archived"})
_PERSON: Final = "person "


class SlackApi(SignedApi):
    """The web API: refusals come with status 200 and say so in their body."""

    title: ClassVar[str] = "Slack"
    prefix: ClassVar[str] = "/api"

    def is_signed_out(self, response: Response) -> bool:
        return super().is_signed_out(response) or (response.status == OK and error_of(response) in _SIGNED_OUT)

    def fault(self, response: Response) -> CmdayError | None:
        if self.is_signed_out(response) or response.status != OK:
            return super().fault(response)
        error = error_of(response)
        if error in ("ratelimited", "rate_limited"):
            return self.limited(response)
        if error:
            return self.refused(response, error)
        return None if object_of(response).get("ok") is True else self.garbled()


class Slack:
    """One app in one workspace. Options: ``channels`` are ids (C...), ``team`` ids of who answers for us (U...)."""

    network: ClassVar[str] = "slack"

    def __init__(self, account: Account) -> None:
        self.account = account

    def check(self) -> Exchange[Probe]:
        """Which app it is, and in which workspace."""
        told = yield from SlackApi(self.account).told("/auth.test")
        name = f"@{text_of(told, 'user')} ({text_of(told, 'team')})"
        detail = None if channels_of(self.account) else NO_CHANNELS
        return Probe(identity=name, capabilities=frozenset({"profile", "notifications"}), detail=detail)

    def notifications(self, since: Cursor | None) -> Exchange[Page]:
        """Each channel from the newest message down."""
        api, known = SlackApi(self.account), reach(since)
        if not known.me:
            told = yield from api.told("/auth.test")
            known = Reach(me=text_of(told, "user_id"), notes={SITE: text_of(told, "url")})
            if not known.me:
                raise api.garbled()
        channels = channels_of(self.account)
        sweep: Sweep = Sweep(
            known, channels, lambda name, below: self._page(api, sweep, name, below), self.account.first_sweep
        )
        if not channels:
            sweep.doubts.append(NO_CHANNELS)
        return (yield from sweep.talk())

    def _page(self, api: SlackApi, sweep: Sweep, channel: str, below: str | None) -> Exchange[Listed | None]:
        response = yield from api.get("/conversations.history", channel=channel, limit=PAGE, latest=below)
        if response.status == OK and error_of(response) in _NOT_THERE:
            sweep.doubts.append(f"the app may not read the channel {channel}: {error_of(response)}")
            return None
        told = api.read(response)
        entries = api.listed(told.get("messages"))
        we = ours(self.account, sweep.known.me)
        yield from self._learn(api, sweep, entries, we)
        site, names = sweep.known.notes.get(SITE, ""), _names(sweep.known)
        said = [read(one, channel, site, names) for one in entries]
        oldest = min((one for one in said if one), key=lambda one: one.mark, default=None)
        return Listed(
            entries=tuple(heard(one, we, self.account) for one in said if one),
            now=now_of(response),
            below=oldest.id.partition(":")[2] if oldest and told.get("has_more") is True else None,
            spoilt=sum(one is None for one in said),
            posts=tuple(self._answers(entries, said, we, names)),
        )

    def _answers(
        self, entries: list[Any], said: list[Said | None], we: Ours, names: dict[str, str]
    ) -> list[ThreadPost]:
        """Which of these messages one of us has answered in their thread."""
        posts = []
        for entry, one in zip(entries, said, strict=True):
            by, at = answered_at(entry, we.names | we.team) if one and not we.wrote(one) else (None, None)
            if one and by and at:
                who = (names.get(by, by), names.get(by, by))
                posts.append(own_post(f"{one.id}-answered", one.thread or one.id, who, "", at, answers=one.id))
        return posts

    def _learn(self, api: SlackApi, sweep: Sweep, entries: list[Any], we: Ours) -> Exchange[None]:
        """What those are called who say something to us, each asked for once and kept."""
        unknown = [one for one in authors(entries, we.names | we.team) if _PERSON + one not in sweep.known.notes]
        for person in unknown[:MOST_ASKED]:
            response = yield from api.get("/users.info", user=person)
            if response.status != OK or error_of(response):
                return  # their number stands for them; the messages are what matters
            user = object_of(response).get("user")
            name = text_of(user, "profile", "display_name") or text_of(user, "real_name") or text_of(user, "name")
            people = {key: value for key, value in sweep.known.notes.items() if key.startswith(_PERSON)}
            kept = dict([*people.items(), (_PERSON + person, name[:100])][-MOST_KNOWN:])
            sweep.known = replace(sweep.known, notes={SITE: sweep.known.notes.get(SITE, ""), **kept})


def error_of(response: Response) -> str:
    """What the answer calls its refusal; empty where all is well."""
    told = object_of(response)
    return text_of(told, "error") if told.get("ok") is False else ""


def _names(known: Reach) -> dict[str, str]:
    return {key.removeprefix(_PERSON): name for key, name in known.notes.items() if key.startswith(_PERSON) and name}
