"""From the demo's messages to the answers of the Mastodon API that a server would have given."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any, Final

from cmday.connectors.recorded import ANY, Recording
from cmday.demo.answers import Answers

_FAILING_SECONDS: Final = 1.2
_JOINED: Final = datetime(2023, 4, 2, tzinfo=UTC).date()
_MODERATOR: Final = str(0x10 | 0x400)  # may read reports and act on accounts
_ON_REPORTS: Final = ("resolve", "reopen", "assign_to_self", "unassign")
_ON_PEOPLE: Final = ("action", "enable", "unsensitive", "unsilence", "unsuspend")
_SHIFT: Final = 16  # a Mastodon id is milliseconds, then 16 bits to tell simultaneous ones apart


class Network:
    """All servers of the demo: who is on them, what Robin posted, and what came of it."""

    def __init__(self, inbox: dict[str, Any], people: dict[str, Any], accounts: dict[str, Any]) -> None:
        self.inbox = inbox
        self.people = people
        self.accounts = accounts
        self.statuses: dict[str, dict[str, Any]] = {}
        for post in inbox["post"]:
            self.statuses[post["name"]] = self._status(post, self.own(post["account"]))
        self._told: dict[str, list[tuple[datetime, dict[str, Any]]]] = {name: [] for name in accounts}
        for at, account, told in self._events():
            self._told[account].append((at, told))

    def told(self, account: str, until: datetime) -> list[dict[str, Any]]:
        """The notifications of an account up to then, newest first, as the API lists them."""
        found = [told for at, told in self._told[account] if at <= until]
        return sorted(found, key=lambda told: int(told["id"]), reverse=True)

    def failing(self, account: str, at: datetime) -> int | None:
        """The HTTP status with which an account's server fails at a moment, None where it works."""
        tables = (table for table in self.inbox["failing"] if table["account"] == account and table["since"] <= at)
        return next((table["status"] for table in tables), None)

    def own(self, account: str) -> dict[str, Any]:
        """Robin's own account, as ``verify_credentials`` shows it."""
        table = self.accounts[account]
        role = {"role": {"permissions": _MODERATOR}} if table.get("moderate") else {}
        return _account(f"{table['username']}@{_host(table)}", {"name": table["username"]}) | role

    def reports(self, account: str, until: datetime) -> list[dict[str, Any]]:
        """The reports that an account's server has for its moderators, newest first (``Admin::Report``)."""
        found = [one for one in self.inbox["report"] if one["account"] == account and one["at"] <= until]
        return [self._report(one) for one in sorted(found, key=lambda one: one["at"], reverse=True)]

    def _report(self, report: dict[str, Any]) -> dict[str, Any]:
        about, by = self.statuses[report["about"]], self._person(report["who"])
        return {
            "id": _id(report["at"]),
            "action_taken": False,
            "category": "spam",
            "comment": report["text"],
            "created_at": _utc(report["at"]),
            "account": _as_moderators_see(by),
            "target_account": _as_moderators_see(about["account"]),
            "statuses": [about],
            "rules": [],
        }

    def _events(self) -> Iterator[tuple[datetime, str, dict[str, Any]]]:
        for mention in self.inbox["mention"]:
            status = self._status(mention, self._person(mention["who"]))
            if "name" in mention:
                self.statuses[mention["name"]] = status
            yield mention["at"], mention["account"], self._one("mention", mention["at"], mention["who"], status=status)
        for report in self.inbox["report"]:
            about = self.statuses[report["about"]]
            told = {
                "id": _id(report["at"]),
                "category": "spam",
                "comment": report["text"],
                "created_at": _utc(report["at"]),
                "status_ids": [about["id"]],
                "target_account": about["account"],
            }
            yield report["at"], report["account"], self._one("admin.report", report["at"], report["who"], report=told)
        for reaction in self.inbox["reaction"]:
            status = {"status": self.statuses[reaction["about"]]} if "about" in reaction else {}
            for number, who in enumerate(reaction["who"]):
                at = reaction["at"] + timedelta(minutes=number * reaction["minutes"])
                yield at, reaction["account"], self._one(reaction["type"], at, who, **status)

    def _one(self, kind: str, at: datetime, who: str, **rest: Any) -> dict[str, Any]:
        salt = sum(map(ord, kind + who))
        return {"id": _id(at, salt), "type": kind, "created_at": _utc(at), "account": self._person(who), **rest}

    def _person(self, who: str) -> dict[str, Any]:
        return _account(who, self.people[who])

    def _status(self, post: dict[str, Any], author: dict[str, Any]) -> dict[str, Any]:
        about = self.statuses.get(post.get("about", ""))
        number = _id(post["at"], sum(map(ord, author["acct"])))
        return {
            "id": number,
            "created_at": _utc(post["at"]),
            "visibility": "direct" if post.get("direct") else "public",
            "in_reply_to_id": about["id"] if about else None,
            "in_reply_to_account_id": about["account"]["id"] if about else None,
            "url": f"{author['url']}/{number}",
            "content": f"<p>{escape(post['text'])}</p>",
            "spoiler_text": "",
            "account": author,
        }


def record_server(answers: Answers, network: Network, account: str) -> None:
    """Record what an account's server answers: its newest page, nothing older and nothing newer; or that it fails."""
    server = network.accounts[account]["server"].rstrip("/")
    notifications, oneself = f"{server}/api/v1/notifications", f"{server}/api/v1/accounts/verify_credentials"
    failing = network.failing(account, answers.until)
    if failing:
        for url in (f"{server}/api/v2/notifications", notifications, oneself):
            answers.add(Recording(url=url, status=failing, seconds=_FAILING_SECONDS))
        posts = f"{server}/api/v1/statuses"
        answers.add(Recording(url=posts, method="POST", status=failing, seconds=_FAILING_SECONDS))
        return
    _record_writing(answers, network, account, server)
    _record_around(answers, network, account, server)
    if network.accounts[account].get("moderate"):
        _record_moderating(answers, network, account, server)
    told = network.told(account, answers.until)
    answers.json(f"{account}-self", oneself, network.own(account))
    answers.json(f"{account}-newest", notifications, told)
    answers.json(f"{account}-older", notifications, [], {"max_id": ANY})
    answers.json(f"{account}-newer", notifications, [], {"min_id": ANY})
    if len(told) > 1:
        above = {"min_id": told[-1]["id"], "limit": "1"}
        answers.json(f"{account}-above-the-oldest", notifications, [told[-2]], above)


def _record_around(answers: Answers, network: Network, account: str, server: str) -> None:
    """What a server without groups says around its notifications: the threads of the mentions, and nothing else."""
    answers.add(Recording(url=f"{server}/api/v2/notifications", status=404))
    answers.json(f"{account}-own", f"{server}/api/v1/accounts/{network.own(account)['id']}/statuses", [])
    answers.json(f"{account}-conversations", f"{server}/api/v1/conversations", [])
    posts = {post["id"]: post for post in network.statuses.values()}
    for told in network.told(account, answers.until):
        status = told.get("status")
        if told["type"] == "mention" and status:
            above = [posts[status["in_reply_to_id"]]] if status["in_reply_to_id"] in posts else []
            context = {"ancestors": above, "descendants": []}
            answers.json(f"{account}-{status['id']}", f"{server}/api/v1/statuses/{status['id']}/context", context)


def _record_moderating(answers: Answers, network: Network, account: str, server: str) -> None:
    """What a server says to its moderator: the reports that wait, and that each action was done."""
    reports, people = f"{server}/api/v1/admin/reports", f"{server}/api/v1/admin/accounts"
    waiting = network.reports(account, answers.until)
    answers.json(f"{account}-reports", reports, waiting)
    for one in waiting:
        number, person = one["id"], one["target_account"]["id"]
        answers.json(f"{account}-report-{number}", f"{reports}/{number}", one)
        answers.json(f"{account}-reported-{person}", f"{people}/{person}", one["target_account"])
        done = [f"{reports}/{number}/{word}" for word in _ON_REPORTS] + [
            f"{people}/{person}/{word}" for word in _ON_PEOPLE
        ]
        for url in done:
            answers.json(f"{account}-moderated", url, {}, method="POST")


def _record_writing(answers: Answers, network: Network, account: str, server: str) -> None:
    """What a server says to a post, wherever it goes, and to taking it back."""
    posted = {"id": _id(answers.until), "url": f"{network.own(account)['url']}/{_id(answers.until)}"}
    statuses = f"{server}/api/v1/statuses"
    answers.json(f"{account}-posted", statuses, posted, method="POST")
    answers.json(f"{account}-deleted", f"{statuses}/{posted['id']}", posted, method="DELETE")
    answers.json(f"{account}-scheduled", f"{server}/api/v1/scheduled_statuses", [])
    takes = {"max_characters": 500, "max_media_attachments": 4, "characters_reserved_per_url": 23}
    answers.json(f"{account}-instance", f"{server}/api/v2/instance", {"configuration": {"statuses": takes}})


def _as_moderators_see(account: dict[str, Any]) -> dict[str, Any]:
    return {"id": account["id"], "created_at": account["created_at"], "account": account}


def _account(who: str, person: dict[str, Any]) -> dict[str, Any]:
    name, _, host = who.partition("@")
    return {
        "id": str(sum(ord(letter) * 131**place for place, letter in enumerate(who)) % 10**12),
        "username": name,
        "acct": who,
        "display_name": person["name"],
        "url": f"https://{host}/@{name}",
        "created_at": f"{person.get('since', _JOINED).isoformat()}T00:00:00.000Z",
    }


def _host(table: dict[str, Any]) -> str:
    return str(table["server"]).removeprefix("https://").rstrip("/")


def _id(at: datetime, salt: int = 0) -> str:
    return str((int(at.timestamp() * 1000) << _SHIFT) + salt)


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
