"""What was reported on a real Synapse, decided through the connector: the server shows it, and the way back."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from msgspec.structs import replace

from cmday.core.accounts import Account
from cmday.errors import Refused, SignInNeeded
from tests.servers.grounds import Unavailable
from tests.servers.moderating import Moderator
from tests.servers.synapse import ALIAS, Person, Synapse
from tests.servers.writing import known_by

pytestmark = pytest.mark.server


def moderator(server: Synapse, person: Person) -> Moderator:
    options: dict[str, object] = {} if person is server.root else {"rooms": [ALIAS]}
    account = Account(name="club", network="matrix", server=server.url, username=person.name, options=options)
    return Moderator(account, known_by(person.name, person.token))


def reported(server: Synapse, text: str, *reasons: str) -> str:
    """What bruno said in the community's room, reported once for each reason."""
    event = server.says(server.bruno, server.room, text)
    for reason in reasons:
        server.reports(server.ana, server.room, event, reason)
    return event


def state(server: Synapse, kind: str, key: str = "") -> Any:
    path = f"/rooms/{quote(server.room)}/state/{kind}/{quote(key)}"
    return server.call("GET", path, by=server.ana)


def event_of(server: Synapse, event: str) -> Any:
    return server.call("GET", f"/rooms/{quote(server.room)}/event/{quote(event)}", by=server.ana)


def test_what_was_reported_is_there_once_with_all_its_reports(synapse_server: Synapse) -> None:
    root = moderator(synapse_server, synapse_server.root)
    event = reported(synapse_server, "CHEAP FOLLOWERS", "spam", "again")
    other = reported(synapse_server, "Rude words", "rude")
    found = root.queue()
    assert {event, other} <= found.keys()
    one = found[event]
    assert [report.reason for report in one.reports] == ["spam", "again"]
    assert {report.by_handle for report in one.reports} == {synapse_server.ana.id}
    assert (one.text, one.author_id) == ("CHEAP FOLLOWERS", synapse_server.bruno.id)
    assert one.place["room"] == synapse_server.room
    pages = root.pages()
    assert pages[-1].whole
    assert "CHEAP FOLLOWERS" in {post.text for page in pages for post in page.posts}, "what stands around the other"
    assert moderator(synapse_server, synapse_server.ana).queue() == {}


def test_reports_are_deleted_for_good(synapse_server: Synapse) -> None:
    root = moderator(synapse_server, synapse_server.root)
    event = reported(synapse_server, "Not so bad", "a mistake", "another")
    case = root.case(event)
    assert root.offers()["resolve"].inverse is None
    sent = root.does(case, "resolve")
    assert event not in root.queue()
    seen = root.look(case)
    assert seen is not None
    assert seen.resolved_as == "its reports were deleted"
    with pytest.raises(Refused):
        root.undoes(sent)


def test_a_redacted_message_is_gone_for_everybody(synapse_server: Synapse) -> None:
    root = moderator(synapse_server, synapse_server.root)
    ana = moderator(synapse_server, synapse_server.ana)
    event = reported(synapse_server, "Somebody's address", "private")
    case = root.case(event)
    sent = ana.does(case, "remove")
    there = event_of(synapse_server, event)
    assert there["content"] == {}
    assert there["unsigned"]["redacted_because"]["content"]["reason"] == "charter 4"
    after = root.queue()[event]
    assert (after.text, after.resolved_as) == ("Somebody's address", "redacted")
    with pytest.raises(Refused):
        ana.undoes(sent)


def test_a_ban_holds_until_it_is_taken_back(synapse_server: Synapse) -> None:
    ana = moderator(synapse_server, synapse_server.ana)
    event = reported(synapse_server, "Again and again", "flood")
    case = moderator(synapse_server, synapse_server.root).case(event)
    bruno = synapse_server.bruno.id
    assert ana.offers()["ban"].inverse == "unban"
    sent = ana.does(case, "ban", seconds="86400")
    member = state(synapse_server, "m.room.member", bruno)
    assert (member["membership"], member["reason"]) == ("ban", "charter 4")
    ana.undoes(sent)
    assert state(synapse_server, "m.room.member", bruno)["membership"] == "leave"
    ana.undoes(sent)
    synapse_server.joins(synapse_server.bruno, synapse_server.room)


def test_who_is_muted_cannot_speak_until_they_may_again(synapse_server: Synapse) -> None:
    ana = moderator(synapse_server, synapse_server.ana)
    case = moderator(synapse_server, synapse_server.root).case(reported(synapse_server, "Loud words", "loud"))
    before = state(synapse_server, "m.room.power_levels")
    sent = ana.does(case, "mute")
    with pytest.raises(Unavailable, match="403"):
        synapse_server.says(synapse_server.bruno, synapse_server.room, "still here")
    ana.undoes(sent)
    assert state(synapse_server, "m.room.power_levels") == before
    synapse_server.says(synapse_server.bruno, synapse_server.room, "thank you")


def test_a_locked_account_can_do_nothing_until_it_is_unlocked(synapse_server: Synapse) -> None:
    root = moderator(synapse_server, synapse_server.root)
    case = root.case(reported(synapse_server, "Stolen account", "stolen"))
    sent = root.does(case, "lock")
    with pytest.raises(Unavailable, match="M_USER_LOCKED"):
        synapse_server.call("GET", "/account/whoami", by=synapse_server.bruno)
    root.undoes(sent)
    assert synapse_server.call("GET", "/account/whoami", by=synapse_server.bruno)["user_id"] == case.author_id


def test_a_warning_goes_to_its_author_alone_and_once(synapse_server: Synapse) -> None:
    ana = moderator(synapse_server, synapse_server.ana)
    rude, again = (reported(synapse_server, "A little rude", "rude") for _ in range(2))
    root = moderator(synapse_server, synapse_server.root)
    case = root.case(rude)
    ana.does(case, "warn", "Please read charter 4.")
    ana.does(root.case(again), "warn", "And charter 5.")
    direct = synapse_server.call(
        "GET", f"/user/{quote(synapse_server.ana.id)}/account_data/m.direct", by=synapse_server.ana
    )
    (room,) = direct[case.author_id]
    said = [one["content"]["body"] for one in synapse_server.messages(room)]
    assert said == ["And charter 5.", "Please read charter 4."]
    synapse_server.joins(synapse_server.bruno, room)


def test_offers_are_by_power_and_by_office(synapse_server: Synapse) -> None:
    assert moderator(synapse_server, synapse_server.bruno).offers() == {}
    assert moderator(synapse_server, synapse_server.ana).offers().keys() == {"remove", "ban", "mute", "warn", "reply"}
    assert moderator(synapse_server, synapse_server.root).offers().keys() == {"resolve", "lock", "warn", "reply"}


def test_who_has_no_power_is_refused(synapse_server: Synapse) -> None:
    event = reported(synapse_server, "Words of bruno", "hm")
    case = moderator(synapse_server, synapse_server.root).case(event)
    with pytest.raises(Refused):
        moderator(synapse_server, synapse_server.root).does(case, "ban")
    welcome = moderator(synapse_server, synapse_server.bruno)
    with pytest.raises(Refused):
        welcome.does(replace(case, subject=synapse_server.welcome, author_id=synapse_server.ana.id), "ban")


def test_a_revoked_token_asks_for_a_sign_in(synapse_server: Synapse) -> None:
    account = moderator(synapse_server, synapse_server.root).account
    with pytest.raises(SignInNeeded):
        Moderator(account, known_by("root", "revoked")).queue()
