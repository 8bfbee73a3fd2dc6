"""GitLab: the to-do items of an account, which are mentions, reviews and assignments (docs.gitlab.com/api/todos).

Written from documentation. GitLab itself calls an item done once one has acted on it: an item that was waiting and is
no longer in the list was answered there.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

from msgspec.structs import replace

from cmday.connectors.newest_first import Found, Listed, Reach, Sweep, reach
from cmday.connectors.noticing import notice, own_post
from cmday.connectors.protocol import Exchange, Probe, Response
from cmday.connectors.signed_api import SignedApi
from cmday.connectors.social_posts import moment, text_of
from cmday.connectors.token_api import now_of
from cmday.core.accounts import Account, Credentials
from cmday.core.items import Cursor, Kind, Page

PAGE: Final = 100
PLACE: Final = "todos"
WAITING: Final = "waiting"
MOST_WAITING: Final = 200
_KINDS: Final[dict[str, Kind]] = {
    "mentioned": "mention",
    "directly_addressed": "mention",
    "review_requested": "question",
    "approval_required": "question",
    "assigned": "mention",
    "access_requested": "question",
    "member_access_requested": "question",
}


_NOTED: Final = {"Issue": "issues", "MergeRequest": "merge_requests"}


class GitlabApi(SignedApi):
    """Version 4 of the API, with a personal access token."""

    title: ClassVar[str] = "GitLab"
    prefix: ClassVar[str] = "/api/v4"

    def secret(self, credentials: Credentials) -> tuple[tuple[str, str], ...]:
        return (("PRIVATE-TOKEN", credentials.secret.strip()),)


class Gitlab:
    """One account on one server."""

    network: ClassVar[str] = "gitlab"

    def __init__(self, account: Account) -> None:
        self.account = account

    def check(self) -> Exchange[Probe]:
        """Who is signed in, and whether to-do items may be read."""
        api = GitlabApi(self.account)
        name = yield from who(api)
        api.listed((yield from api.told("/todos", state="pending", per_page=1)))
        return Probe(identity=f"@{name}", capabilities=frozenset({"profile", "notifications"}))

    def notifications(self, since: Cursor | None) -> Exchange[Page]:
        """The items that wait, newest first, and those that no longer do."""
        api, known = GitlabApi(self.account), reach(since)
        if not known.me:
            known = Reach(me=(yield from who(api)))

        def ask(_name: str, below: str | None) -> Exchange[Listed | None]:
            number = int(below or 1)
            response = yield from api.get("/todos", state="pending", per_page=PAGE, page=number)
            return self._listed(api, sweep, response, number)

        sweep: Sweep = Sweep(known, (PLACE,), ask, self.account.first_sweep)
        return (yield from sweep.talk())

    def _listed(self, api: GitlabApi, sweep: Sweep, response: Response, number: int) -> Listed:
        entries = api.listed(api.read(response))
        found = [self._found(one) for one in entries]
        read = [one for one in found if one]
        now = now_of(response)
        frame = Listed(
            entries=tuple(read),
            now=now,
            below=str(number + 1) if len(entries) >= PAGE else None,
            spoilt=len(found) - len(read),
        )
        if number > 1 or frame.spoilt:
            return frame
        # What lies below a full page is not known to be gone.
        lowest = 0 if frame.below is None else min((one.mark for one in read), default=0)
        before = [one for one in sweep.known.notes.get(WAITING, "").split() if int(one) >= lowest]
        there = {one.id for one in read}
        me = sweep.known.me
        done = tuple(
            own_post(f"done-{one}", one, (me, f"@{me}"), "", now, answers=one) for one in before if one not in there
        )
        waiting = " ".join(one.id for one in read[:MOST_WAITING])
        sweep.known = replace(sweep.known, notes={**sweep.known.notes, WAITING: waiting})
        return replace(frame, posts=done)

    def _found(self, entry: Any) -> Found | None:
        number = entry.get("id") if isinstance(entry, dict) else None
        at = moment(entry.get("created_at")) if isinstance(entry, dict) else None
        if not isinstance(number, int) or isinstance(number, bool) or number < 0 or at is None:
            return None
        action, title = text_of(entry, "action_name"), text_of(entry, "target", "title")
        username = text_of(entry, "author", "username")
        project = text_of(entry, "project", "path_with_namespace")
        return Found(
            mark=number,
            id=str(number),
            at=at,
            notification=notice(
                self.account,
                str(number),
                _KINDS.get(action, "other"),
                (text_of(entry, "author", "name") or username, f"@{username}"),
                text_of(entry, "body") or f"{action.replace('_', ' ')}: {title}",
                at=at,
                url=text_of(entry, "target_url") or None,
                thread=str(number),
                about=(project or "todo", title or project),
                reply=_talk(entry),
            ),
        )


def _talk(entry: Any) -> str | None:
    """The path of the issue or merge request whose notes an answer joins; None for all else (builds, designs)."""
    kind = _NOTED.get(text_of(entry, "target_type"))
    project, target = entry.get("project"), entry.get("target")
    number = project.get("id") if isinstance(project, dict) else None
    place = target.get("iid") if isinstance(target, dict) else None
    return f"/projects/{number}/{kind}/{place}" if kind and isinstance(number, int) and isinstance(place, int) else None


def who(api: GitlabApi) -> Exchange[str]:
    """The name of the account."""
    name = text_of((yield from api.told("/user")), "username")
    if not name:
        raise api.garbled()
    return name
