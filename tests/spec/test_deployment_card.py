"""The card of a release has the form of the OpenDP registry and says what the ledger and the catalogue say.

The form is written down here from schemas/deployments-schema.yaml (commit 057e5d8): names of fields, which of
them must be there, and the words that some of them may hold.
"""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from etl import cli
from etl.privacy.accounting import gaussian_epsilon, level_sigma2
from etl.release.card import deployment_card, privacy_spec
from etl.release.engine import open_engine
from etl.release.migrate import upgrade
from etl.release.read import Store
from tests.samples import tiny_run
from tests.samples.tiny_release import write_tiny_release

FIELDS = {
    "basic": (
        {"name", "data_curators", "description", "intended_use", "data_product_type"}
        | {"data_product_region", "data_product_sector", "publication_date"}
    ),
    "dp_variant": {"variant_name", "data_domain", "unprotected_quantities"},
    "privacy_loss": (
        {"privacy_unit", "privacy_unit_details", "number_of_privacy_units", "privacy_parameters"}
        | {"privacy_parameters_details"}
    ),
    "deployment_model": (
        {"model_name", "model_name_details", "trust_assumptions", "actors", "release_type"}
        | {"release_type_details", "data_source_type", "data_source_type_details", "access_type"}
        | {"access_type_details"}
    ),
    "implementation": (
        {"preprocessing_and_hyperparameter_tuning", "mechanisms", "composition", "post_processing"}
        | {"justification", "utility", "additional_information"}
    ),
    "administrative": {"evidence_sources", "status", "registry_authors", "tier"},
}
REQUIRED = {
    "basic": FIELDS["basic"] - {"data_product_sector"},
    "administrative": {"status", "registry_authors", "tier"},
}
WORDS = {
    ("basic", "data_product_type"): {"Summary statistics", "Dataset"},
    ("basic", "data_product_sector"): {
        "Technology",
        "Healthcare",
        "Education",
        "Government",
        "Energy",
        "Finance",
    },
    ("dp_variant", "variant_name"): {
        "Pure DP",
        "Approximate DP",
        "Zero-concentrated DP",
        "Renyi DP",
        "Custom",
    },
    ("deployment_model", "model_name"): {"Local", "Central", "Shuffle", "Federated", "Varies"},
    ("deployment_model", "release_type"): {"One release", "Many releases"},
    ("deployment_model", "data_source_type"): {"Static", "Dynamic"},
    ("deployment_model", "access_type"): {"Interactive", "Non-interactive"},
    ("administrative", "status"): {"Draft", "Pending", "Approved"},
    ("administrative", "tier"): {1, 2, 3},
}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("card")
    tiny_run.write_sources(folder)
    address = f"sqlite:///{folder / 'r.db'}"
    tiny_run.publish(folder, address).dispose()
    return address


@pytest.fixture(scope="module")
def store(database: str) -> Store:
    return Store(open_engine(database))


def assert_form(card: dict) -> None:
    assert set(card) == {"url_slug", "deployment"}
    deployment = card["deployment"]
    assert set(deployment) == set(FIELDS)
    for part, fields in deployment.items():
        assert set(fields) <= FIELDS[part], part
        assert set(fields) >= REQUIRED.get(part, set()), part
    for (part, field), words in WORDS.items():
        assert deployment[part][field] in words, field
    for curator in deployment["basic"]["data_curators"]:
        assert curator["data_curator_type"] in {"Government", "Industry", "Nonprofit"}
    assert set(deployment["privacy_loss"].get("privacy_parameters", {})) <= {"epsilon", "delta", "rho"}
    assert json.loads(json.dumps(card)) == card


def test_the_card_has_the_form_of_the_registry(store: Store) -> None:
    assert_form(deployment_card(store))


def test_the_card_and_the_spec_say_what_was_spent(store: Store) -> None:
    debits = {debit.unit: debit for debit in store.ledger()}
    loss = deployment_card(store)["deployment"]["privacy_loss"]
    assert loss["privacy_parameters"]["rho"] == max(debit.nano_rho for debit in debits.values()) / 1e9
    for debit in debits.values():
        assert f"{debit.unit}: rho = {debit.nano_rho / 1e9:.9f}" in loss["privacy_parameters_details"]
    spec = privacy_spec(store)
    assert {unit["unit"]: unit["nano_rho"] for unit in spec["units"]} == {
        unit: debit.nano_rho for unit, debit in debits.items()
    }
    assert {unit["ledger_hash"] for unit in spec["units"]} == {debit.hash for debit in debits.values()}


def test_the_card_gives_epsilon_at_the_delta_that_was_declared(store: Store) -> None:
    """Against the exact curve of one Gaussian answer, which the certified one exceeds by some per cent."""
    declared = store.release().info.privacy
    loss = deployment_card(store)["deployment"]["privacy_loss"]
    largest = max(store.ledger(), key=lambda debit: debit.nano_rho)
    told = loss["privacy_parameters"]
    assert told["delta"] == float(declared[largest.unit].delta)
    exact = gaussian_epsilon(Fraction(largest.nano_rho, 10**9), told["delta"])
    assert exact < told["epsilon"] < 1.1 * exact
    assert loss["privacy_parameters_details"].count("epsilon = ") == len(store.ledger())
    for unit in privacy_spec(store)["units"]:
        assert unit["max_indicators"] == declared[unit["unit"]].max_indicators
        assert unit["epsilon"] > 0


def test_the_release_states_how_exact_its_sampler_is(store: Store) -> None:
    release = store.release()
    told = [one["numerical_delta"] for one in privacy_spec(store)["indicators"]]
    assert all(0 < distance < 1e-28 for distance in told)
    assert (
        f"{sum(told):.2g} of the ideal"
        in deployment_card(store)["deployment"]["implementation"]["mechanisms"]
    )
    private = next(one for one in release.indicators.values() if one.private)
    years, cells = len(release.years(private.id)), release.regions.tree_size
    assert release.numerical_delta(private.id) > years * cells * 2.0**-127, "at least one row for every draw"
    assert release.numerical_delta("inwoners") is None


def test_the_spec_gives_the_noise_of_every_level(store: Store) -> None:
    release = store.release()
    private = {one.id: one for one in release.indicators.values() if one.private}
    spec = {one["indicator"]: one for one in privacy_spec(store)["indicators"]}
    assert set(spec) == set(private)
    for name, found in spec.items():
        expected = level_sigma2(private[name].protection)
        assert found["sigma2"] == {level.value: float(value) for level, value in expected.items()}
        assert sum(Fraction(share) for share in found["shares"].values()) == 1
        stored = release.measurement_variance(name, found["years"][0])
        for level, value in found["sigma2"].items():
            assert stored[release.regions.slice(level)][0] == pytest.approx(value, rel=1e-12)


def test_a_release_without_noise_says_so(tmp_path: Path) -> None:
    """No entry in the ledger, no loss: the card claims neither noise nor protection it did not give."""
    engine = open_engine(f"sqlite:///{tmp_path / 'public.db'}")
    upgrade(engine)
    write_tiny_release(engine)
    card = deployment_card(Store(engine))
    assert_form(card)
    assert "privacy_parameters" not in card["deployment"]["privacy_loss"]
    engine.dispose()


def test_the_command_prints_card_and_spec(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    for option, part in (("--card", "deployment"), ("--spec", "indicators")):
        assert cli.main(["releases", option, "tiny-1", "--database", database]) == 0
        assert part in json.loads(capsys.readouterr().out)
        assert cli.main(["releases", option, "unknown", "--database", database]) == 1
        assert "unknown" in capsys.readouterr().err
