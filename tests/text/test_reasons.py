"""Words of a moderator say why, and how to appeal, or are noticed not to."""

from __future__ import annotations

import pytest

from cmday.text.reasons import says_how_to_appeal, says_why


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Your post was removed: insults.", "insult"),
        ("We took it down because it names a member.", "charter 4"),
        ("Votre message a été retiré : publicité répétée.", "publicité"),
        ("C’est contraire à la charte.", "art. 4"),
        ("Ton message contient des insultes envers Zoé", "insulte envers un membre"),
    ],
)
def test_a_reason_is_heard(text: str, reason: str) -> None:
    assert says_why(text, reason)


@pytest.mark.parametrize("text", ["Your post was removed.", "Votre message a été retiré.", "Please be nice.", "Stop !"])
def test_none_is_missed(text: str) -> None:
    assert not says_why(text, "spam")
    assert not says_how_to_appeal(text)


@pytest.mark.parametrize(
    "text",
    [
        "If you disagree, tell us.",
        "Answer this message and it is read again.",
        "Si vous n’êtes pas d’accord, répondez ici.",
        "Tu peux contester : écris-nous.",
        "Un recours est possible.",
    ],
)
def test_a_way_to_appeal_is_heard(text: str) -> None:
    assert says_how_to_appeal(text)
