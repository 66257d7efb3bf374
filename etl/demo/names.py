"""In: the tree of the country and what kind of place each buurt is. Out: invented Dutch-sounding names.

No name is meant to be a real gemeente; a test compares them with the official list where that is at hand.
"""

from __future__ import annotations

from etl.demo.scales import stream

LAND = "Merenland"
REGIONS = (
    "Duinland", "Eilandenkust", "Merenstede", "Stroomgouw", "Mondingsland", "Veenmeren", "Oeverwold",
    "Heuvelrijk",
    "Lindenmark", "Baaioever",
)  # fmt: skip
PROVINCES = ("Ooster-Duinen", "Mondinge", "Wadkust", "Meerwolde", "Middelgouw", "Hooglinden", "Brinkmark")
CITIES = (
    "Merenstad", "Kroonhaven", "Sluismonde", "Havikstede", "Grauwenberghe", "Lichtenzande-aan-Zee",
    "Oldermeer",
    "Zilverdam", "Brugstede", "Koningsloo", "Ankerhaven", "Torenvliet",
)  # fmt: skip
_FIRST = (
    "Havik", "Zwaluw", "Kiev", "Reigers", "Dorren", "Elzen", "Iepen", "Vlier", "Hulsen", "Merkel", "Garre",
    "Torn",
    "Wulpen", "Kwartel", "Sterne", "Bresser", "Dolver", "Ganzer", "Keizers", "Lemmen", "Marre", "Noter",
    "Olmen",
    "Pluver", "Rieten", "Schelver", "Tasker", "Uilen", "Vinken", "Wezel", "Ysser", "Zegger", "Braamer",
    "Clooster",
    "Drosser", "Eikel", "Fluiter", "Grutter", "Hagel", "Jonker",
)  # fmt: skip
_SECOND = (
    "woude", "drecht", "horst", "loo", "mare", "zijl", "hagen", "stede", "kerke", "veen", "dam", "burg",
    "rade",
    "broek", "monde", "schoten", "wierde", "laar", "beemd", "gaarde", "oord", "vliet", "werf", "hove",
)  # fmt: skip
# Endings of villages only, so that no wijk is called like the gemeente next door.
_VILLAGE = ("dorp", "kamp", "eind", "heem", "zand", "hoek", "buren", "akker", "weerd", "wolde")
_BY = ("aan Zee", "aan de Monde", "onder de Linden")
_WIJK = (
    "Molenwijk", "Stationskwartier", "Havenkwartier", "Lindenhof", "Parkwijk", "De Weiden", "Componistenwijk",
    "Rozenwijk", "Kloosterveld", "De Gaarden", "Sterrenwijk", "Bloemenbuurt", "Vogelwijk", "De Wielen",
    "Schilderswijk",
    "Hoge Akkers", "Lage Beemd", "Tuindorp", "De Kreken", "Zonneveld", "Waterrijk", "De Hoven", "Boswijk",
    "Kastanjehof",
    "Rivierenwijk", "Dichterswijk", "De Hagen", "Eikenrode", "Meerzicht", "Oude Werf",
)  # fmt: skip
_BUURT = (
    "Noord", "Zuid", "Oost", "West", "Midden", "Hof", "Plein", "Park", "Singel", "Kade", "Laan", "Veld",
    "Hoek", "Rand",
    "Brink", "Dreef", "Poort", "Werf", "Tuinen", "Oever",
)  # fmt: skip
_TRADE = (
    "De Kade",
    "Het Sluisje",
    "De Vlucht",
    "Ambachtsveld",
    "De Ketting",
    "Nijverhoek",
    "Het Anker",
    "De Trafo",
)
_WILD = ("Duinen", "Heideveld", "Rietlanden", "Kwelders", "Bosgebied", "Veenplas", "Stuifzand")
_WIND = ("Noord", "Oost", "Zuid", "West", "Midden")


def gemeente_names(count: int, cities: list[int]) -> list[str]:
    """`count` different names; the positions in `cities` get a city's name, position 0 is Zandwoude."""
    rng = stream("names")
    made: list[str] = []
    pairs = [(a, b) for a in _FIRST for b in _SECOND]
    for i in rng.permutation(len(pairs)):
        first, second = pairs[i]
        name = first + second.removeprefix(first[-1]) if first[-1] == second[0] else first + second
        made.append(name if rng.random() > 0.05 else f"{name} {_BY[int(rng.integers(len(_BY)))]}")
    special = dict(zip(cities, CITIES, strict=False)) | {0: "Zandwoude"}
    return [special.get(i, made[i]) for i in range(count)]


def wijk_names(gemeente: str, kinds: list[str]) -> list[str]:
    """Names of the wijken of one gemeente, in code order; the first one is the centre."""
    rng = stream("wijk" + gemeente)
    towns = [str(n) for n in rng.permutation(_WIJK)]
    villages = [a + b for a in rng.permutation(_FIRST) for b in rng.permutation(_VILLAGE)[:3]]
    names = ["Centrum" if len(kinds) > 1 else gemeente]
    for at, kind in enumerate(kinds[1:]):
        name = (towns if kind in ("woonwijk", "centrum", "bedrijven") else villages)[at % len(towns)]
        names.append(name if at < len(towns) else f"{name}-{_WIND[at // len(towns) % 5]}")
    return names


def buurt_names(gemeente: str, wijk: str, kinds: list[str]) -> list[str]:
    """Names of the buurten of one wijk, in code order, after the kind of place each is."""
    rng = stream("buurt" + gemeente + wijk)
    parts = [str(n) for n in rng.permutation(_BUURT)]
    trade, wild = ([str(n) for n in rng.permutation(c)] for c in (_TRADE, _WILD))
    used: dict[str, int] = {}
    names, outside = [], 0
    for at, kind in enumerate(kinds):
        if kind == "bedrijven":
            name = f"Bedrijventerrein {trade[at % len(trade)]}"
        elif kind == "haven":
            name = f"Havengebied {parts[at % len(parts)]}"
        elif kind == "natuur":
            name = f"{wild[at % len(wild)]} {wijk}"
        elif kind in ("buitengebied", "dorp") and at == 0:
            name = wijk
        elif kind == "buitengebied":
            outside += 1
            name = f"Buitengebied {wijk}" + ("" if outside == 1 else f"-{_WIND[outside % 5]}")
        else:
            name = wijk if len(kinds) == 1 else f"{wijk}-{parts[at % len(parts)]}"
        used[name] = used.get(name, 0) + 1
        names.append(name if used[name] == 1 else f"{name} {used[name]}")
    return names
