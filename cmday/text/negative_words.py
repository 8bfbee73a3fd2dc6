"""The words by which a text speaks against somebody, in English and French, folded as ``matching.fold`` writes them."""

from __future__ import annotations

from typing import Final


def _split(line: str) -> list[str]:
    return line.split()


def _phrases(line: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(one.split()) for one in line.split("/"))


# Beginnings of words that are enough by themselves; what follows is their ending.
STRONG_STEMS: Final = frozenset(
    _split(
        "scandal scandaleu honteu arnaqu escroc vole voleu menteu mensong inadmissib inaccepta degueul"
        " degout ecoeur boycott censur fraud frauduleu insult humili harcel inqualifiab lamentab pitoyab"
        " minabl irrespectueu revoltan intolerab indign trahi connard connass salop encul ordur abruti"
        " raciste racis sexist homophob disgrac disgust outrag appall unaccept despicab pathetic shamef"
        " scamm swindl thiev liar dishonest horrend atrocious abysmal bullsh asshol moron bigot incompeten"
        " betray ripoff furieu furious douche bitch hypocri dumbass criminel criminal predateu predator"
        " pedoph fascis nazi clown shrill senile delusion coward"
    )
)

# Beginnings of words that need another beside them.
MILD_STEMS: Final = frozenset(
    _split(
        "decu decev decep mecontent colere enerv agac indisponib ignor negligen absurd ridicul catastroph"
        " desastr nullissim bacl foutu foutage rembours annul plaign plaint problem inquiet peur dang abus"
        " disappoint angry anger annoy frustrat terrib horrib worst awful useless broken unhelpful rude"
        " refund cancel complain ignored ridiculous joke unfair worri unsafe danger fail"
    )
)

# Whole words, enough by themselves.
STRONG: Final = frozenset(
    _split(
        "honte arnaque merde nul nulle nuls scam shame shit fuck fucking crap lies lying lied stole"
        " stolen thief wtf degoute putain ecoeurant haine hate hateful vomir cons pourri pourris idiot"
        " idiots vile evil trash garbage stfu"
    )
)

# Whole words that need another beside them.
MILD: Final = frozenset(
    _split(
        "marre vol jamais pire triste dommage bof erreur bug panne retard lent grave sad bad poor slow"
        " late wrong error bugs sucks stupid mess dumb hell resign"
    )
)

# Words side by side, enough by themselves.
STRONG_PHRASES: Final = _phrases(
    "aucune reponse/pas de reponse/sans reponse/toujours pas/toujours rien/toujours aucun/ras le bol"
    "/en avoir marre/n importe quoi/pas normal/pas serieux/pas acceptable/se moquer de/se moque de"
    "/se moquent de/se fout de/se foutent de/vous moquez de/foutage de gueule/plus jamais"
    "/n a jamais repondu/ne repond pas/ne repondez pas/ne repondent pas/ne reponds pas/mon argent"
    "/notre argent/pas honte/vendus deux fois/vendu deux fois/vendues deux fois/double vente"
    "/a qui la faute/no answer/no response/no reply/still no/still nothing/still waiting/never again"
    "/not acceptable/not ok/not okay/my money/our money/rip off/ripped off/how dare/fed up/sick of"
    "/sold twice/double booked/do better/cover up/covering up/false advertising/stop lying"
    "/not good enough/waste of"
)

# Words side by side that need another beside them.
MILD_PHRASES: Final = _phrases(
    "on attend/j attends/attend encore/pas content/pas contente/pas contents/pas clair/trop cher"
    "/pas d accord/vraiment limite/not happy/not impressed/too expensive/not clear/let down/no excuse"
)

# What begins like a word above and says nothing of the kind.
INNOCENT: Final = frozenset(
    _split(
        "abusivement angora annulaire annulaires colerette failover failsafe gravement ignorance ignorer"
        " joker jokes lately latent latente nullement peureux problematique problematiques slowly volee"
        " volees volement volent voler volet volets"
    )
)

# What takes the weight off a word soon after it.
NEGATIONS: Final = frozenset(
    _split("aren aucun aucune didn doesn don isn neither never ni no not pas rien sans wasn without zero")
)

# What takes a mild word back.
PRAISE: Final = frozenset(
    _split(
        "adore amazing awesome beau belle bravo chouette congratulations content contente excellent"
        " excellente felicitations formidable genial geniale glad great happy love loved magnifique merci"
        " parfait parfaite perfect super thank thanks wonderful"
    )
)
