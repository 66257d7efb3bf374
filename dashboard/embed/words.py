"""Fixed texts inside a frame. A language goes in; its words come out. Names of figures are release data."""

from dataclasses import dataclass

from dashboard.language import Language


@dataclass(frozen=True)
class Words:
    """Texts of one language; the fields in braces are filled in by `str.format`."""

    fictional: str
    source: str
    release: str
    see: str
    table: str
    area: str
    year: str
    figure: str
    margin: str
    count: str
    band: str
    dashed: str
    wide: str
    status: dict[str, str]
    why_not: dict[str, str]
    per_level: dict[str, str]
    other_level: str
    whisker: str
    wrong_title: str
    wrong: str
    gone_title: str
    gone: str
    faults: str
    not_drawn: dict[str, str]
    contrast: str
    no_map: str
    no_year: str
    site: str
    to_site: str
    newest: str
    removed_title: str
    removed_why: str
    removed_where: str
    retracted: str
    retracted_why: str
    retracted_where: str

    def per(self, level: str) -> str:
        """ "per gemeente"."""
        return self.per_level.get(level, self.other_level.format(level=level))


DUTCH = Words(
    fictional="Fictief land. Alle namen en cijfers zijn verzonnen.",
    source="Bron",
    release="Uitgave {id}, {date}",
    see="Bekijk dit op Regiobeeld",
    table="Alle cijfers als tabel",
    area="Gebied",
    year="Jaar",
    figure="Cijfer",
    margin="Marge",
    count="Aantal",
    band="Lichte band: daar ligt het echte cijfer met 95 procent zekerheid.",
    dashed="Streeplijn: {name}.",
    wide="ruime marge",
    status={
        "te-onzeker": "te onzeker",
        "geheim": "geheim",
        "ontbreekt": "ontbreekt",
        "nvt": "te weinig mensen",
    },
    why_not={
        "te-onzeker": "De marge is zo groot dat het cijfer niets zegt. Kijk naar een groter gebied.",
        "geheim": "De bron geeft dit cijfer niet vrij.",
        "ontbreekt": "De bron heeft hier geen cijfer.",
        "nvt": "Het aantal is er wel. Er is te weinig om het door te delen.",
    },
    per_level={
        "land": "het hele land",
        "regio": "per regio",
        "gemeente": "per gemeente",
        "wijk": "per wijk",
        "buurt": "per buurt",
    },
    other_level="per {level}",
    whisker="Streep: daar ligt het echte cijfer met 95 procent zekerheid.",
    wrong_title="Deze vraag klopt niet",
    wrong="In het adres van dit kader staat iets dat we niet kunnen lezen.",
    gone_title="Dit is er niet",
    gone="Het adres van dit kader noemt een cijfer, gebied, jaar of uitgave die we niet hebben.",
    faults="Het gaat om",
    not_drawn={
        "too_many": "Voor wijken en buurten is een gemeente nodig: voeg binnen= toe, met de code ervan.",
        "too_many_areas": "Er passen ten hoogste twaalf gebieden naast elkaar.",
        "no_picture": "Hiervan is geen plaatje. Het kader zelf is er wel: laat .svg of .png weg.",
    },
    contrast="De kleur is te licht om te lezen. Kies een donkerder kleur: zes cijfers, zoals 1d4e79.",
    no_map="Van deze gebieden is er geen tekening. De cijfers staan in de tabel.",
    no_year="Van dit cijfer zijn er nog geen jaren.",
    site="Regiobeeld",
    to_site="Naar Regiobeeld",
    newest="Bekijk de nieuwste cijfers op Regiobeeld",
    removed_title="Deze uitgave staat hier niet",
    removed_why="Dit kader toont de vaste cijfers van één uitgave. Die uitgave staat niet op deze site.",
    removed_where="Andere cijfers zetten we er niet ongemerkt voor in de plaats. De nieuwste zijn er wel.",
    retracted="Dit cijfer is ingetrokken op {date}",
    retracted_why="Waarom: {reason}",
    retracted_where="Gebruik dit cijfer niet meer. Alle correcties staan op Regiobeeld, bij Verantwoording.",
)
ENGLISH = Words(
    fictional="Fictional country. All names and figures are invented.",
    source="Source",
    release="Release {id}, {date}",
    see="See this on Regiobeeld",
    table="All figures as a table",
    area="Area",
    year="Year",
    figure="Figure",
    margin="Margin",
    count="Count",
    band="Light band: the true figure lies there with 95 percent certainty.",
    dashed="Dashed line: {name}.",
    wide="wide margin",
    status={
        "te-onzeker": "too uncertain",
        "geheim": "withheld",
        "ontbreekt": "missing",
        "nvt": "too few people",
    },
    why_not={
        "te-onzeker": "The margin is so wide that the figure says nothing. Look at a larger area.",
        "geheim": "The source does not release this figure.",
        "ontbreekt": "The source has no figure here.",
        "nvt": "The count is there. There is too little to divide it by.",
    },
    per_level={
        "land": "the whole country",
        "regio": "per region",
        "gemeente": "per municipality",
        "wijk": "per district",
        "buurt": "per neighbourhood",
        "provincie": "per province",
        "veiligheidsregio": "per safety region",
    },
    other_level="per {level}",
    whisker="Line: the true figure lies there with 95 percent certainty.",
    wrong_title="This request is not right",
    wrong="The address of this frame holds something we cannot read.",
    gone_title="This is not here",
    gone="The address of this frame names a figure, area, year or release that we do not have.",
    faults="It is about",
    not_drawn={
        "too_many": "Districts and neighbourhoods need a municipality: add binnen= with the code of one.",
        "too_many_areas": "At most twelve areas fit beside each other.",
        "no_picture": "There is no picture of this. The frame itself exists: leave out .svg or .png.",
    },
    contrast="The colour is too pale to read. Choose a darker one: six digits, such as 1d4e79.",
    no_map="These areas have no drawing. The figures are in the table.",
    no_year="This figure has no years yet.",
    site="Regiobeeld",
    to_site="To Regiobeeld",
    newest="See the newest figures on Regiobeeld",
    removed_title="This release is not here",
    removed_why="This frame shows the fixed figures of one release. That release is not on this site.",
    removed_where="We do not silently put other figures in its place. The newest ones are here.",
    retracted="This figure was withdrawn on {date}",
    retracted_why="Why: {reason}",
    retracted_where="Do not use this figure any more. All corrections are on Regiobeeld, at Accountability.",
)


def words(language: Language) -> Words:
    """The texts of a language."""
    return ENGLISH if language == "en" else DUTCH
