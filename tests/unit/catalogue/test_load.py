"""Loading: every fault of every file at once, with file, place, what was found and what was expected."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from etl.catalogue.load import FOLDER, load_catalogue, load_config
from etl.catalogue.model import Indicator
from etl.catalogue.needs import sources_of
from etl.catalogue.runs import config_faults
from etl.errors import Fault, InputError

TODAY = date(2026, 6, 1)
CONFIGS = Path(__file__).resolve().parents[3] / "config"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped catalogue, to be spoilt."""
    shutil.copytree(FOLDER, tmp_path / "catalogue", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return tmp_path / "catalogue"


def replace(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def faults(folder: Path, today: date = TODAY) -> tuple[Fault, ...]:
    with pytest.raises(InputError) as raised:
        load_catalogue(folder, today)
    return raised.value.faults


def test_the_file_name_is_the_id() -> None:
    catalogue = load_catalogue(today=TODAY)
    for kind, items in (("indicators", catalogue.indicators), ("sources", catalogue.sources)):
        assert set(items) == {path.stem for path in (FOLDER / kind).glob("*.toml")}
        assert all(name == item.id for name, item in items.items())


@pytest.mark.parametrize(
    ("file", "old", "new", "where", "words"),
    [
        ("indicators/misdrijven.toml", 'theme = "leefbaarheid"', 'theme = "weer"', "theme", "'weer'"),
        (
            "indicators/misdrijven.toml",
            'denominator = "inwoners"',
            'denominator = "koeien"',
            "rate.denominator",
            "'koeien'",
        ),
        (
            "indicators/misdrijven.toml",
            'column = "misdrijven"',
            'column = "boetes"',
            "count.column",
            "'boetes'",
        ),
        ("indicators/misdrijven.toml", "politie_misdrijven", "politie", "count.source", "'politie'"),
        (
            "indicators/misdrijven.toml",
            'source = "politie_misdrijven"',
            'source = "verdtab"',
            "count.source",
            "confidential",
        ),
        (
            "indicators/misdrijven.toml",
            "breaks = [24, 32, 42, 56]",
            "breaks = [24, 32]",
            "whole file",
            "4 breaks",
        ),
        ("indicators/misdrijven.toml", "per = 1000", "per = 0", "rate.per", "greater than 0"),
        (
            "indicators/misdrijven.toml",
            "[noun]",
            'colour = "red"\n[noun]',
            "definition.colour",
            "Extra inputs",
        ),
        (
            "indicators/drugsverdachten.toml",
            'source = "verdtab"',
            'source = "kwb"',
            "count.source",
            "public table",
        ),
        (
            "indicators/drugsverdachten.toml",
            'dated = ["date"]',
            'dated = ["dag"]',
            "count.dated",
            "role 'dag'",
        ),
        ("indicators/drugsverdachten.toml", 'rho = "0.2"', 'rho = "0"', "protection.rho", "greater than 0"),
        (
            "indicators/drugsverdachten.toml",
            'rho = "0.2"',
            'rho = "0.2"\ncap = 2',
            "protection.cap",
            "itself",
        ),
        ("indicators/jongeaanwas.toml", "first_ever = true\n", "", "protection.once", "first_ever"),
        (
            "indicators/bedrijfswisseling.toml",
            'keyed = ["company"]',
            'keyed = ["object"]',
            "protection.keyed",
            "counted",
        ),
        ("indicators/drugsverdachten.toml", '"inwoners12plus"', '"jongeaanwas"', "rate.denominator", "noisy"),
        ("sources/verdtab.toml", "[columns.person]", "[columns.persoon]", "count.counted", "role 'person'"),
        ("sources/vslgwbtab.toml", "[columns.buurt]", "[columns.bc]", "columns.buurt", "nothing"),
        ("sources/kwb.toml", 'kind = "table"', 'kind = "rumour"', "kind", "'rumour'"),
        ("themes.toml", 'id = "wonen"', 'id = "drugs"', "theme.id", "'drugs' twice"),
    ],
)
def test_a_fault_says_file_place_found_and_expected(
    folder: Path, file: str, old: str, new: str, where: str, words: str
) -> None:
    replace(folder, file, old, new)
    found = faults(folder)
    assert [one for one in found if where in one.where and words in str(one)], found


@pytest.mark.parametrize("key", ["goal", "legal_basis", "owner", "end"])
@pytest.mark.parametrize("file", ["sources/kwb.toml", "sources/verdtab.toml", "indicators/misdrijven.toml"])
def test_no_purpose_no_load(folder: Path, file: str, key: str) -> None:
    path = folder / file
    kept = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith(f"{key} =")]
    path.write_text("\n".join(kept), encoding="utf-8")
    assert [(one.file, one.where, one.found) for one in faults(folder)] == [
        (file, f"purpose.{key}", "nothing")
    ]


def test_a_passed_end_date_is_a_fault_from_the_next_day_on() -> None:
    end = load_catalogue(today=TODAY).sources["kwb"].purpose.end
    assert load_catalogue(today=end)
    found = faults(FOLDER, date(end.year + 1, 1, 1))
    assert {one.where for one in found} == {"purpose.end"}
    assert {one.file for one in found} >= {"sources/kwb.toml", "indicators/misdrijven.toml"}


@pytest.mark.parametrize(
    "column",
    ["GBAHERKOMSTGROEPERING", "GBAGENERATIE", "GBAGEBOORTELAND", "NATIONALITEIT", "ACHTERNAAM", "BSN"],
)
def test_no_column_of_origin_nationality_or_name(folder: Path, column: str) -> None:
    with (folder / "sources" / "gbapersoontab.toml").open("a", encoding="utf-8") as stream:
        stream.write(f'\n[columns.extra]\nname = "{column}"\n')
    assert [(one.where, column in one.found) for one in faults(folder)] == [("columns.extra", True)]


def test_faults_of_all_files_come_together(folder: Path) -> None:
    replace(folder, "indicators/misdrijven.toml", 'theme = "leefbaarheid"', 'theme = "weer"')
    replace(folder, "sources/kwb.toml", 'owner = "Gegevensbeheer Regiobeeld"\n', "")
    (folder / "sources" / "abr_regio.toml").write_bytes(b'title = "caf\xe9"')
    (folder / "indicators" / "jongeren.toml").write_text("theme = bevolking", encoding="utf-8")
    (folder / "themes.toml").write_text("", encoding="utf-8")
    files = {one.file for one in faults(folder)}
    assert files >= {
        "indicators/misdrijven.toml",
        "sources/kwb.toml",
        "sources/abr_regio.toml",
        "indicators/jongeren.toml",
        "themes.toml",
    }


def test_a_faulty_file_is_not_also_reported_as_missing(folder: Path) -> None:
    (folder / "indicators" / "inwoners.toml").write_text("theme = bevolking", encoding="utf-8")
    assert {one.file for one in faults(folder)} == {"indicators/inwoners.toml"}


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_shipped_configuration_fits_the_catalogue(path: Path) -> None:
    assert config_faults(load_config(path), load_catalogue(today=TODAY)) == []


def test_a_configuration_names_all_its_faults(tmp_path: Path) -> None:
    path = tmp_path / "demo.toml"
    text = (CONFIGS / "demo.toml").read_text(encoding="utf-8")
    text = text.replace('id = "merenland-1"', 'id = "Merenland 1"').replace(
        "fictional = true", "fictie = true"
    )
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        load_config(path)
    assert {one.where for one in raised.value.faults} == {"id", "fictional", "fictie"}


def test_a_configuration_is_held_against_the_catalogue() -> None:
    catalogue, config = load_catalogue(today=TODAY), load_config(CONFIGS / "demo.toml")
    fewer = {name: source for name, source in config.sources.items() if name != "verdtab"}
    without = config.model_copy(update={"sources": fewer, "privacy": {}})
    wheres = {one.where for one in config_faults(without, catalogue)}
    units = ("person", "household", "address", "company", "incident")
    assert wheres == {"sources.verdtab", *(f"privacy.{unit}" for unit in units)}
    unknown = config.sources | {"knmi": config.sources["kwb"]}
    odd = config.model_copy(update={"indicators": ("regen",), "sources": unknown})
    assert {one.where for one in config_faults(odd, catalogue)} == {"indicators", "sources.knmi"}


def test_another_source_may_give_the_same_columns() -> None:
    """What stands in must exist, be public and have what the run needs; every fault at once."""
    catalogue, config = load_catalogue(today=TODAY), load_config(CONFIGS / "nl2024-live.toml")
    assert {one.count.source for one in catalogue.needed(config)} == set(config.sources)
    wrong = {
        "kwb": "verdtab",
        "politie_misdrijven": "politie",
        "politie_misdrijven_soort": "politie_misdrijven",
    }
    found = config_faults(config.model_copy(update={"instead": wrong}), catalogue)
    assert {one.where for one in found} == {f"instead.{name}" for name in wrong}
    told = " ".join(map(str, found))
    assert "'verdtab', which is confidential" in told and "'politie', expected one of" in told
    assert (
        "'politie_misdrijven' without 'drugshandel', expected that column, for indicator drugshandel" in told
    )


def test_sources_of_an_indicator_include_those_that_link_it_to_an_area() -> None:
    indicators = load_catalogue(today=TODAY).indicators
    assert sources_of(indicators["misdrijven"]) == ("politie_misdrijven",)
    assert set(sources_of(indicators["jongeaanwas"])) == {
        "verdtab",
        "vslgwbtab",
        "nietvslgwbtab",
        "gbaadresobjectbus",
        "gbapersoontab",
    }
    assert set(sources_of(indicators["bedrijfswisseling"])) == {
        "abr_regio",
        "vslgwbtab",
        "nietvslgwbtab",
    }
    assert "gbaadresobjectbus" in sources_of(indicators["woningenzonderinschrijving"])


def test_a_stored_definition_of_an_older_catalogue_still_reads() -> None:
    """A release never changes, and the catalogue does: words it has left behind are passed over there."""
    known = load_catalogue().indicators["woningenzonderinschrijving"].model_dump(mode="json")
    known["count"]["absent_residents"] = True
    with pytest.raises(ValueError, match="absent_residents"):
        Indicator.model_validate(known)
    assert Indicator.model_validate(known, extra="ignore").id == "woningenzonderinschrijving"
