"""The steps of one run in order, without logic of their own: configuration and sources in, a release out.

    prepare   read and check everything, count; no database is touched
    measure   debit the ledger and store noisy measurements, one transaction
    publish   reconcile and write the release, one transaction

A run that dies leaves the last release untouched; run again, it finds its measurements and goes on.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine

from etl import aggregate, publish, quality
from etl.catalogue.load import FOLDER, Catalogue, load_catalogue, load_config
from etl.catalogue.model import Indicator, RunConfig, Source, Unit
from etl.catalogue.needs import sources_of
from etl.catalogue.runs import config_faults
from etl.errors import Fault, GeodataError, InputError
from etl.extract.earlier import earlier_files, lineage_of
from etl.extract.engine import Engine as Rows
from etl.extract.engine import Kind
from etl.extract.sources import Given, files, source_faults, table_digests
from etl.frames import Estimates, NoisyCounts, PublicCounts, TrueCounts
from etl.privacy.accounting import nano_cap, release_cost
from etl.privacy.ledger import PrivacyLedger
from etl.privacy.noise import add_noise, measure_dropped
from etl.release.following import check_follows
from etl.release.migrate import upgrade
from etl.release.quality import Comparison
from etl.release.read import Store
from etl.release.write import (
    Map,
    Publication,
    PublishedIndicator,
    is_published,
    stored_map,
    write_release,
)
from geodata.boundaries import read_division
from geodata.division import Division, DivisionFiles
from geodata.lineage import Lineage
from geodata.neighbours import neighbours
from geodata.regions import Regions
from geodata.sketch import make_outlines
from geodata.tiles import make_tiles

Say = Callable[[str], None]
FICTIONAL_FROM = 9000
"""Gemeente numbers from here on are never issued by CBS: they mark the fictional country."""


@dataclass(frozen=True)
class Prepared:
    """Everything a run needs, checked: nothing of it has been stored or spent."""

    config: RunConfig
    catalogue: Catalogue
    needed: tuple[Indicator, ...]
    division: Division
    lineage: Lineage
    map_digest: str
    sources: tuple[tuple[Source, dict[str, str]], ...]
    digest: str
    read: Mapping[str, Given] = field(default_factory=dict, repr=False)

    @property
    def costs(self) -> dict[Unit, int]:
        """Nano-rho that the run costs each unit of protection."""
        bound = {unit: budget.max_indicators for unit, budget in self.config.privacy.items()}
        return release_cost(self.needed, len(self.config.years), bound)


def prepare(
    config: RunConfig, folder: Path, say: Say, catalogue_folder: Path = FOLDER, rows: Rows | None = None
) -> Prepared:
    """Check configuration, catalogue, map and every source; InputError with all faults together.

    rows: the engine that will count, which keeps what the checks read (None: one for the checks only).
    """
    if rows is None:
        with Rows.opened() as rows:
            return prepare(config, folder, say, catalogue_folder, rows)
    faults: list[Fault] = []
    catalogue = load_catalogue(catalogue_folder)
    faults += config_faults(config, catalogue)
    division: Division | None = None
    try:
        division = read_division(division_files(config), folder, say)
        faults += _fictional_faults(config, division.regions)
    except GeodataError as error:
        faults += error.faults
    say("bronnen controleren")
    read: dict[str, Given] = {}
    faults += source_faults(config, catalogue, folder, division.regions if division else None, rows, read)
    if faults or division is None:
        raise InputError(faults)
    needed = catalogue.needed(config)
    earlier = {name: _sha256(folder / name) for name in earlier_files(config)}
    sources = _fingerprints(config, catalogue, needed, folder, rows, read)
    map_digest = _digest({name: _sha256(folder / name) for name in _division_names(config)})
    return Prepared(
        config=config,
        catalogue=catalogue,
        needed=needed,
        division=division,
        lineage=lineage_of(config, folder, division.regions),
        map_digest=map_digest,
        sources=sources,
        digest=_release_digest(config, needed, map_digest, sources, earlier),
        read=read,
    )


def run(
    engine: Engine,
    config: RunConfig,
    folder: Path,
    say: Say,
    catalogue_folder: Path = FOLDER,
    counting: Kind = "duckdb",
) -> bool:
    """Make and publish one release. False when this very release was there already.

    counting: the engine that counts confidential rows; every engine gives the same counts.
    """
    with Rows.opened(counting) as rows:
        return _run(engine, config, folder, say, catalogue_folder, rows)


def _run(
    engine: Engine, config: RunConfig, folder: Path, say: Say, catalogue_folder: Path, rows: Rows
) -> bool:
    prepared = prepare(config, folder, say, catalogue_folder, rows)
    upgrade(engine)
    if is_published(engine, config.id, prepared.digest):
        return False
    check_follows(config, [info.id for info in Store(engine).releases()])
    say("openbare cijfers tellen")
    public = count_public(prepared, folder)
    private = measure(engine, prepared, folder, say, rows)
    drawn = draw_map(engine, prepared, say)
    say("schattingen maken en publiceren")
    regions = prepared.division.regions
    indicators = publish.assemble(
        prepared.needed,
        prepared.catalogue.themes,
        public,
        {noisy.indicator: noisy for noisy in private.measured},
        private.lost,
        regions,
        private.absent,
    )
    beside = set_beside(config.id, indicators, private.public, regions, say)
    made = (config, prepared.digest, drawn, indicators, prepared.sources, beside, prepared.lineage)
    write_release(engine, Publication(*made))
    return True


def set_beside(
    release: str,
    indicators: Sequence[PublishedIndicator],
    public: Mapping[str, PublicCounts],
    regions: Regions,
    say: Say,
) -> tuple[Comparison, ...]:
    """Estimates beside the truth, where anyone can look the truth up; nothing for confidential counts."""
    if public:
        say("schattingen naast de openbare aantallen leggen")
    return tuple(
        quality.compare(
            one.indicator,
            quality.of_published(release, one, regions),
            public[one.indicator.id],
            regions,
        )
        for one in indicators
        if one.indicator.id in public
    )


def load(path: Path) -> RunConfig:
    """The run configuration in this file; InputError with all its faults."""
    return load_config(path)


@dataclass(frozen=True)
class Measured:
    """Noisy counts of all private indicators, and what is public beside them.

    lost: noisy share of contributions the bound dropped, by indicator and year; absent: (years, tree areas)
    without figures, for indicators that have such areas; public: counts that only a demonstration treats as
    confidential. No other count leaves `measure`.
    """

    measured: tuple[NoisyCounts, ...]
    lost: dict[str, dict[int, float]]
    absent: dict[str, NDArray[np.bool_]]
    public: dict[str, PublicCounts] = field(default_factory=dict, repr=False)


def count_public(prepared: Prepared, folder: Path) -> dict[str, Estimates]:
    """Figures that are public already, as they are."""
    public = [indicator for indicator in prepared.needed if not indicator.private]
    return aggregate.count_public(
        public, prepared.config, prepared.catalogue, folder, prepared.division.regions, prepared.read
    )


def measure(engine: Engine, prepared: Prepared, folder: Path, say: Say, rows: Rows | None = None) -> Measured:
    """Count, debit, add noise, store. A known release id gives its stored measurements again, at no cost."""
    private = [indicator for indicator in prepared.needed if indicator.private]
    if not private:
        return Measured((), {}, {})
    regions = prepared.division.regions
    counts = aggregate.count_private(private, prepared.config, prepared.catalogue, folder, regions, say, rows)
    say("ruis toevoegen en budget boeken")
    by_id = {indicator.id: indicator for indicator in private}
    caps = {unit: nano_cap(budget.rho_cap) for unit, budget in prepared.config.privacy.items()}
    drawn = open_ledger(engine).measure(
        release_id=prepared.config.id,
        digest=prepared.digest,
        costs=prepared.costs,
        caps=caps,
        draw=lambda: _draw(counts, by_id, regions),
    )
    measured = tuple(noisy for noisy in drawn if noisy.indicator in by_id)
    lost = publish.lost_shares(drawn)
    absent = {true.indicator: true.absent for true in counts if true.absent is not None}
    public = {true.indicator: true for true in counts if isinstance(true, PublicCounts)}
    return Measured(measured, lost, absent, public)


def open_ledger(engine: Engine) -> PrivacyLedger:
    """The ledger of this database, with its head kept outside when REGIOBEELD_LEDGER_HEAD names a file."""
    head = os.environ.get("REGIOBEELD_LEDGER_HEAD")
    return PrivacyLedger(engine, Path(head) if head else None)


def _draw(
    counts: Sequence[TrueCounts], indicators: Mapping[str, Indicator], regions: Regions
) -> tuple[NoisyCounts, ...]:
    noisy = []
    for true in counts:
        protection = indicators[true.indicator].protection
        if protection is None:
            raise TypeError(f"{true.indicator} has no [protection]: a confidential count needs it")
        noisy.append(add_noise(true, protection, regions))
        dropped = measure_dropped(true, protection)
        noisy += [dropped] if dropped else []
    return tuple(noisy)


def draw_map(engine: Engine, prepared: Prepared, say: Say) -> Map:
    """Tiles, outlines and neighbours of the vintage: stored ones when they came from the same files."""
    division = prepared.division
    regions = division.regions
    known = stored_map(engine, regions, prepared.map_digest)
    if known is not None and len(known.neighbours):
        return known
    pairs = np.concatenate([neighbours(division, level).pairs for level in division.shapes])
    if known is not None:
        return replace(known, neighbours=pairs)
    say("kaart tekenen")
    with tempfile.TemporaryDirectory() as folder:
        tiles = make_tiles(prepared.division, Path(folder) / "map.pmtiles", say).read_bytes()
    outlines = make_outlines(prepared.division)
    return Map(regions, tiles, hashlib.sha256(tiles).hexdigest(), outlines, prepared.map_digest, pairs)


def division_files(config: RunConfig) -> DivisionFiles:
    """The map's part of the configuration in the words of `geodata`."""
    division = config.division
    return DivisionFiles(
        vintage=division.vintage,
        year=division.year,
        land_code=division.land.code,
        land_name=division.land.name,
        boundaries=division.boundaries,
        tree=division.tree,
        groupings_file=division.groupings_file,
        regio=(division.regio.code, division.regio.name),
        groupings={kind: (columns.code, columns.name) for kind, columns in division.groupings.items()},
    )


def _fictional_faults(config: RunConfig, regions: Regions) -> list[Fault]:
    """No invented figure carries a real name, and no real one hides behind an invented country."""
    invented = [int(code[2:]) >= FICTIONAL_FROM for code in regions.codes[regions.slice("gemeente")]]
    if all(invented) == any(invented) == config.fictional:
        return []
    found = (
        f"fictional = {str(config.fictional).lower()} with {sum(invented)} of {len(invented)} codes invented"
    )
    return [
        Fault(f"config {config.id}", "fictional", found, "true with only GM9xxx codes, or false with none")
    ]


def _division_names(config: RunConfig) -> tuple[str, ...]:
    division = config.division
    return (division.boundaries, division.tree, division.groupings_file)


def _fingerprints(
    config: RunConfig,
    catalogue: Catalogue,
    needed: Sequence[Indicator],
    folder: Path,
    rows: Rows,
    read: Mapping[str, Given],
) -> tuple[tuple[Source, dict[str, str]], ...]:
    found = []
    for name in dict.fromkeys(name for indicator in needed for name in sources_of(indicator)):
        if config.sources[name].database:
            digests = table_digests(config, catalogue, name, folder, rows)
        else:
            paths = read[name].files if name in read else files(config, catalogue, name, folder)
            digests = {Path(os.path.relpath(path, folder)).as_posix(): _sha256(path) for path in paths}
        found.append((catalogue.sources[name], digests))
    return tuple(found)


def _release_digest(
    config: RunConfig,
    needed: Sequence[Indicator],
    map_digest: str,
    sources: Sequence[tuple[Source, dict[str, str]]],
    earlier: Mapping[str, str],
) -> str:
    # Left out where empty: a release declared before these keys existed keeps its checksum.
    silent = {name for name in ("follows", "changes", "earlier") if not getattr(config, name)}
    declared = config.model_dump(mode="json", exclude=silent)
    for source in declared["sources"].values():
        if not source["coded_in"]:
            del source["coded_in"]
    return _digest(
        {
            "config": declared,
            **({"earlier": dict(earlier)} if earlier else {}),
            "indicators": [indicator.model_dump(mode="json") for indicator in needed],
            "map": map_digest,
            "sources": [[source.model_dump(mode="json"), files] for source, files in sources],
        }
    )


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
