"""What headers and statuses mean to a connector."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmday.connectors import http
from cmday.connectors.protocol import Response
from cmday.errors import CmdayError, Garbled, Gone, RateLimited, ServerFailed, SignInNeeded
from cmday.i18n import phrase

URL = "https://social.example/api/v1/things?limit=2"


def answered(status: int = 200, body: bytes = b"", **headers: str) -> Response:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Response(url=URL, status=status, body=body, headers=named)


@pytest.mark.parametrize(
    ("status", "headers", "error"),
    [
        (401, {}, SignInNeeded),
        (403, {}, ServerFailed),
        (404, {}, ServerFailed),
        (410, {}, Gone),
        (429, {}, RateLimited),
        (503, {"retry_after": "30"}, RateLimited),
        (503, {}, ServerFailed),
        (500, {}, ServerFailed),
        (302, {}, ServerFailed),
        (418, {}, ServerFailed),
    ],
)
def test_each_status_is_its_own_error(status: int, headers: dict[str, str], error: type[CmdayError]) -> None:
    with pytest.raises(error) as raised:
        http.expect_ok(answered(status, b"", **headers), "bem")
    assert raised.value.subject == "bem"
    assert "social.example" in raised.value.message.english


def test_a_good_answer_is_handed_back() -> None:
    response = answered(204)
    assert http.expect_ok(response) is response


def test_a_refused_sign_in_names_the_command_that_mends_it() -> None:
    hint = phrase("cmday login {name}", name="mastodon")
    with pytest.raises(SignInNeeded) as raised:
        http.expect_ok(answered(401), "bem", sign_in_hint=hint)
    assert raised.value.hint == hint


def test_patience_is_kept_with_the_error() -> None:
    with pytest.raises(RateLimited) as raised:
        http.expect_ok(answered(429, retry_after="90"))
    assert raised.value.retry_after == 90


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 7 ", 7.0),
        ("Sun, 06 Nov 1994 08:50:37 GMT", 60.0),
        ("Sunday, 06-Nov-94 08:50:37 GMT", 60.0),
        ("Sun Nov  6 08:49:00 1994", 0.0),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_retry_after_in_seconds_and_as_a_date_by_the_servers_clock(value: str, seconds: float | None) -> None:
    response = answered(503, retry_after=value, date="Sun, 06 Nov 1994 08:49:37 GMT")
    assert http.retry_after(response) == seconds


@given(st.text())
def test_retry_after_is_never_negative_and_never_fails(value: str) -> None:
    assert (http.retry_after(answered(503, retry_after=value)) or 0) >= 0


@pytest.mark.parametrize(
    ("value", "age"),
    [
        ("max-age=600", 600),
        ("public, Max-Age=60, must-revalidate", 60),
        ("no-cache", 0),
        ("no-store, max-age=60", 0),
        ("s-maxage=60", None),
        ("private", None),
    ],
)
def test_max_age(value: str, age: int | None) -> None:
    assert http.max_age(answered(cache_control=value)) == age


class Thing(msgspec.Struct):
    id: str


def test_json_of_the_right_shape() -> None:
    assert http.decode(answered(body=b'[{"id": "1", "more": 2}]'), list[Thing]) == [Thing("1")]


@pytest.mark.parametrize("body", [b"<html>", b'[{"id": 1}]', b"", b"\xff", b"[" * 100_000])
def test_json_of_another_shape_is_garbled(body: bytes) -> None:
    with pytest.raises(Garbled, match=r"social\.example"):
        http.decode(answered(body=body), list[Thing])


def test_a_query_is_added_to_what_is_there() -> None:
    assert http.with_query(URL, min_id="a b", since=None) == URL + "&min_id=a+b"


def test_credentials_as_headers() -> None:
    assert http.basic("Aladdin", "open sesame") == ("Authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
    assert http.bearer("t") == ("Authorization", "Bearer t")
