"""Which rules of mode ``act`` may act: those that were promoted as they are now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from cmday.errors import CmdayError, ConfigError
from cmday.i18n import phrase
from cmday.session import Session
from cmday.storage import promotions

if TYPE_CHECKING:
    from cmday.config.rules import Rule


def standing(session: Session, rules: Iterable[Rule]) -> tuple[dict[str, datetime], list[CmdayError]]:
    """The rules that may act and since when, and what is to be said of those that say so without having been tried."""
    wanting = [rule for rule in rules if rule.mode == "act"]
    if not wanting:
        return {}, []
    known = promotions.promotions(session.database)
    proven = {
        rule.name: known[rule.name].at
        for rule in wanting
        if rule.name in known and known[rule.name].fingerprint == fingerprint(rule)
    }
    return proven, [_unproven(rule.name) for rule in wanting if rule.name not in proven]


def fingerprint(rule: Rule) -> str:
    """What a rule looks for and does, in a word; its name and reason may change."""
    import hashlib

    return hashlib.sha256(msgspec.json.encode((rule.when, rule.do))).hexdigest()[:32]


def _unproven(name: str) -> CmdayError:
    return ConfigError(
        phrase('rule "{rule}" says mode = "act" and was not tried as it is; it only suggests', rule=name),
        phrase("cmday moderate rules promote {rule}", rule=name),
        "rules.toml",
    )
