"""Costs, variances and (epsilon, delta): against the published formulas, and never rounded in our favour."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.catalogue.model import Indicator, Protection
from etl.privacy.accounting import (
    delta_for,
    discrete_gaussian_delta,
    gaussian_delta,
    gaussian_epsilon,
    level_rho,
    level_sigma2,
    nano_cap,
    nano_cost,
    release_cost,
)
from etl.zcdp import epsilon_for
from geodata.levels import Level

TEXT = {"nl": "x", "en": "x"}
PURPOSE = {
    "goal": TEXT,
    "legal_basis": TEXT,
    "owner": "x",
    "review": date(2030, 1, 1),
    "end": date(2031, 1, 1),
}
MICRODATA = {"kind": "microdata", "source": "s", "counted": ["key"], "located": "residence"}
PUBLIC = {"kind": "public", "source": "s", "column": "c"}
YEARS = 5


def indicator(name: str, protection: dict | None) -> Indicator:
    texts = dict.fromkeys(("name", "explanation", "not_said", "definition", "noun"), TEXT)
    return Indicator(
        id=name,
        theme="t",
        role="denominator",
        count=PUBLIC if protection is None else MICRODATA,
        protection=None if protection is None else Protection(keyed=("key",), **protection),
        purpose=PURPOSE,
        **texts,
    )


@given(st.decimals(min_value=Decimal("1e-12"), max_value=10, places=12))
def test_costs_round_up_and_caps_round_down(rho: Decimal) -> None:
    exact = Fraction(rho) * 10**9
    assert exact <= nano_cost(rho) < exact + 1
    assert exact - 1 < nano_cap(rho) <= exact


def test_the_smallest_cost_is_one_nano_rho() -> None:
    assert nano_cost(Decimal("1e-30")) == 1
    assert nano_cost(Fraction(1, 3)) == 333_333_334
    assert nano_cap(Fraction(1, 3)) == 333_333_333
    assert nano_cost(Decimal("0.1")) == nano_cap(Decimal("0.1")) == 100_000_000


@pytest.mark.parametrize("wrong", [Decimal(0), Decimal("-0.1"), Fraction(-1)])
def test_a_cost_or_cap_that_is_not_positive_is_refused(wrong: Decimal | Fraction) -> None:
    with pytest.raises(ValueError, match="positive"):
        nano_cost(wrong)
    with pytest.raises(ValueError, match="positive"):
        nano_cap(wrong)


def test_the_levels_together_cost_exactly_one_year() -> None:
    protection = Protection(unit="person", rho=Decimal("0.1"), cap=2, keyed=("key",))
    assert sum(level_rho(protection).values()) == Fraction(1, 10)
    sigma2 = level_sigma2(protection)
    assert sigma2[Level.BUURT] == 40
    assert sigma2[Level.GEMEENTE] == Fraction(4 * 250, 7)
    assert sum(Fraction(4) / (2 * variance) for variance in sigma2.values()) == Fraction(1, 10)


def test_years_add_up_unless_a_unit_counts_once_in_its_life() -> None:
    yearly = indicator("a", {"unit": "person", "rho": "0.1"})
    once = indicator("b", {"unit": "person", "rho": "0.1", "once": "life"})
    assert release_cost([yearly], YEARS, {}) == {"person": 500_000_000}
    assert release_cost([once], YEARS, {}) == {"person": 100_000_000}
    assert release_cost([yearly, once], YEARS, {}) == {"person": 600_000_000}


def test_indicators_add_up_to_the_k_dearest() -> None:
    costs = [
        indicator(name, {"unit": "person", "rho": rho})
        for name, rho in [("a", "0.1"), ("b", "0.3"), ("c", "0.2")]
    ]
    assert release_cost(costs, 1, {}) == {"person": 600_000_000}
    # Where K leaves people out, what it drops is measured at a fiftieth of every indicator's cost.
    assert release_cost(costs, 1, {"person": 2}) == {"person": 500_000_000 + 12_000_000}
    assert release_cost(costs, 1, {"person": 1}) == {"person": 300_000_000 + 12_000_000}
    assert release_cost(costs, 1, {"person": 9}) == {"person": 600_000_000}
    # Dearest means over the whole release: once in a life at 0.3 costs less than 0.1 in each of five years.
    life = indicator("d", {"unit": "person", "rho": "0.3", "once": "life"})
    dropped = 300_000_000 // 50 + 500_000_000 // 50
    assert release_cost([life, costs[0]], YEARS, {"person": 1}) == {"person": 500_000_000 + dropped}


def test_units_have_their_own_budgets_and_public_figures_cost_nothing() -> None:
    found = release_cost(
        [
            indicator("a", {"unit": "person", "rho": "0.1"}),
            indicator("b", {"unit": "company", "rho": "0.25"}),
            indicator("c", None),
        ],
        2,
        {"person": 1},
    )
    assert found == {"person": 200_000_000, "company": 500_000_000}
    assert release_cost([indicator("c", None)], YEARS, {}) == {}


def test_a_release_is_rounded_up_as_a_whole() -> None:
    tiny = indicator("a", {"unit": "person", "rho": "0.0000000004"})
    assert release_cost([tiny], YEARS, {}) == {"person": 2}


FIGURES = [
    # rho, epsilon after proposition 12, epsilon of the Gaussian itself; delta 1e-8 (reference/privacy.md, 5)
    ("0.05", 1.76, 1.66),
    ("0.1", 2.54, 2.40),
    ("0.25", 4.16, 3.94),
    ("0.5", 6.09, 5.78),
    ("1", 8.98, 8.53),
    ("2", 13.4, 12.8),
]


@pytest.mark.parametrize(("rho", "certified", "gaussian"), FIGURES)
def test_epsilon_is_as_published(rho: str, certified: float, gaussian: float) -> None:
    cost = Fraction(rho)
    assert epsilon_for(cost, 1e-8) == pytest.approx(certified, abs=0.05 if certified > 10 else 0.005)
    assert gaussian_epsilon(cost, 1e-8) == pytest.approx(gaussian, abs=0.06 if gaussian > 10 else 0.005)


@given(st.fractions(min_value=Fraction(1, 1000), max_value=5), st.sampled_from([1e-6, 1e-9, 1e-12]))
def test_the_certified_epsilon_is_true_and_the_way_back_agrees(rho: Fraction, delta: float) -> None:
    epsilon = epsilon_for(rho, delta)
    assert delta_for(rho, epsilon) == pytest.approx(delta, rel=1e-4)
    assert discrete_gaussian_delta(1 / (2 * rho), 1, epsilon) <= delta * (1 + 1e-6)
    assert gaussian_epsilon(rho, delta) <= epsilon


def test_the_discrete_gaussian_tends_to_the_continuous_one() -> None:
    for rho, tolerance in ((Fraction(1, 1000), 0.05), (Fraction(1, 100_000), 0.005)):
        sigma2 = 1 / (2 * rho)
        epsilon = gaussian_epsilon(rho, 1e-6)
        assert discrete_gaussian_delta(sigma2, 1, epsilon) == pytest.approx(
            gaussian_delta(rho, epsilon), rel=tolerance
        )


@pytest.mark.parametrize("delta", [0.0, 1.0, -1e-9])
def test_a_delta_outside_its_range_is_refused(delta: float) -> None:
    with pytest.raises(ValueError, match="delta"):
        epsilon_for(Fraction(1, 10), delta)
