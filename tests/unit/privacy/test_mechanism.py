"""What the mechanism takes, refuses and says of itself; tests/spec/test_sampler.py holds its distribution."""

from fractions import Fraction

import numpy as np
import pytest
from diffprivlib.mechanisms import GaussianDiscrete
from hypothesis import given
from hypothesis import strategies as st

from etl.privacy.accounting import discrete_gaussian_delta
from etl.privacy.mechanism import DiscreteGaussianZCDP, round_up

RHO = Fraction(1, 10)


def test_it_is_a_diffprivlib_mechanism_and_stays_one_when_copied() -> None:
    mechanism = DiscreteGaussianZCDP(rho=RHO)
    assert isinstance(mechanism, GaussianDiscrete)
    assert mechanism.copy().sigma2 == 5
    assert "Fraction(1, 10)" in repr(mechanism)
    assert mechanism.bias(3) == 0


def test_sigma2_follows_from_rho_and_sensitivity() -> None:
    assert DiscreteGaussianZCDP(rho=RHO).sigma2 == 5
    assert DiscreteGaussianZCDP(rho=RHO, sensitivity=2).sigma2 == 20
    assert DiscreteGaussianZCDP(rho=Fraction("0.014")).sigma2 == Fraction(250, 7)


@given(st.fractions(min_value=Fraction(1, 10**6), max_value=10))
def test_sigma2_is_never_rounded_down(rho: Fraction) -> None:
    exact = 1 / (2 * rho)
    sigma2 = DiscreteGaussianZCDP(rho=rho, sampler="rejection").sigma2
    assert exact <= sigma2 <= exact + Fraction(1, 2**32)


def test_a_long_fraction_is_rounded_up_to_32_binary_places() -> None:
    assert round_up(Fraction(1, 3)) == Fraction(1, 3)
    long = Fraction(2**70 + 1, 2**70)
    assert round_up(long) == 1 + Fraction(1, 2**32)


@pytest.mark.parametrize("seed", [0, 1, np.random.RandomState(1)])
def test_a_seed_is_refused(seed: object) -> None:
    with pytest.raises(ValueError, match="random_state"):
        DiscreteGaussianZCDP(rho=RHO, random_state=seed)


@pytest.mark.parametrize("value", [1.0, np.float64(2), "3", None, True, np.True_, Fraction(1)])
def test_only_whole_numbers_are_randomised(value: object) -> None:
    with pytest.raises(TypeError):
        DiscreteGaussianZCDP(rho=RHO).randomise(value)


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.bool_, object])
def test_only_whole_arrays_are_randomised(dtype: type) -> None:
    with pytest.raises(TypeError, match="whole numbers"):
        DiscreteGaussianZCDP(rho=RHO).randomise_array(np.zeros(3, dtype=dtype))


@pytest.mark.parametrize("sampler", ["table", "rejection"])
def test_integers_come_out(sampler: str) -> None:
    mechanism = DiscreteGaussianZCDP(rho=RHO, sampler=sampler)
    assert type(mechanism.randomise(np.int64(5))) is int
    values = np.arange(12, dtype=np.int32).reshape(3, 4)
    answer = mechanism.randomise_array(values)
    assert (answer.dtype, answer.shape) == (np.int64, (3, 4))
    assert values.tolist() == np.arange(12).reshape(3, 4).tolist()
    assert mechanism.randomise_array(np.empty((0, 4), dtype=np.int64)).shape == (0, 4)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"rho": 0.1}, ValueError),
        ({"rho": Fraction(0)}, ValueError),
        ({"rho": Fraction(-1, 2)}, ValueError),
        ({"rho": RHO, "sensitivity": 0}, ValueError),
        ({"rho": RHO, "sensitivity": 1.5}, TypeError),
        ({"rho": RHO, "sampler": "numpy"}, ValueError),
    ],
)
def test_wrong_parameters_are_refused(wrong: dict, error: type[Exception]) -> None:
    with pytest.raises(error):
        DiscreteGaussianZCDP(**wrong)


def test_a_variance_too_large_for_the_table_says_what_to_do() -> None:
    rho = Fraction(1, 10**10)
    with pytest.raises(ValueError, match="rejection"):
        DiscreteGaussianZCDP(rho=rho).randomise(1)
    drawn = DiscreteGaussianZCDP(rho=rho, sampler="rejection").randomise_array(np.zeros(500, dtype=np.int64))
    assert 40_000 < drawn.std() < 110_000


def test_the_variance_is_that_of_the_discrete_gaussian() -> None:
    small = DiscreteGaussianZCDP(rho=Fraction(2))
    k = np.arange(-40, 41)
    mass = np.exp(-(k**2) * 2.0)
    assert small.variance() == pytest.approx(float((k**2 * mass).sum() / mass.sum()), rel=1e-14)
    assert small.variance() < 0.25
    # Where the sum hands over to sigma2 itself, nothing jumps.
    k = np.arange(-80, 81)
    mass = np.exp(-(k**2) / 6)
    assert float((k**2 * mass).sum() / mass.sum()) == pytest.approx(3, rel=1e-14)
    assert DiscreteGaussianZCDP(rho=RHO).variance(12) == 5.0


def test_the_numerical_delta_of_a_national_release_is_nothing() -> None:
    mechanism = DiscreteGaussianZCDP(rho=Fraction("0.002"))
    assert 0 < mechanism.numerical_delta(2_738_250) < 1e-28
    assert mechanism.numerical_delta(2) == pytest.approx(2 * mechanism.numerical_delta(1))
    assert DiscreteGaussianZCDP(rho=RHO, sampler="rejection").numerical_delta(10**9) == 0


def test_the_stated_epsilon_holds_exactly() -> None:
    mechanism = DiscreteGaussianZCDP(rho=RHO)
    assert mechanism.delta == 1e-9
    assert discrete_gaussian_delta(mechanism.sigma2, 1, mechanism.epsilon) <= 1e-9
