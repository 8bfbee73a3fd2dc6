"""Mail that only tells what happened elsewhere: by a rule of the person's it counts as a notification of that network.

What kind it is, is guessed from the subject in French and English, and where that is not clear it is "other": a mail
that wants nothing must not pose as one that waits for an answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import msgspec

from cmday.core.accounts import Account
from cmday.core.items import Kind

_ADDRESS: Final = re.compile(r"https?://[^\s<>\"'\])}»]{1,1900}", re.IGNORECASE)
_ASIDE: Final = re.compile(
    r"unsubscribe|desabonn|désabonn|settings|preferences|opt-?out|email_?prefs|/help", re.IGNORECASE
)
# The first that fits counts: what names a deed on something of ours comes before what may be meant of others' things.
_KINDS: Final[tuple[tuple[Kind, str], ...]] = (
    ("mention", r"mentioned you|tagged you|vous a (?:mentionné|identifié|cité)|t'a (?:mentionné|identifié)"),
    ("message", r"sent you (?:a|an? \w+) message|messaged you|new (?:direct |private )?message from"),
    ("message", r"vous a envoyé un (?:nouveau )?message|nouveau message (?:privé|de)\b"),
    (
        "reply",
        r"(?:replied|commented|answered|responded)\b.{0,30}\b(?:you|your)\b|new (?:comment|reply) (?:on|to) your",
    ),
    ("reply", r"a (?:commenté|répondu)\b.{0,30}\b(?:votre|vos|vous|ta|ton)\b"),
    ("like", r"(?:likes?|liked|loved|reacted to|celebrates?) your|aime(?:nt)? votre|a réagi à votre"),
    ("share", r"(?:shared|reposted) your|a (?:partagé|republié) votre"),
    ("follow", r"(?:started|is now) following you|new follower|wants to connect|invitation to connect|friend request"),
    (
        "follow",
        r"vous suit\b|nouvel(?:le)? abonné|souhaite (?:rejoindre votre réseau|se connecter)|demande d'(?:ami|ajout)",
    ),
)


class MailRule(msgspec.Struct, frozen=True):
    """Mail from this address, or from this domain and those below it, is ``network``'s; ``kind`` None is guessed."""

    sender: str
    network: str
    kind: Kind | None = None

    def fits(self, address: str) -> bool:
        domain = address.rpartition("@")[2]
        return address == self.sender if "@" in self.sender else f".{domain}".endswith(f".{self.sender}")


def rules_of(account: Account) -> tuple[MailRule, ...]:
    """The rules in an account's table (option ``as``)."""
    found = account.options.get("as")
    return tuple(MailRule(*one) for one in found) if isinstance(found, tuple) else ()


def rule_for(address: str, rules: Iterable[MailRule]) -> MailRule | None:
    """The first rule that fits a sender."""
    return next((one for one in rules if one.fits(address.lower())), None)


def guessed_kind(subject: str) -> Kind:
    """What a subject tells of, as far as it is clear."""
    level = " ".join(subject.replace("’", "'").split())
    return next((kind for kind, words in _KINDS if re.search(words, level, re.IGNORECASE)), "other")


def link_in(text: str) -> str | None:
    """Where a mail leads: its first address that is none of those for the mail itself."""
    return next((found[0].rstrip(".,;:!?") for found in _ADDRESS.finditer(text) if not _ASIDE.search(found[0])), None)
