"""What an answer to somebody who is upset says, and what it does not: by its words, in English and French.

Each function looks for one thing and returns the words in which it stands, or None. Turns of phrase are many: what is
not found may be there all the same, so this is for practice and for remarks, never for a verdict.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from cmday.text import tone
from cmday.text.matching import fold

_BEFORE: Final = 28
_APOSTROPHE: Final = str.maketrans({"’": "'", "\u00a0": " ", "\u202f": " "})

_ACKNOWLEDGES: Final = re.compile(
    r"\b(?:thank(?:s| you)|we hear you|i hear you|you(?:'re| are) right|understandabl[ey]"
    r"|i (?:can )?see (?:that|why|how)"
    r"|(?:we|i)(?:'ve| have)? (?:\w+ )?(?:understand|read|seen|saw|got|received|noted)\b|noted|good (?:point"
    r"|question)"
    r"|(?:we(?:'re| are)|i(?:'m| am))? ?(?:\w+ )?sorry|apologi[sz]e|apolog(?:y|ies)|my condolences|our condolences"
    r"|that is (?:not|our)|that's (?:not|our)|we (?:made|got it)|our mistake|fair (?:point|question)"
    r"|merci|(?:vous avez|tu as) raison|(?:nous|je) (?:vous |te |l')?(?:comprenons|comprends"
    r"|avons (?:bien )?(?:lu|vu|recu)"
    r"|lisons|ai (?:bien )?(?:lu|vu|recu))|on (?:vous |te )?(?:comprend|lit|a (?:bien )?(?:vu|lu|recu))|c'est compris"
    r"|bien (?:vu|recu|note)|(?:desolee?s?|navree?s?)\b|pardon|(?:nos|mes|toutes nos|toutes mes) excuses|condoleances"
    r"|(?:nous|je) (?:regrett|pensons|pense (?:a|bien))\w*|c'est (?:notre|de notre)|bonne (?:question|remarque))"
)
_NEXT_STEP: Final = re.compile(
    r"\b(?:(?:we|i)'ll \w+|(?<!that )will (?!never\b|not\b|be (?:sorry|fine|happy)\b)\w+"
    r"|(?:am|are|'m|'re)(?: now| just| currently)? (?:look|check|call|writ|work|ask|fix|correct|contact|pass"
    r"|tak|put|send|go"
    r"|clos|refund|publish|post|count|find|gather|prepar|hold|speak)\w*ing"
    r"|(?:we|i)(?: also| now)? (?:look|check|call|write|answer|come back|post|publish|pass|ask|send|tell|refund"
    r"|correct|fix)\b"
    r"|(?:answers?|calls?|writes?|speaks?|comes? back) (?:you|all|to|here|again|at|before|by|on)\b"
    r"|(?:repond|appelle|ecri|publie|revien|parle|rappelle)d?ra\b|let me \w+|(?:can"
    r"|could) you (?:please )?(?:tell|send|write|say)|please (?:send|write|tell)|write to (?:us|me)"
    r"|(?:nous|on) (?:allons|va) (?!bien\b|pas\b)\w+|je vais (?!bien\b)\w+"
    r"|nous (?:vous |les |le |la |l'|en |y )*(?!avons\b|sommes\b|savons\b|regrettons\b|comprenons\b|voulons\b"
    r"|aimons\b"
    r"|disons\b|lisons\b|confirmons\b|pensons\b|pouvons\b|publions rien)\w+(?:ons|erons|irons)\b"
    r"|et (?:les |le |la |l'|en )*(?:appel|verifi|regard|rembours|corrig|contact|cherch|compt|publi|rappel"
    r"|ecriv|repond)\w*ons\b"
    r"|(?:je |j')(?:vous |te |les |le |la |l'|m'en |m'|en )*(?:verifie|regarde|reviens|transmets|demande"
    r"|appelle|ecris|recris"
    r"|corrige|rembourse|contacte|renseigne|occupe|cherche|envoie|publie|retire|ferme|rappelle|reponds"
    r"|\w+(?:erai|irai|rai))\b"
    r"|on (?:vous |te |les |le |la |l'|en |s'en )*(?:verifie|regarde|revient|transmet|demande|appelle|ecrit|corrige"
    r"|rembourse|contacte|cherche|publie|occupe|\w+era|\w+ira)\b"
    r"|(?:vous|te|sera|seront|elles?|ils?) (?:\w+(?:era|ira|eront|iront)|seront|sera|repond|rappelle|appelle|ecrit)\b"
    r"|(?:pouvez|peux|pourriez|pourrais)[ -](?:vous|tu) (?:nous |m'|me )?\w+|vous (?:recevrez|aurez|serez|trouverez)"
    r"|(?:ecrivez|envoyez|dites)[ -](?:nous|moi))"
)
_WHEN: Final = re.compile(
    r"\b(?:(?:by|before|at|until|around|from) (?:noon|midday|midnight|\d{1,2}(?:[:.h]\d{2})?(?: ?(?:am|pm|h))?\b"
    r"|(?:the end of|mon|tues|wednes|thurs|fri|satur|sun)\w*|tomorrow|tonight)|\d{1,2}[:h]\d{2}|\d{1,2} ?(?:am"
    r"|pm|h)\b"
    r"|within (?:the |an? |\w+ )?(?:next )?(?:hours?|minutes?|days?|half hour)|in (?:an|\d+|half an|two|three"
    r"|ten|thirty)"
    r" (?:hours?|minutes?)|today|tonight|tomorrow|this (?:morning|afternoon|evening|week)|(?:on )?(?:monday|tuesday"
    r"|wednesday|thursday|friday|saturday|sunday)|every hour|once it is (?:out|published)"
    r"|(?:avant|a|vers|des|d'ici|jusqu'a) (?:midi|minuit|demain|ce soir|\d{1,2} ?h(?:eures?)?\b|(?:la )?fin de"
    r"|lundi|mardi"
    r"|mercredi|jeudi|vendredi|samedi|dimanche)|dans (?:l'heure|la (?:matinee|journee|soiree)|une heure"
    r"|\w+ (?:heures?"
    r"|minutes?))|d'ici \w+|aujourd'hui|ce (?:matin|soir|midi)|cet (?:apres-midi)|cette (?:semaine|apres-midi)|demain"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|toutes les heures)\b"
)
_BLAMES: Final = re.compile(
    r"\b(?:your (?:own )?fault|you should(?:n't| not)? have|(?:if )?you had (?:only )?(?:read|listened|waited|asked)"
    r"|you (?:didn't|did not|clearly|obviously|must have|misunderst\w+|exaggerat\w+|overreact\w*)"
    r"|calm down|stop (?:lying|complaining|whining|spreading)|it(?:'s| is) (?:all )?(?:the|our \w+'s) \w+'?s? fault"
    r"|\w+'s fault|blame (?:the|our)|not our (?:fault|problem)"
    r"|(?:de )?(?:votre|ta) faute|(?:vous auriez|tu aurais) (?:du|pu)|il fallait|(?:vous n'avez|tu n'as"
    r"|vous n'aviez) qu'a"
    r"|(?:vous n'avez|tu n'as) (?:pas|rien) (?:lu|compris|ecoute)|(?:vous exagerez|tu exageres)|calmez[ -]vous"
    r"|calme[ -]toi|arrete[zr]? de|c'est (?:la|de la) faute|la faute (?:a|de|du)|pas (?:de )?notre (?:faute"
    r"|probleme))\b"
)
_PROMISES: Final = re.compile(
    r"\b(?:never (?:happen )?again|will (?:never|not) happen again|won't happen again|guarantee[sd]?|100 ?%"
    r"|(?:i|we) (?:swear|promise)\b|(?:everybody|everyone|each of you|all of you) will be (?:refunded|paid|happy)"
    r"|at any (?:cost|price)|whatever it takes|in no case"
    r"|plus jamais|ne se (?:re)?produira (?:plus|pas|jamais)|(?:nous|je|on) (?:vous |te |le |l')*(?:garanti\w*"
    r"|promet\w*|jur\w+)"
    r"|garanti\w*|tous? (?:les clients )?(?:seront|sera) rembours\w+|tout le monde sera rembours\w+|a tout prix"
    r"|en aucun cas|quoi qu'il (?:en coute|arrive))"
)
_REFUSES: Final = re.compile(r"\b(?:cannot|can't|can not|won't|not|ne (?:pouv|peu)\w*|n'|sans|no|pas|rien)\b")
_DISRESPECT: Final = re.compile(
    r"\b(?:idiots?|stupid|moron|shut up|get lost|liar|troll(?:s|ing)?|pathetic|ridiculous|whatever|grow up|haters?"
    r"|imbeciles?|debiles?|cretins?|abruti\w*|menteu\w+|ta gueule|ferme[zr]?[ -]la|degage\w*|ridicule|pathetique"
    r"|n'importe quoi|bouffons?|rageux|haineux|conn?ards?)\b"
)
_CHEER: Final = re.compile(r"!|[\U0001f300-\U0001faff☀-➿]|\b(?:lol|haha|mdr|ptdr|promo|newsletter|code promo)\b")
_ASKS: Final = re.compile(
    r"\?|\b(?:please (?:send|tell|write)|(?:ecrivez|envoyez|dites)[ -](?:nous|moi)|tell us|send (?:us|me))\b"
)
_CONTACT: Final = re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.-]+|https?://\S+|\b0\d(?:[ .]?\d{2}){4}\b|\+\d[\d .]{7,}")
_SPECULATES: Final = re.compile(
    r"\b(?:probably|presumably|it seems that|we think (?:that )?it|i guess|must have been|maybe a hack\w*"
    r"|perhaps (?:a|the)"
    r"|probablement|sans doute|il semble(?:rait)?|on pense que|j'imagine|ca doit etre|peut-etre (?:un|une|le|la))\b"
)


def acknowledges(text: str) -> str | None:
    """Where it says that the other was heard; an apology with an "if" in it is none."""
    if any(one.kind == "empty-apology" for one in tone.remarks(text)):
        return None
    return _first(_ACKNOWLEDGES, text)


def next_step(text: str) -> str | None:
    """Where it says what will be done, or asks for what is needed to do it."""
    return _first(_NEXT_STEP, text)


def says_when(text: str) -> str | None:
    """Where it names a moment."""
    return _first(_WHEN, text)


def blames(text: str) -> str | None:
    """Where it puts the fault on the reader or on somebody else, or may be heard so."""
    for one in tone.remarks(text):
        if one.kind in ("reproach", "impatience"):
            return one.excerpt
    return _first(_BLAMES, text)


def promises_too_much(text: str, others: Iterable[str] = ()) -> str | None:
    """Where it promises what nobody can be sure to keep; to say that one cannot promise is no promise.

    ``others`` are promises that cannot be kept in this case.
    """
    plain = _plain(text)
    for match in _PROMISES.finditer(plain):
        if not _REFUSES.search(plain[max(0, match.start() - _BEFORE) : match.start()]):
            return match[0]
    return said(text, others)


def disrespects(text: str) -> str | None:
    """Where it insults, mocks or shouts."""
    for one in tone.remarks(text):
        if one.kind in ("capitals", "exclamation"):
            return one.excerpt
    return _first(_DISRESPECT, text)


def cheers(text: str) -> str | None:
    """Where it is gay, or sells something."""
    return _first(_CHEER, text)


def asks(text: str) -> str | None:
    """Where it asks the reader for something."""
    return _first(_ASKS, text)


def names_contact(text: str) -> str | None:
    """Where it names an address, a number or a page."""
    return _first(_CONTACT, text)


def speculates(text: str) -> str | None:
    """Where it supposes instead of knowing."""
    return _first(_SPECULATES, text)


def said(text: str, words: Iterable[str]) -> str | None:
    """The first of these words that stands in the text, whole, whatever its accents and capitals."""
    plain = _plain(text)
    for word in words:
        # A word may be the beginning of one: "rembours*".
        ends = r"\w*" if word.endswith("*") else r"(?!\w)"
        wanted = re.escape(_plain(word.rstrip("*")))
        if match := re.search(rf"(?<!\w){wanted}{ends}", plain):
            return match[0]
    return None


def facts_said(text: str, facts: Sequence[Sequence[str]]) -> int:
    """How many of the facts are in the text; each is given as the words of which one tells it."""
    return sum(said(text, words) is not None for words in facts)


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(_plain(text))
    return match[0].strip() if match else None


def _plain(text: str) -> str:
    return " ".join(fold(text.translate(_APOSTROPHE)).split())
