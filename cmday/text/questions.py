"""Whether a text asks something, in French or English, by its signs and turns of phrase; no model.

It only moves an item up in a list, so a doubtful case counts as a question.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_MOST: Final = 4000
_ADDRESS: Final = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_QUOTED_LINE: Final = re.compile(r"(?m)^[^\S\n]*>.*$")
# A question mark that follows a word, over spaces, closing quotes and brackets; not the one in ":?" or "???" alone.
_MARK: Final = re.compile(r"[^\W_][\s!.…\"'’”»)\]]{0,4}[?？؟⁇⁈❓❔]")
_SENTENCE: Final = re.compile(r"[.!\n;:…]+\s*|,\s+|\s[-–—]\s")
_GREETING: Final = (
    r"(?:(?:bonjour|bonsoir|salut|coucou|hello|hi|hey|dear all|svp|stp|please|s'il (?:vous|te) plait|et|and|so|alors"
    r"|mais|but|du coup|ok|merci|thanks|@\S+)\s+)*"
)
_ENGLISH: Final = (
    r"(?:what|where|when|why|how|who|which|whose)"
    r"(?: (?:time|day|date|much|many|long|late|early|often|far|kind|price))?"
    r" (?:is|are|was|were|do|does|did|can|could|will|would|should|shall|may|has|have)\b(?! ever\b)"
    r"|(?:is|are) (?:there|it|this|that|the|you|we|they)\b.*"
    r"|(?:do|does|did|can|could|will|would|should|have|has)"
    r" (?:i|you|we|they|it|he|she|there|anyone|anybody|someone|the)\b"
    r"|(?:does |do )?(?:anyone|anybody|someone) (?:know|have|has|got)\b"
    r"|any (?:idea|news|chance|update|updates|word) (?:when|where|how|why|what|who|if|whether|of|on|about)\b"
    r"|(?:i'm |i am |i was |just )?wondering (?:if|whether|when|where|how|what|who|why)\b"
    r"|i(?:'d| would) (?:like|love) to know\b"
    r"|(?:what|where|when|who|why|how)(?:'s|'re|'ll)\b|how (?:come|about|to)\b|what (?:about|time)\b"
    r"|which (?!was|is|are|were|made|means|meant|has|had|will)\w+"
    r"|(?:may|might|shall|am) (?:i|we)\b"
    r"|(?:is|are) (?:the |your |my )?(?:\w+ ){1,2}(?:still |already |also )?"
    r"(?:free|available|open|closed|included|allowed|possible|ok|okay|full|valid|online|coming|going|driving|cash)\b"
    r"|any chance\b|any(?:one|body)(?: else)? (?:\w+ing|been|seen|tried)\b"
    r"|(?:please )?(?:let|tell) (?:me|us) (?:know )?(?:if|whether|when|where|how|what|who|which)\b"
    r"|(?:i(?:'m| am)? )?(?:not sure|unsure|no idea|don't know|do not know|can't find|cannot find|couldn't find)"
    r" (?:if|whether|when|where|how|what|who|which|why)\b"
    r"|(?:just )?(?:a |one |i have a )?(?:quick |small |silly )?question\b"
)
_FRENCH: Final = (
    r"(?:(?:quand|ou|comment|pourquoi|combien|qui|a quelle heure) )?est[- ]ce\b"
    r"|qu'est[- ]ce\b|c'est (?:quand|ou|combien(?! de\b)|quoi|qui|quel)\b"
    r"|(?:a partir de |a |de |pour |en |dans |sur |depuis |jusqu'a )?quel(?:le)?s?"
    r" (?:est|sont|heure|jour|date|tarif|prix|age|adresse|salle|quai|sera|etait)\b"
    r"|(?:vous|tu|on|ca|c'est|il|elle|ils|elles|le|la|les)\b.{0,60}"
    r"(?: (?:quand|combien|comment)$|\b(?:a|de|pour|en|depuis) quel(?:le)?s?"
    r" (?:heure|jour|date|endroit|adresse|prix|tarif|age|etage|salle)\b)"
    r"|combien (?:coute|de|ca|faut|cela)\b"
    r"|(?:ou|quand|comment) (?:est|sont|se|peut|puis|faut|trouve|aura|commence|ouvre|faire)\b"
    r"|(?:quelqu'un|qqn) (?:sait|saurait|a|aurait|peut|pourrait|connait)\b"
    r"|(?:je (?:voudrais|voulais|souhaite|souhaiterais)|j'(?:aimerais|aurais aime)) savoir\b"
    r"|je me demand(?:e|ais) (?:si|s'il|quand|ou|comment|combien)\b"
    r"|y (?:a|aura|avait|aurait)[- ]t[- ]il\b"
    r"|(?:pourriez|pouvez|avez|auriez|savez|sauriez|faites|proposez|acceptez|prevoyez|serez|etes|voulez|comptez) vous\b"
    r"|(?:faut|peut|reste|est|sera|serait|existe) (?:t )?(?:il|elle|on)\b|(?:puis|dois|peux) je\b"
    r"|(?:a|de|avec|pour|chez|par) (?:qui|quoi|quel(?:le)?s?)(?: \w+)?"
    r" (?:\w+-(?:je|tu|il|elle|on|nous|vous|ils|elles)|dois|peut|puis|faut|est|sont)\b"
    r"|qui (?:contacter|appeler|prevenir|joindre|peut|pourrait|sait)\b"
    r"|(?:tu sais|vous savez|tu saurais|vous sauriez|savoir) (?:si|s'il|s'ils|quand|ou|comment|combien|a quelle)\b"
    r"|(?:je|on|j') ?(?:ne |n')?(?:trouve|vois|sais|comprends|arrive)(?: pas| plus)"
    r" (?:si|s'il|ou|comment|quand|combien|a quelle|pourquoi)\b"
    r"|il (?:reste|resterait|restera)(?: encore)? (?:des|de la|du|une?|quelques)"
    r" (?:places?|billets?|tickets?|chambres?|creneaux?)\b"
    r"|(?:c'est |ce serait |serait-il |est-il )?possible (?:de |d')"
    r"|(?:une |vous avez une |tu as une )?idee (?:de |d'|sur |si |quand )|des nouvelles (?:du|de|des|sur|pour|d')\b"
    r"|comment (?:on|je|ca|vous|tu|faire|s'inscrire|trouver|acheter|payer|venir|se|adherer|contacter)\b"
    r"|pourquoi (?!pas\b)\w+|ou (?:on|je|puis-je|peut-on) (?:achete|peut|peux|trouve|prend|doit|dois|va|envoie)\b"
    r"|(?:j'ai |juste |encore )?(?:une |petite |une petite )question\b"
    r"|(?!rendez-)\w+-(?:vous|tu|t-il|t-elle|t-on|t-ils|il|elle|on|ils|elles|je|nous)\b (?!-)"
)
_ASKS: Final = re.compile(f"{_GREETING}(?:{_ENGLISH}|{_FRENCH})")
# An imperative that asks all the same.
_TELL: Final = re.compile(
    r"(?:.{0,40}\b)?(?:(?:dites|dis|indiquez|precisez|confirmez)[- ](?:moi|nous)"
    r"|merci de (?:me|nous) (?:dire|confirmer|preciser|indiquer))"
    r" (?:si|s'il|s'ils|quand|ou|comment|combien|a quelle|quel)\b"
)
# The imperative looks like a question in French: "dites-nous", "inscrivez-vous", "rendez-vous".
_IMPERATIVE: Final = re.compile(r"\b\w+(?:ez|tes|ons)-(?:vous|nous|les|le|la|moi)\b")
_ASKING_VERBS: Final = re.compile(
    r"(?:savez|pouvez|pourriez|avez|auriez|etes|seriez|allez|faites|ferez|voulez|connaissez|prevoyez|comptez|acceptez"
    r"|proposez|serez|aurez)-vous\b"
)


def asks(text: str) -> bool:
    """Whether somebody asks something in this text; quoted lines and addresses do not count."""
    own = _ADDRESS.sub(" ", _QUOTED_LINE.sub(" ", text[:_MOST]))
    if _MARK.search(own):
        return True
    return any(_begins_asking(part) for part in _SENTENCE.split(_level(own)) if part)


def _begins_asking(part: str) -> bool:
    words = part.strip()
    if _TELL.match(words):
        return True
    match = _ASKS.match(words)
    if not match:
        return False
    return bool(_ASKING_VERBS.search(words)) or not _IMPERATIVE.search(match[0])


def _level(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("’", "'").casefold())
    return "".join(char for char in plain if not unicodedata.combining(char))
