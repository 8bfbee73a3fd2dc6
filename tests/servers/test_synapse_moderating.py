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


def test_what_was_reported_is_there_once_with_all_its_reports(moderated_synapse: Synapse) -> None:
    root = moderator(moderated_synapse, moderated_synapse.root)
    event = reported(moderated_synapse, "CHEAP FOLLOWERS", "spam", "again")
    other = reported(moderated_synapse, "Rude words", "rude")
    found = root.queue()
    assert {event, other} <= found.keys()
    one = found[event]
    assert [report.reason for report in one.reports] == ["spam", "again"]
    assert {report.by_handle for report in one.reports} == {moderated_synapse.ana.id}
    assert (one.text, one.author_id) == ("CHEAP FOLLOWERS", moderated_synapse.bruno.id)
    assert one.place["room"] == moderated_synapse.room
    pages = root.pages()
    assert pages[-1].whole
    assert "CHEAP FOLLOWERS" in {post.text for page in pages for post in page.posts}, "what stands around the other"
    assert moderator(moderated_synapse, moderated_synapse.ana).queue() == {}


def test_reports_are_deleted_for_good(moderated_synapse: Synapse) -> None:
    root = moderator(moderated_synapse, moderated_synapse.root)
    event = reported(moderated_synapse, "Not so bad", "a mistake", "another")
    case = root.case(event)
    assert root.offers()["resolve"].inverse is None
    sent = root.does(case, "resolve")
    assert event not in root.queue()
    seen = root.look(case)
    assert seen is not None
    assert seen.resolved_as == "its reports were deleted"
    with pytest.raises(Refused):
        root.undoes(sent)


def test_a_redacted_message_is_gone_for_everybody(moderated_synapse: Synapse) -> None:
    root = moderator(moderated_synapse, moderated_synapse.root)
    ana = moderator(moderated_synapse, moderated_synapse.ana)
    event = reported(moderated_synapse, "Somebody's address", "private")
    case = root.case(event)
    sent = ana.does(case, "remove")
    there = event_of(moderated_synapse, event)
    assert there["content"] == {}
    assert there["unsigned"]["redacted_because"]["content"]["reason"] == "charter 4"
    after = root.queue()[event]
    assert (after.text, after.resolved_as) == ("Somebody's address", "redacted")
    with pytest.raises(Refused):
        ana.undoes(sent)


def test_a_ban_holds_until_it_is_taken_back(moderated_synapse: Synapse) -> None:
    ana = moderator(moderated_synapse, moderated_synapse.ana)
    event = reported(moderated_synapse, "Again and again", "flood")
    case = moderator(moderated_synapse, moderated_synapse.root).case(event)
    bruno = moderated_synapse.bruno.id
    assert ana.offers()["ban"].inverse == "unban"
    sent = ana.does(case, "ban", seconds="86400")
    member = state(moderated_synapse, "m.room.member", bruno)
    assert (member["membership"], member["reason"]) == ("ban", "charter 4")
    ana.undoes(sent)
    assert state(moderated_synapse, "m.room.member", bruno)["membership"] == "leave"
    ana.undoes(sent)
    moderated_synapse.joins(moderated_synapse.bruno, moderated_synapse.room)


def test_who_is_muted_cannot_speak_until_they_may_again(moderated_synapse: Synapse) -> None:
    ana = moderator(moderated_synapse, moderated_synapse.ana)
    case = moderator(moderated_synapse, moderated_synapse.root).case(reported(moderated_synapse, "Loud words", "loud"))
    before = state(moderated_synapse, "m.room.power_levels")
    sent = ana.does(case, "mute")
    with pytest.raises(Unavailable, match="403"):
        moderated_synapse.says(moderated_synapse.bruno, moderated_synapse.room, "still here")
    ana.undoes(sent)
    assert state(moderated_synapse, "m.room.power_levels") == before
    moderated_synapse.says(moderated_synapse.bruno, moderated_synapse.room, "thank you")


def test_a_locked_account_can_do_nothing_until_it_is_unlocked(moderated_synapse: Synapse) -> None:
    root = moderator(moderated_synapse, moderated_synapse.root)
    case = root.case(reported(moderated_synapse, "Stolen account", "stolen"))
    sent = root.does(case, "lock")
    with pytest.raises(Unavailable, match="M_USER_LOCKED"):
        moderated_synapse.call("GET", "/account/whoami", by=moderated_synapse.bruno)
    root.undoes(sent)
    assert moderated_synapse.call("GET", "/account/whoami", by=moderated_synapse.bruno)["user_id"] == case.author_id


def test_a_warning_goes_to_its_author_alone_and_once(moderated_synapse: Synapse) -> None:
    ana = moderator(moderated_synapse, moderated_synapse.ana)
    rude, again = (reported(moderated_synapse, "A little rude", "rude") for _ in range(2))
    root = moderator(moderated_synapse, moderated_synapse.root)
    case = root.case(rude)
    ana.does(case, "warn", "Please read charter 4.")
    ana.does(root.case(again), "warn", "And charter 5.")
    direct = moderated_synapse.call(
        "GET", f"/user/{quote(moderated_synapse.ana.id)}/account_data/m.direct", by=moderated_synapse.ana
    )
    (room,) = direct[case.author_id]
    said = [one["content"]["body"] for one in moderated_synapse.messages(room)]
    assert said == ["And charter 5.", "Please read charter 4."]
    moderated_synapse.joins(moderated_synapse.bruno, room)


def test_offers_are_by_power_and_by_office(moderated_synapse: Synapse) -> None:
    assert moderator(moderated_synapse, moderated_synapse.bruno).offers() == {}
    assert moderator(moderated_synapse, moderated_synapse.ana).offers().keys() == {
        "remove",
        "ban",
        "mute",
        "warn",
        "reply",
    }
    assert moderator(moderated_synapse, moderated_synapse.root).offers().keys() == {"resolve", "lock", "warn", "reply"}


def test_who_has_no_power_is_refused(moderated_synapse: Synapse) -> None:
    event = reported(moderated_synapse, "Words of bruno", "hm")
    case = moderator(moderated_synapse, moderated_synapse.root).case(event)
    with pytest.raises(Refused):
        moderator(moderated_synapse, moderated_synapse.root).does(case, "ban")
    welcome = moderator(moderated_synapse, moderated_synapse.bruno)
    with pytest.raises(Refused):
        welcome.does(replace(case, subject=moderated_synapse.welcome, author_id=moderated_synapse.ana.id), "ban")


def test_a_revoked_token_asks_for_a_sign_in(moderated_synapse: Synapse) -> None:
    account = moderator(moderated_synapse, moderated_synapse.root).account
    with pytest.raises(SignInNeeded):
        Moderator(account, known_by("root", "revoked")).queue()
