"""Words that say little about what a text is about, in English and French, folded as ``matching.fold`` writes them.

``SMALL`` are the words of grammar; ``WORN`` are those that any headline may have, whatever it tells.
"""

from __future__ import annotations

from typing import Final


def _words(line: str) -> list[str]:
    return line.split()


SMALL: Final = frozenset(
    _words(
        # English
        "a about above after again against all also am an and another any are aren as at be because been"
        " before being below between both but by can cannot could couldn did didn do does doesn doing don down"
        " during each either else ever every few for from further get gets getting go goes going got had hadn"
        " has hasn have haven having he her here hers herself him himself his how however i if in into is isn"
        " it its itself just let like ll may me might mine more most much must my myself near neither no nor"
        " not now of off often on once one only or other our ours out over own per re s same shall she should"
        " shouldn since so some soon still such t than that the their theirs them themselves then there these"
        " they this those though through to too toward towards under until up upon us ve very via vs was wasn"
        " we were weren what when where whether which while who whom whose why will with within without won"
        " would wouldn yet you your yours yourself amid among around despite"
        # French
        " au aux avec ce ceci cela celle celles celui ces cet cette ceux chez comme comment contre d dans de"
        " deja depuis des dont du elle elles en encore entre es est et etait ete etre eu eux fait faut font"
        " hors il ils j je jusqu l la le les leur leurs lors lui m ma mais me meme memes mes moi moins mon n"
        " ne ni nos notre nous on ont or ou par parmi pas pendant peu peut peuvent plus pour pourquoi puis qu"
        " quand que quel quelle quelles quels qui quoi sa sans se sera seront ses si sien soit son sont sous"
        " sur ta te tes toi ton tous tout toute toutes tres tu un une va vers voici voila vont vos votre vous"
        " y"
    )
)

WORN: Final = frozenset(
    _words(
        # English
        "ahead announce announced announces announcing back ban best big biggest bring brings call called"
        " calls can chief claim claims come comes could cut cuts day days deal end ends face faces fall falls"
        " fans fear fears find finds first free full gain game get give gives good great group guide head help"
        " high hit hits home inside join joins keep key know last late latest launch launched launches lead"
        " leads learn leave life list live long look looks make makes making man may mean means meet million"
        " month months move much need new news next night official officials open opens part people photo"
        " photos pick plan plans play preview price probe put puts question questions raise read ready real"
        " record report reported reports release released releases reveal revealed reveals review right rise"
        " rises risk run say says see seek seeks set sets show shows sign signs sources start starts stop"
        " story study take takes talk tell tells test thing things think time times today tomorrow tonight top"
        " tops try turn two unveil unveiled unveils update updates use video videos view want wants warn warns"
        " watch way week weeks well win wins woman women work world year years yesterday billion breaking"
        " exclusive interview opinion analysis"
        # French
        " accord affaire ans annonce annoncent apres attend aujourd hui avant avoir bilan bonne chef cote"
        " crise demain dernier derniere derniers direct dit dix enfin face faire fin france francais grand"
        " grande groupe hausse heure heures homme femme image images info infos interdit jour journee jours"
        " juge lance lancent lundi mardi mercredi jeudi vendredi samedi dimanche matin milliard milliards"
        " million millions mis mise mois mort morts monde nouveau nouveaux nouvel nouvelle nouvelles nuit pays"
        " photo photos plan premier premiere premiers projet propose prend question retour risque sait savoir"
        " selon semaine sign soir suite temps trois veut vie ville visite voir"
        # Days and months of both
        " monday tuesday wednesday thursday friday saturday sunday january february march april june july"
        " august september october november december janvier fevrier mars avril mai juin juillet aout"
        " septembre octobre novembre decembre old edition daily weekly quotidien"
    )
)
