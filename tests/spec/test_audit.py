"""The audit passes the real mechanism, exactly where it can be exact, and its own parts are right.

False alarms: every statistical check of the audit is refused by chance once in 10^7 runs or less, see
`etl.audit`. That it catches a wrong mechanism is held by test_mutants.py.
"""

import math
from fractions import Fraction

import numpy as np
import pytest
from scipy import stats

from etl import cli, pipeline
from etl.audit import audit, signed
from etl.audit.blackbox import mu_hat
from etl.audit.certificate import certificates
from etl.audit.country import country
from etl.audit.fit import p_of_correlation, p_of_fit, p_of_repeats
from etl.audit.neighbours import neighbours
from etl.audit.recorder import recorded
from etl.audit.report import Check, cells
from etl.catalogue.load import load_catalogue
from etl.privacy.accounting import DROPPED_CLIP
from etl.privacy.mechanism import DiscreteGaussianZCDP
from etl.privacy.samplers import discrete_gaussian
from tests.conftest import CHECKOUT

CATALOGUE = load_catalogue()
CONFIGS = ("demo", "nl2024-private")
COLUMNS = 20_000


def config(name):
    return pipeline.load(CHECKOUT / "config" / f"{name}.toml")


def private(name):
    return [one for one in CATALOGUE.needed(config(name)) if one.private]


@pytest.fixture(scope="module", params=CONFIGS)
def checks(request):
    return list(audit(config(request.param), CATALOGUE, COLUMNS))


def test_the_real_mechanism_passes_every_check(checks):
    assert not [one for one in checks if not one.passed]


def test_every_private_indicator_and_every_level_is_checked(checks):
    subjects = {one.subject for one in checks}
    for name in CONFIGS:
        ids = {one.id for one in private(name)}
        assert ids <= subjects or not ids & subjects
    for subject in subjects & set(CATALOGUE.indicators):
        found = {one.name for one in checks if one.subject == subject}
        assert {"certificate", "mu-hat, one year", "two runs differ", "cells differ"} <= found
        assert {name for name in found if name.startswith("fit of ")} == {
            f"fit of {level}" for level in CATALOGUE.indicators[subject].protection.shares
        }


def test_the_worst_unit_costs_exactly_what_the_ledger_will_debit():
    """Not only at most: a looser promise would waste accuracy."""
    exact = {one.subject: one for one in certificates(private("demo"), config("demo")) if "K = " in one.name}
    for one in exact.values():
        assert one.passed
    assert exact["company"].found.removeprefix("rho ") == exact["company"].limit.removeprefix("<= ")


def test_the_added_unit_is_the_worst_there_can_be():
    demo = config("demo")
    company = CATALOGUE.indicators["bedrijfswisseling"]
    without, added = neighbours([company], demo, country())
    change = added[company.id].counts - without[company.id].counts
    assert set(np.unique(change)) == {0, company.protection.cap}
    assert (change.sum(axis=1) == 5 * company.protection.cap).all(), "one buurt and all areas above it"
    gone = added[company.id].dropped - without[company.id].dropped
    assert (gone == DROPPED_CLIP * company.protection.cap).all()


def test_recording_changes_nothing_and_ends():
    before = DiscreteGaussianZCDP.randomise_array
    mechanism = DiscreteGaussianZCDP(rho=Fraction(1, 10))
    with recorded() as asked:
        answer = mechanism.randomise_array(np.array([[1, 2]], dtype=np.int64))
    assert DiscreteGaussianZCDP.randomise_array is before
    assert (asked[0].counts == [[1, 2]]).all()
    assert (asked[0].answer == answer).all()
    assert asked[0].sigma2 == 5
    assert "[" not in repr(asked[0]), "a count does not show itself"


def test_mu_hat_is_mu_and_its_standard_error_is_honest():
    indicator = CATALOGUE.indicators["misdrijvenmetruis"]
    mu = math.sqrt(2 * float(indicator.protection.rho))
    found = [mu_hat(indicator.protection, 4_000) for _ in range(40)]
    deviations = [(value - mu) / error for value, error in found]
    # The mean of 40 standard normal deviations lies within 6 / sqrt(40); their variance near 1.
    assert abs(np.mean(deviations)) < 6 / math.sqrt(40)
    assert stats.chi2.sf(np.var(deviations) * 40, 39) > 1e-6
    assert stats.chi2.cdf(np.var(deviations) * 40, 39) > 1e-6


def test_the_fit_accepts_the_right_noise_and_no_other():
    sigma2 = Fraction(50, 7)
    drawn = discrete_gaussian(sigma2, 400_000)
    assert p_of_fit(drawn, sigma2) > 1e-9
    for wrong in (
        drawn * 0,
        drawn + 1,
        np.abs(drawn),
        discrete_gaussian(sigma2 * Fraction(94, 100), 400_000),
    ):
        assert p_of_fit(wrong, sigma2) < 1e-9


def test_repeated_and_correlated_noise_is_seen():
    one, other = (discrete_gaussian(Fraction(5), 60_000).reshape(10_000, 6) for _ in range(2))
    assert p_of_repeats(one, other) > 1e-9
    assert p_of_repeats(one, one) < 1e-12
    partly = other.copy()
    partly[:1_000] = one[:1_000]
    assert p_of_repeats(one, partly) < 1e-12
    assert p_of_correlation(one) > 1e-9
    shared = one.copy()
    shared[:, 1] += shared[:, 0] // 2
    assert p_of_correlation(shared) < 1e-12
    silent = one.copy()
    silent[:, 2] = 0
    assert p_of_correlation(silent) == 0


def test_the_command_prints_a_signed_table(capsys):
    arguments = ["audit", str(CHECKOUT / "config" / "nl2024-private.toml"), "--columns", str(COLUMNS)]
    assert cli.main(arguments) == 0
    said = capsys.readouterr().out
    assert "misdrijvenmetruis" in said
    assert "\nPASS: 17 checks" in said
    assert "sha256" in said
    assert "FAIL" not in said


def test_one_failure_fails_the_whole(monkeypatch, capsys):
    wrong = [Check("a", "b", "2", "1", False), Check("a", "c", "1", "1", True)]
    monkeypatch.setattr("etl.commands.audit.run_audit", lambda *_: iter(wrong))
    assert cli.main(["audit"]) == 1
    assert "FAIL (1 of 2)" in capsys.readouterr().out
    assert cells(wrong)[0][-1] == "FAIL"
    assert signed(wrong[1:], 1).startswith("PASS")
