"""In which language a text is, by its script and its small words: seven languages of Latin script, and other scripts.

No model, and no answer where it is not clear; what is no prose (addresses, handles) is left out.
"""

from __future__ import annotations

import re
from typing import Final

from cmday.text.masking import prose

_SMALL: Final[dict[str, frozenset[str]]] = {
    code: frozenset(words.split())
    for code, words in {
        "fr": (
            "le la les un une des du de et est sont en au aux ce cette ces qui que ne pas plus pour par sur avec"
            " dans vous nous je tu il elle on ils votre vos notre mon ma mes se si mais ou où donc car bien très"
            " tout tous merci bonjour non être avoir avez êtes c j n d l qu aussi chez quand comment pourquoi quel"
            " quelle demain soir ça"
        ),
        "en": (
            "the a an and is are was were of in to at by for with on from that this these those it its you your"
            " we our i my he she they their not no do does don t s re have has had will would can could should if"
            " but or so as what when where who why how yes hello thanks please there here very all just about"
        ),
        "es": (
            "el la los las un una de del y es son en al que no por para con se su sus lo como más pero muy si"
            " este esta estos hay qué yo tú ella nos os me te le les mi ya también cuando donde porque hola"
            " gracias está soy"
        ),
        "de": (
            "der die das den dem des ein eine einen einem und ist sind war in im zu zum zur nicht mit auf für von"
            " ich du er sie es wir ihr mein dein sich auch aber oder wenn wie was wer wo warum noch nur schon sehr"
            " danke bitte"
        ),
        "it": (
            "il lo la gli le un una di del della dei che e è sono in non per con su si come più ma anche se"
            " questo questa ho hai ha io tu lui lei noi voi mi ti ci vi quando dove perché ciao grazie molto tutti"
            " alla nel"
        ),
        "pt": (
            "o a os as um uma de do da dos das e é são em no na que não por para com se seu sua como mais mas"
            " também este esta isso eu você ele ela nós me te já quando onde porque olá obrigado obrigada muito"
            " está ao"
        ),
        "nl": (
            "de het een en is zijn was in op te van voor met niet dat die dit ik je jij hij zij we wij u mijn"
            " jouw ook maar of als hoe wat wie waar waarom nog maar al zeer hallo dank bedankt naar bij heeft"
            " hebben geen er"
        ),
    }.items()
}
_SCRIPTS: Final = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("uk", re.compile(r"[іїєґІЇЄҐ]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
)
LANGUAGES: Final = (*_SMALL, *(code for code, _ in _SCRIPTS))
_WORD: Final = re.compile(r"[^\W\d_]+")
_ENOUGH: Final = 3
_CLEARLY: Final = 1.5
_MOST: Final = 2_000


def language_of(text: str) -> str | None:
    """The code of a language, None where it is not clear.

    For a Latin script three small words or more must speak for it, and half as many again as for any other.
    """
    said = prose(text[:_MOST])
    letters = sum(map(str.isalpha, said))
    if not letters:
        return None
    if not said.isascii():
        foreign = [(code, len(script.findall(said))) for code, script in _SCRIPTS]
        if 2 * sum(count for code, count in foreign if code != "uk") > letters:
            return _by_script(dict(foreign))
    words = [word.casefold() for word in _WORD.findall(said)]
    scores = sorted(((sum(map(small.__contains__, words)), code) for code, small in _SMALL.items()), reverse=True)
    (best, code), (second, _) = scores[0], scores[1]
    return code if best >= _ENOUGH and best >= _CLEARLY * second else None


def _by_script(counts: dict[str, int]) -> str:
    """Japanese has kana among its Chinese signs, and Ukrainian letters of its own among the Cyrillic ones."""
    for code in ("ja", "uk"):
        if counts[code]:
            return code
    return max(counts, key=lambda code: counts[code])
