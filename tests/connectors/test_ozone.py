"""Moderating by an Ozone: the contract, and what each action is on the wire.

The Ozone here is written from docs.bsky.app (tools.ozone.moderation.*, tools.ozone.report.*, tools.ozone.server.getConfig),
November 2026, and held against the real one by tests/servers.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final
from urllib.parse import parse_qs

import pytest
from msgspec.structs import replace

from cmday.connectors.catalog import moderator
from cmday.core.accounts import Account
from cmday.core.cases import QueueEntry
from cmday.core.outbox import Sent
from cmday.errors import ConfigError, RateLimited, Refused, SignInNeeded
from tests.connectors.moderating_contract import ModeratingContract, action_on, case_of
from tests.connectors.sending_contract import SECRET
from tests.connectors.test_bluesky_writing import answer
from tests.loopback.answers import Answer, Received
from tests.loopback.server import Loopback

SERVICE: Final = "did:plc:ozone"
ME: Final = "did:plc:mod"
START: Final = datetime(2026, 11, 2, 8, tzinfo=UTC)
D: Final = "tools.ozone.moderation.defs#"
POST: Final = "app.bsky.feed.post"
Event = dict[str, Any]


def iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def uri(number: int) -> str:
    return f"at://did:plc:bruno/{POST}/p{number}"


def ref(number: int, cid: str = "") -> dict[str, str]:
    return {"$type": "com.atproto.repo.strongRef", "uri": uri(number), "cid": cid or f"cid-{number}"}


def repo_ref(did: str) -> dict[str, str]:
    return {"$type": "com.atproto.admin.defs#repoRef", "did": did}


class Service:
    """A PDS with an Ozone behind it; ``fault`` answers what writes, when that was carried out (``keeps``) or not."""

    def __init__(self, loopback: Loopback) -> None:
        self.events: list[Event] = []
        self.statuses: dict[str, dict[str, Any]] = {}
        self.texts: dict[str, dict[str, Any]] = {}
        self.labels: dict[str, set[str]] = {}
        self.assigned: dict[str, str] = {}
        self.written: list[tuple[str, dict[str, Any]]] = []
        self.asked: list[str] = []
        self.fault: Callable[[], Answer] | None = None
        self.keeps = False
        self.always: Answer | None = None
        self.role = "Admin"
        self.knows_reports = self.keeps_keys = self.delivers = True
        for number in (1, 2, 3):
            self.reported(number)
        loopback.route("*", self)

    def reported(self, number: int, why: str = "", kind: str = "reasonSpam", by: str = "did:plc:ana") -> None:
        at = START + timedelta(minutes=number)
        self.texts.setdefault(uri(number), {"$type": POST, "text": f"Cheap followers {number}", "createdAt": iso(at)})
        self.happens(
            {"$type": f"{D}modEventReport", "comment": why, "reportType": f"com.atproto.moderation.defs#{kind}"},
            ref(number),
            by,
            at,
        )

    def happens(self, event: Event, subject: dict[str, str], by: str, at: datetime, **more: Any) -> Event:
        """Keep an event, with what it does to its subject."""
        kind, name = event["$type"].removeprefix(D), subject.get("uri") or subject["did"]
        told = {"id": len(self.events) + 1, "event": event, "subject": subject, "createdBy": by, "createdAt": iso(at)}
        told |= {"creatorHandle": f"{by.rpartition(':')[2]}.test", **more}
        self.events.append(told)
        status = self.statuses.setdefault(
            name,
            {"id": len(self.statuses), "subject": subject, "createdAt": iso(at), "reviewState": f"{D}reviewNone"}
            | {"subjectRepoHandle": "bruno.test", "takendown": False, "updatedAt": iso(at)},
        )
        state = {"modEventReport": "Open", "modEventEscalate": "Escalated"}.get(kind)
        closes = kind in ("modEventAcknowledge", "modEventTakedown", "modEventReverseTakedown")
        if closes or (state and not (state == "Open" and status["reviewState"].endswith("Escalated"))):
            status["reviewState"] = f"{D}review{'Closed' if closes else state}"
        status |= {"lastReportedAt": iso(at)} if kind == "modEventReport" else {"lastReviewedAt": iso(at)}
        if kind == "modEventReport" and event["reportType"].endswith("Appeal"):
            status |= {"appealed": True, "reviewState": f"{D}reviewEscalated"}
        if kind in ("modEventResolveAppeal", "modEventTakedown"):
            status["appealed"] = False
        if kind in ("modEventTakedown", "modEventReverseTakedown"):
            status["takendown"] = kind == "modEventTakedown"
        if kind == "modEventLabel":
            found = self.labels.setdefault(name, set())
            found |= set(event["createLabelVals"])
            found -= set(event["negateLabelVals"])
        return told

    def __call__(self, received: Received) -> Answer:
        if self.always:
            return self.always
        if received.headers.get("authorization") != f"Bearer {SECRET}":
            return answer({"error": "InvalidToken", "message": "Token could not be verified"}, 400)
        assert received.headers.get("atproto-proxy") == f"{SERVICE}#atproto_labeler"
        method, query = received.path.removeprefix("/xrpc/"), parse_qs(received.query)
        self.asked.append(method)
        if not self.role:
            return answer({"error": "AuthenticationRequired", "message": "not a moderator account"}, 401)
        if received.method == "POST":
            return self._told(method, json.loads(received.body))
        known: dict[str, Callable[[], Answer]] = {
            "tools.ozone.server.getConfig": lambda: answer(
                {"pds": {"url": "https://pds.example"}, "viewer": {"role": f"tools.ozone.team.defs#role{self.role}"}}
            ),
            "tools.ozone.moderation.queryStatuses": lambda: self._statuses(query),
            "tools.ozone.moderation.queryEvents": lambda: self._events(query),
            "tools.ozone.moderation.getSubjects": lambda: answer(
                {"subjects": [self._view(one) for one in query["subjects"]]}
            ),
            "tools.ozone.moderation.getRecord": lambda: self._record(query["uri"][0]),
            "tools.ozone.report.queryReports": lambda: self._reports(query),
        }
        return known[method]()

    def _statuses(self, query: dict[str, list[str]]) -> Answer:
        wanted: dict[str, Callable[[dict[str, Any], str], bool]] = {
            "reviewState": lambda one, value: one.get("reviewState") == value,
            "appealed": lambda one, value: one.get("appealed", False) is (value == "true"),
            "subject": lambda one, value: value in (one["subject"].get("uri"), one["subject"].get("did")),
        }
        found = [
            one
            for one in self.statuses.values()
            if all(fits(one, query[name][0]) for name, fits in wanted.items() if name in query)
        ]
        first, limit = int(query.get("cursor", ["0"])[0]), int(query["limit"][0])
        more = {"cursor": str(first + limit)} if len(found) > first + limit else {}
        return answer({"subjectStatuses": found[first : first + limit], **more})

    def _events(self, query: dict[str, list[str]]) -> Answer:
        types, subject = query["types"], query.get("subject", [None])[0]
        found = [
            one
            for one in reversed(self.events)
            if one["event"]["$type"] in types
            and subject in (None, one["subject"].get("uri"), one["subject"].get("did"))
            and one["createdAt"] > query.get("createdAfter", [""])[0]
            and query.get("createdBy", [one["createdBy"]])[0] == one["createdBy"]
        ]
        first, limit = int(query.get("cursor", ["0"])[0]), int(query["limit"][0])
        more = {"cursor": str(first + limit)} if len(found) > first + limit else {}
        return answer({"events": found[first : first + limit], **more})

    def _view(self, name: str) -> dict[str, Any]:
        record = self.texts.get(name)
        did = name.removeprefix("at://").partition("/")[0]
        labels = [{"src": SERVICE, "val": one} for one in sorted(self.labels.get(name, ()))]
        labels.append({"src": "did:plc:another", "val": "foreign"})
        profile = {"displayName": did.rpartition(":")[2].title(), "createdAt": "2026-10-01T08:00:00.000Z"}
        told: dict[str, Any] = {"subject": name, "profile": profile, "type": "record" if record else "account"}
        told["repo"] = {"did": did, "handle": f"{did.rpartition(':')[2]}.test", "indexedAt": iso(START)}
        if name.startswith("at://"):
            told["type"] = "record"
            cid = (record or {}).get("cid") or f"cid-{name.rpartition('/p')[2]}"
            if record:
                told["record"] = {"uri": name, "cid": cid, "value": record, "labels": labels}
        return {**told, **({"status": self.statuses[name]} if name in self.statuses else {})}

    def _record(self, name: str) -> Answer:
        if name not in self.texts:
            return answer({"error": "RecordNotFound", "message": "Could not locate record"}, 400)
        return answer(self._view(name)["record"])

    def _reports(self, query: dict[str, list[str]]) -> Answer:
        if not self.knows_reports:
            return answer({"error": "MethodNotImplemented", "message": "Method Not Implemented"}, 501)
        subject = query.get("subject", [None])[0]
        told = []
        for one in self.events:
            name = one["subject"].get("uri") or one["subject"].get("did")
            given = self.assigned.get(name)
            if one["event"]["$type"] == f"{D}modEventReport" and subject in (None, name):
                report: dict[str, Any] = {"id": one["id"], "subject": {"subject": name}}
                if given:
                    profile = {"handle": f"{given.rpartition(':')[2]}.test"}
                    report["assignment"] = {"did": given, "moderator": {"profile": profile}}
                if query["status"][0] == ("assigned" if given else "open"):
                    told.append(report)
        return answer({"reports": told})

    def _told(self, method: str, said: dict[str, Any]) -> Answer:
        if self.fault and not self.keeps:
            return self.fault()
        done = self._carry_out(method, said)
        if done.status == 200:
            self.written.append((method.rpartition(".")[2], said))
        return self.fault() if self.fault else done

    def _carry_out(self, method: str, said: dict[str, Any]) -> Answer:
        if method.startswith("tools.ozone.report."):
            name = self.events[said["reportId"] - 1]["subject"]["uri"]
            if method.endswith("unassignModerator"):
                self.assigned.pop(name)
            else:
                self.assigned[name] = said["did"]
            return answer({"id": 1})
        event, subject, key = said["event"], said["subject"], said.get("externalId")
        if self.keeps_keys and any(
            one.get("key") == key and one["event"]["$type"] == event["$type"] for one in self.events
        ):
            return answer({"error": "DuplicateExternalId", "message": "An event with the same external ID"}, 400)
        down = self.statuses.get(subject.get("uri") or subject["did"], {}).get("takendown", False)
        if event["$type"] == f"{D}modEventReverseTakedown" and not down:
            return answer({"error": "InvalidRequest", "message": "Subject is not taken down"}, 400)
        more = {"key": key, "modTool": said["modTool"]} if self.keeps_keys else {}
        if event["$type"] == f"{D}modEventEmail":
            event = {**event, "isDelivered": self.delivers}
        return answer(self.happens(event, subject, ME, datetime.now(UTC), **more))


class TestOzone(ModeratingContract):
    many: ClassVar[int] = 130
    changes: ClassVar[frozenset[str]] = frozenset({"edited", "claimed", "resolved", "vanished"})

    @pytest.fixture(autouse=True)
    def _service(self, loopback: Loopback) -> None:
        self.service = Service(loopback)
        self.url = loopback.url("")

    def account(self) -> Account:
        return Account(
            name="sky",
            network="bluesky",
            server=self.url,
            communities=("bem",),
            username=ME,
            options={"ozone": SERVICE},
        )

    def waits(self, count: int) -> None:
        self.service.statuses.clear()
        self.service.events.clear()
        for number in range(1, count + 1):
            self.service.reported(number)

    def written(self) -> list[Any]:
        return self.service.written

    def stands(self) -> Any:
        status = self.service.statuses[uri(1)]
        waits = status["reviewState"] in (f"{D}reviewOpen", f"{D}reviewEscalated")
        return status["takendown"], sorted(self.service.labels.get(uri(1), ())), waits

    def bring_into(self, scene: str) -> None:
        service = self.service
        service.keeps = scene in ("closes", "hangs")
        service.fault = {
            "closes": lambda: Answer(silent=True),
            "hangs": lambda: Answer(silent=True, never=True),
            "refuses": lambda: answer({"error": "InvalidRequest", "message": "no such words here"}, 400),
        }.get(scene)
        service.always = {
            "garbage": Answer(body=b"<html>welcome to the hotel</html>"),
            "signed-out": answer({"error": "InvalidToken", "message": "Token could not be verified"}, 400),
            "busy": Answer(status=429, body=b"{}", headers={"Retry-After": "7"}),
            "fault": answer({"error": "InternalServerError", "message": ""}, 500),
        }.get(scene)
        if scene == "malformed":
            service.statuses[uri(1)]["subject"] = "what was reported"
            del service.statuses[uri(2)]["createdAt"]
        elif scene == "forbidden":
            service.role = ""
        elif scene == "gone":
            self.url = "http://127.0.0.1:1"
        elif scene == "edited":
            service.texts[uri(1)] |= {"text": "Other words", "cid": "cid-new"}
        elif scene == "claimed":
            service.assigned[uri(1)] = "did:plc:chloe"
        elif scene == "resolved":
            service.happens({"$type": f"{D}modEventAcknowledge"}, ref(1), "did:plc:chloe", START + timedelta(hours=1))
        elif scene == "vanished":
            del service.texts[uri(1)]

    def entry(self, number: int = 1) -> QueueEntry:
        return next(one for one in self.entries() if one.subject == uri(number))

    def emitted(self) -> list[tuple[str, dict[str, Any]]]:
        """The events that were emitted: their types and subjects."""
        return [
            (said["event"]["$type"].removeprefix(D), said["subject"])
            for kind, said in self.service.written
            if kind == "emitEvent"
        ]

    def test_a_subject_comes_with_its_reports_author_and_labels(self) -> None:
        self.service.labels[uri(1)] = {"tone", "!hide"}
        self.service.reported(1, "it is spam", by="did:plc:chloe")
        one = self.entry()
        assert (one.author, one.author_handle, one.author_id) == ("Bruno", "@bruno.test", "did:plc:bruno")
        assert one.text == "Cheap followers 1"
        assert one.url == "https://bsky.app/profile/bruno.test/post/p1"
        assert one.labels == ("tone",)
        assert one.joined == datetime(2026, 10, 1, 8, tzinfo=UTC)
        assert [(each.by_handle, each.reason) for each in one.reports] == [
            ("@ana.test", "spam"),
            ("@chloe.test", "spam: it is spam"),
        ]
        assert one.place == {"cid": "cid-1", "waits": "yes", "reported_by": "did:plc:ana did:plc:chloe"}

    def test_a_person_is_a_thing_of_their_own(self) -> None:
        report = {"$type": f"{D}modEventReport", "reportType": "tools.ozone.report.defs#reasonHarassmentTroll"}
        self.service.happens(report, repo_ref("did:plc:bruno"), "did:plc:ana", START)
        one = next(each for each in self.entries() if each.subject == "person:did:plc:bruno")
        assert [each.reason for each in one.reports] == ["harassment troll"]
        assert one.place == {"waits": "yes", "reported_by": "did:plc:ana"}
        with pytest.raises(Refused):
            self.send(action_on(case_of(one, self.account()), "remove"))
        self.send(action_on(case_of(one, self.account()), "ban", seconds="90000"))
        assert self.service.written[0][1]["event"]["durationInHours"] == 25
        assert self.emitted()[0] == ("modEventTakedown", repo_ref("did:plc:bruno"))

    def test_an_appeal_comes_as_one_and_is_decided(self) -> None:
        self.service.happens({"$type": f"{D}modEventTakedown"}, ref(1), "did:plc:chloe", START + timedelta(hours=1))
        self.service.reported(1, "I did nothing", "reasonAppeal", by="did:plc:bruno")
        one = self.entry()
        assert one.appeal
        assert one.held
        case = case_of(one, self.account())
        self.send(action_on(case, "restore"))
        assert [kind for kind, _ in self.emitted()] == ["modEventReverseTakedown", "modEventResolveAppeal"]
        assert uri(1) not in {each.subject for each in self.entries()}

    def test_only_reports_that_nobody_closed_are_told(self) -> None:
        self.service.happens({"$type": f"{D}modEventAcknowledge"}, ref(1), ME, START + timedelta(minutes=2))
        self.service.happens(
            {"$type": f"{D}modEventReport", "reportType": "x#reasonRude", "comment": "again"},
            ref(1),
            "did:plc:chloe",
            START + timedelta(minutes=3),
        )
        assert [each.reason for each in self.entry().reports] == ["rude: again"]

    def test_the_reports_of_one_long_known_are_asked_for_alone(self) -> None:
        for number in range(400):
            self.service.happens(
                {"$type": f"{D}modEventReport", "reportType": "x#reasonSpam"},
                ref(2),
                "did:plc:ana",
                START + timedelta(hours=1, minutes=number),
            )
        assert len(self.entry(1).reports) == 1
        assert len(self.entry(2).reports) >= 100

    @pytest.mark.parametrize(
        ("action", "event", "closes"),
        [
            ("approve", {"$type": f"{D}modEventAcknowledge", "comment": "charter 4"}, False),
            ("resolve", {"$type": f"{D}modEventAcknowledge", "comment": "charter 4"}, False),
            ("hold", {"$type": f"{D}modEventEscalate", "comment": "charter 4"}, False),
            ("remove", {"$type": f"{D}modEventTakedown", "comment": "charter 4"}, False),
            ("mute", {"$type": f"{D}modEventMute", "comment": "charter 4", "durationInHours": 24}, True),
            ("unmute", {"$type": f"{D}modEventUnmute", "comment": "charter 4"}, False),
            ("note", {"$type": f"{D}modEventComment", "comment": "look at the others too"}, False),
            (
                "label",
                {"$type": f"{D}modEventLabel", "comment": "charter 4"}
                | {"createLabelVals": ["tone"], "negateLabelVals": []},
                True,
            ),
            (
                "unlabel",
                {"$type": f"{D}modEventLabel", "comment": "charter 4"}
                | {"createLabelVals": [], "negateLabelVals": ["tone"]},
                False,
            ),
        ],
    )
    def test_each_action_is_one_event_that_bears_its_key(
        self, action: str, event: dict[str, Any], closes: bool
    ) -> None:
        text = "look at the others too" if action == "note" else ""
        one = action_on(self.case(), action, text, label="tone")
        sent = self.send(one)
        told = self.service.written[0][1]
        assert told == {
            "event": event,
            "subject": ref(1),
            "createdBy": ME,
            "modTool": {"name": "cmday", "meta": {"key": one.key}},
            "externalId": one.key,
        }
        rest = [("modEventAcknowledge", ref(1))] if closes else []
        assert self.emitted()[1:] == rest
        assert self.find(one) == Sent(id=sent.id)

    def test_sent_twice_it_is_done_once(self) -> None:
        one = action_on(self.case(), "note", "once")
        assert self.send(one) == self.send(one)
        assert len(self.service.written) == 1

    def test_an_ozone_that_keeps_no_keys_is_told_by_the_reason(self) -> None:
        self.service.keeps_keys = False
        one = action_on(self.case(), "hold")
        sent = self.send(one)
        assert self.find(one) == sent
        assert self.find(replace(one, arguments={**one.arguments, "why": "another reason"})) is None

    def test_the_author_is_banned_for_whole_hours_and_the_reports_are_closed(self) -> None:
        one = action_on(self.case(), "ban", seconds="5400")
        before = self.stands()
        sent = self.send(one)
        assert self.service.written[0][1]["event"]["durationInHours"] == 2
        assert self.emitted() == [("modEventTakedown", repo_ref("did:plc:bruno")), ("modEventAcknowledge", ref(1))]
        self.retract(one, sent)
        assert self.emitted()[2:] == [
            ("modEventReverseTakedown", repo_ref("did:plc:bruno")),
            ("modEventEscalate", ref(1)),
        ]
        assert self.stands() == before

    def test_a_warning_is_a_mail_to_the_author_and_a_note_one_to_each_who_reported(self) -> None:
        self.service.reported(1, by="did:plc:chloe")
        case = self.case()
        self.send(replace(action_on(case, "warn", "Please do not advertise."), subject="Your post"))
        mail = self.service.written[0][1]
        assert mail["subject"] == repo_ref("did:plc:bruno")
        assert (mail["event"]["subjectLine"], mail["event"]["content"]) == ("Your post", "Please do not advertise.")
        self.service.written.clear()
        self.send(action_on(case, "resolve", reporters="Thank you: we asked them to stop."))
        told = [said for _, said in self.service.written]
        assert [each["event"]["$type"].removeprefix(D) for each in told] == [
            "modEventAcknowledge",
            "modEventEmail",
            "modEventEmail",
        ]
        assert [each["subject"] for each in told[1:]] == [repo_ref("did:plc:ana"), repo_ref("did:plc:chloe")]
        assert len({each["externalId"] for each in told}) == 3

    def test_a_mail_that_is_not_delivered_is_no_warning_and_a_note_says_so(self) -> None:
        self.service.delivers = False
        case = self.case()
        with pytest.raises(Refused):
            self.send(action_on(case, "warn", "Please do not advertise."))
        sent = self.send(action_on(case, "resolve", reporters="Thank you."))
        assert sent.note == "Ozone could not deliver the mail"

    def test_reports_are_given_to_a_moderator_and_back(self) -> None:
        case = self.case()
        one = action_on(case, "assign")
        assert self.find(one) is None
        sent = self.send(one)
        assert self.service.written == [("assignModerator", {"reportId": 1, "did": ME, "isPermanent": True})]
        assert self.find(one) == sent
        found = self.look(case)
        assert found is not None
        assert found.claimed_by is None, "it is ours"
        self.retract(one, sent)
        self.retract(one, sent)
        assert self.service.written[1:] == [("unassignModerator", {"reportId": 1})]

    def test_the_version_of_what_nobody_reported_is_asked_for(self) -> None:
        self.service.texts[uri(9)] = {"$type": POST, "text": "Unseen", "createdAt": iso(START)}
        case = replace(self.case(), subject=uri(9), place={})
        found = self.look(case)
        assert found is not None
        assert (found.text, found.reports, found.resolved) == ("Unseen", (), None)
        self.send(action_on(case, "label", label="tone"))
        assert self.emitted() == [("modEventLabel", ref(9))]
        del self.service.texts[uri(9)]
        with pytest.raises(Refused):
            self.send(action_on(case, "remove"))

    def test_a_role_may_do_what_ozone_lets_it(self) -> None:
        self.service.role = "Triage"
        self.service.knows_reports = False
        assert {one.action for one in self.offers()} == {"approve", "resolve", "hold", "note", "mute"}
        self.service.fault = lambda: answer(
            {"error": "AuthenticationRequired", "message": "Must be a full moderator to label content"}, 401
        )
        with pytest.raises(Refused) as caught:
            self.send(action_on(self.case(), "label", label="tone"))
        assert "full moderator" in caught.value.message.english

    def test_a_label_that_ozone_would_not_take_is_refused_here(self) -> None:
        for label in ("", "two words", "a,b"):
            with pytest.raises(Refused):
                self.send(action_on(self.case(), "label", label=label))
        assert self.service.written == []

    def test_private_messages_are_left_to_ozone(self) -> None:
        about = {"$type": "chat.bsky.convo.defs#messageRef", "did": "did:plc:bruno", "messageId": "m1"}
        self.service.statuses["chat"] = {**self.service.statuses[uri(1)], "subject": about}
        del self.service.texts[uri(3)]
        pages = self.pages()
        assert {one.subject for page in pages for one in page.entries} == {uri(1), uri(2)}
        assert pages[-1].said == "1 reported things are gone, 1 private messages are decided in Ozone"
        assert pages[-1].whole

    def test_the_window_of_a_limit_is_known(self) -> None:
        case = self.case()
        ends = str(int(datetime.now(UTC).timestamp()) + 90)
        limits = {"RateLimit-Remaining": "0", "RateLimit-Reset": ends}
        self.service.always = Answer(status=429, body=b"{}", headers=limits)
        with pytest.raises(RateLimited) as caught:
            self.send(action_on(case, "hold"))
        assert caught.value.retry_after is not None
        assert 60 < caught.value.retry_after <= 90

    def test_a_session_that_is_over_asks_for_a_sign_in(self) -> None:
        self.service.always = answer({"error": "ExpiredToken", "message": "Token has expired"}, 400)
        with pytest.raises(SignInNeeded):
            self.pages()

    def test_without_the_option_nothing_is_asked(self) -> None:
        assert moderator(replace(self.account(), options={})) is None
        assert self.service.asked == []
        with pytest.raises(ConfigError):
            moderator(replace(self.account(), options={"ozone": "ozone.example"}))
