"""Classes, pooling, ratios, false-discovery control and the model estimate, on figures checked by hand."""

import numpy as np
import pytest

from etl.smallnumbers import (
    adjusted,
    change_between,
    cv0,
    differs_from_rate,
    empirical_bayes,
    fieller,
    pooled,
    reliability_class,
    shrunken_rate,
)


def test_classes_change_just_above_their_limits():
    population, rate = np.full(7, 1000.0), 0.1  # 100 expected, so the standard error is CV0 in per cent
    error = np.array([5.0, 5.001, 10.0, 15.0, 25.0, 35.0, 35.001])
    assert "".join(reliability_class(error**2, population, rate)) == "ABBCDEF"


def test_an_exact_count_is_class_a_and_an_unknown_one_f():
    population = np.array([0.0, 0.0, 1000.0, 1000.0, 1000.0])
    variance = np.array([0.0, 4.0, 0.0, np.inf, np.nan])
    assert "".join(reliability_class(variance, population, 0.1)) == "AFAFF"
    assert cv0(variance, population, 0.1)[:2].tolist() == [0.0, np.inf]


def test_three_years_add_up_with_their_variances():
    estimate, variance = pooled(
        np.array([[1.0, 2], [3, np.nan], [5, 6]]), np.array([[1.0, 1], [2, 2], [4, 4]])
    )
    assert estimate[0] == 9 and np.isnan(estimate[1]) and variance.tolist() == [7, 7]
    assert pooled(np.ones((3, 2)), np.array([2.0, 4.0]))[1].tolist() == [6, 12]


def test_fieller_is_a_plain_interval_when_the_denominator_is_exact():
    ratio = fieller(np.array([10.0]), np.array([4.0]), np.array([50.0]), np.array([0.0]))
    assert (ratio.lower[0], ratio.upper[0]) == (
        pytest.approx(0.2 - 0.0784, abs=1e-4),
        pytest.approx(0.2784, abs=1e-4),
    )


def test_fieller_knows_when_it_cannot_be_determined():
    ratio = fieller(np.array([10.0, 10.0]), np.array([4.0, 4.0]), np.array([1.0, 9.0]), np.array([4.0, 4.0]))
    assert ratio.bounded.tolist() == [False, True]
    assert (ratio.lower[0], ratio.upper[0]) == (-np.inf, np.inf)


def test_fieller_holds_the_true_ratio_also_with_correlated_noise():
    rng = np.random.default_rng(1954)
    cov = np.array([[9.0, 4.0], [4.0, 16.0]])
    draws = rng.multivariate_normal([30.0, 25.0], cov, 40_000)
    ratio = fieller(draws[:, 0], np.array(9.0), draws[:, 1], np.array(16.0), 4.0)
    inside = (ratio.lower <= 30 / 25) & (ratio.upper >= 30 / 25)
    assert inside.mean() == pytest.approx(0.95, abs=0.005)
    unaware = fieller(draws[:, 0], np.array(9.0), draws[:, 1], np.array(16.0))
    assert ((unaware.lower <= 1.2) & (unaware.upper >= 1.2)).mean() > 0.965


def test_benjamini_hochberg_on_the_example_of_its_paper():
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240]
    p += [0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    assert int((adjusted(np.array(p)) <= 0.05).sum()) == 4  # Benjamini & Hochberg 1995, section 3
    assert int((adjusted(np.array(p), "any") <= 0.05).sum()) == 3


def test_adjusting_ignores_missing_areas_and_keeps_their_place():
    p = np.array([0.01, np.nan, 0.04, 0.5])
    q = adjusted(p)
    assert np.isnan(q[1]) and q[[0, 2, 3]].tolist() == pytest.approx([0.03, 0.06, 0.5])
    assert adjusted(np.array([])).size == 0


def test_a_missing_area_has_no_p():
    answer = differs_from_rate(
        np.array([np.nan, 0.0, 9.0, np.nan]),
        np.array([2.0, 0.0, 2.0, np.inf]),
        np.array([100.0, 0, 100, 100]),
        0.01,
    )
    assert np.isnan(answer.p).tolist() == [True, True, False, True]
    assert answer.difference[2] == 8 and answer.standard_error[2] == pytest.approx(np.sqrt(3))


def test_more_people_is_not_a_change():
    answer = change_between(
        np.array([50.0]),
        np.array([4.0]),
        np.array([100.0]),
        np.array([4.0]),
        np.array([1e4]),
        np.array([2e4]),
        0.005,
    )
    assert answer.difference[0] == 0 and answer.p[0] == pytest.approx(1.0)
    # 4 + 2^2 x 4 of noise, 100 + 2^2 x 50 of chance
    assert answer.standard_error[0] == pytest.approx(np.sqrt(320))


def test_an_area_that_was_empty_has_no_change():
    one = np.array([1.0])
    assert np.isnan(change_between(0 * one, one, one, one, 0 * one, 100 * one, 0.01).p[0])


def simulate(risk_spread, areas=3_000):
    rng = np.random.default_rng(1979)
    population = np.maximum(rng.lognormal(7.2, 0.8, areas), 20).round()
    true = rng.poisson(0.005 * population * rng.lognormal(-(risk_spread**2) / 2, risk_spread, areas))
    variance = np.full(areas, 8.5)
    return true, true + rng.normal(0, np.sqrt(8.5), areas), variance, population


@pytest.mark.parametrize("spread", [0.0, 0.5, 1.0])
def test_the_model_estimate_errs_as_much_as_it_says_and_less_than_the_direct_one(spread):
    true, direct, variance, population = simulate(spread)
    model = empirical_bayes(direct, variance, population)
    error = ((model.estimate - true) ** 2).mean()
    assert error < ((direct - true) ** 2).mean()
    assert model.mse.mean() == pytest.approx(error, rel=0.12)


def test_the_model_says_what_it_borrows_and_pulls_hot_spots_down():
    true, direct, variance, population = simulate(0.5)
    model = empirical_bayes(direct, variance, population)
    assert model.coefficients[0] == pytest.approx(0.005, rel=0.05)
    assert ((model.own_share > 0) & (model.own_share < 1)).all()
    rebuilt = model.own_share * direct + (1 - model.own_share) * model.synthetic
    np.testing.assert_allclose(model.estimate, rebuilt)
    hot = true > np.quantile(true / population, 0.99) * population
    assert (model.estimate - true)[hot].mean() < 0


def test_an_exact_count_borrows_nothing():
    _, direct, variance, population = simulate(0.5)
    variance[7] = 0.0
    model = empirical_bayes(direct, variance, population)
    assert (model.own_share[7], model.mse[7]) == (1.0, 0.0) and model.estimate[7] == pytest.approx(direct[7])


def test_an_indicator_without_any_case_has_a_model_too():
    model = empirical_bayes(np.zeros(9), np.zeros(9), np.full(9, 100.0))
    assert model.estimate.tolist() == [0.0] * 9 and model.between == 0


def test_areas_without_people_or_figure_stay_out_of_the_model():
    _, direct, variance, population = simulate(0.5)
    direct[0], population[1] = np.nan, 0.0
    model = empirical_bayes(direct, variance, population)
    assert np.isnan(model.estimate[:2]).all() and np.isfinite(model.estimate[2:]).all()
    rate = shrunken_rate(direct, variance, population)
    assert np.isnan(rate[:2]).all() and (rate[2:] >= 0).all()


def test_public_covariates_explain_what_a_common_rate_cannot():
    true, direct, variance, population = simulate(0.0)
    x = np.column_stack([np.ones(len(true)), np.arange(len(true)) % 2])
    model = empirical_bayes(direct + 0.004 * population * x[:, 1], variance, population, x)
    assert model.coefficients == pytest.approx([0.005, 0.004], rel=0.06)


def test_too_few_areas_make_no_model():
    with pytest.raises(ValueError, match="2 usable areas for 1 coefficients"):
        empirical_bayes(np.ones(2), np.ones(2), np.ones(2))
