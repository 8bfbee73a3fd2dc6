"""A secret that an API wants in the address reaches the server, and nobody else: no response, no error, no other host."""

from __future__ import annotations

import pytest

from cmday.connectors.protocol import SECRET_HERE
from cmday.errors import NetworkError
from tests.connectors.talking import fetch
from tests.loopback.answers import redirect
from tests.loopback.server import Loopback

SECRET = "12345:AAe-never_shown"


def test_the_server_gets_it_and_the_response_does_not_name_it(loopback: Loopback) -> None:
    loopback.route(f"/bot{SECRET}/getMe", "here")
    response = fetch(loopback.url(f"/bot{SECRET_HERE}/getMe"), secret_path=SECRET)
    assert response.body == b"here"
    assert SECRET not in repr(response)


def test_another_host_does_not_get_it(loopback: Loopback) -> None:
    other = loopback.url(f"/there/{SECRET_HERE}", host="other.localhost")
    loopback.route(f"/bot{SECRET}/getMe", redirect(other))
    loopback.route(f"/there/{SECRET_HERE}", "here")
    response = fetch(loopback.url(f"/bot{SECRET_HERE}/getMe"), secret_path=SECRET)
    assert SECRET not in repr(response)
    assert SECRET not in loopback.requests[1].path


def test_no_error_names_it(loopback: Loopback) -> None:
    loopback.route(f"/bot{SECRET}/getMe", redirect(f"/bot{SECRET_HERE}/getMe"))
    for url in (loopback.url(f"/bot{SECRET_HERE}/getMe"), f"http://nowhere.invalid/bot{SECRET_HERE}/getMe"):
        with pytest.raises(NetworkError) as failed:
            fetch(url, secret_path=SECRET)
        assert SECRET not in f"{failed.value!r} {failed.value.message} {failed.value.hint}"
