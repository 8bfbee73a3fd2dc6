"""The catalog: our networks, other packages' networks, and names that are neither."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from cmday.connectors.catalog import NETWORKS, connector, entry, networks
from cmday.connectors.protocol import Notifies
from cmday.core.accounts import Account
from cmday.errors import ConfigError

ACCOUNT = Account(name="mine", network="mastodon", server="m.example")

THIRD_PARTY = """
from cmday.connectors.network_entry import NetworkEntry
from cmday.connectors.protocol import Probe
from cmday.core.items import Page

entry = NetworkEntry(name="{name}", title="Pigeon", where="pigeon_post:Pigeon", sign_in=("token",),
                     server_example="loft.example", gives=("notifications",))

class Pigeon:
    network = "{name}"
    def __init__(self, account):
        self.account = account
    def notifications(self, since):
        return Page(notifications=(), cursor=None)
        yield
    def check(self):
        return Probe(identity="coo", capabilities=frozenset())
        yield
"""


@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_every_network_of_ours_can_be_swept(name: str) -> None:
    assert NETWORKS[name].name == name
    assert isinstance(connector(msgspec.structs.replace(ACCOUNT, network=name)), Notifies)


@pytest.mark.parametrize(
    ("word", "hint"), [("mastadon", 'did you mean "mastodon"?'), ("zzz", "cmday config networks lists them")]
)
def test_an_unknown_network_names_the_nearest(word: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        connector(msgspec.structs.replace(ACCOUNT, network=word))
    assert caught.value.subject == "mine"
    assert caught.value.hint is not None
    assert caught.value.hint.english == hint


def _install(folder: Path, name: str, body: str) -> None:
    """A package on the path, as pip would leave it."""
    (folder / "pigeon_post.py").write_text(body)
    info = folder / "pigeon_post-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: pigeon-post\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[cmday.connectors]\n{name} = pigeon_post:entry\n")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, "pigeon_post", raising=False)
    return folder


def test_another_package_can_bring_a_network(site: Path) -> None:
    _install(site, "pigeon", THIRD_PARTY.format(name="pigeon"))
    account = msgspec.structs.replace(ACCOUNT, network="pigeon")
    assert entry(account).title == "Pigeon"
    assert connector(account).network == "pigeon"
    assert "pigeon" in networks()


def test_another_package_cannot_take_the_place_of_ours(site: Path) -> None:
    _install(site, "mastodon", THIRD_PARTY.format(name="mastodon"))
    assert networks()["mastodon"] is NETWORKS["mastodon"]


def test_a_broken_package_costs_its_own_network_only(site: Path) -> None:
    _install(site, "pigeon", "raise RuntimeError('moulting')\n")
    assert set(networks()) >= set(NETWORKS)
    with pytest.raises(ConfigError):
        connector(msgspec.structs.replace(ACCOUNT, network="pigeon"))


def test_the_catalog_alone_loads_no_connector() -> None:
    code = "import sys, cmday.connectors.catalog\nprint([m for m in sys.modules if m in ('imap_tools', 'cmday.connectors.mastodon')])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_mailbox_library_is_loaded_by_the_call_only() -> None:
    code = "import sys, cmday.connectors.imap\nprint('imap_tools' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
