"""A stored cell as people see it: class, margin, rate and status. Borders are pinned on both sides."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.frames import Status
from etl.release.values import CLASS_LETTERS, MIN_DENOMINATOR, Z95, Values, present


def cell(
    estimate: float,
    variance: float = 0.0,
    denominator: float | None = 1_000.0,
    status: Status = Status.OK,
    reference_rate: float | None = 0.1,
) -> Values:
    """One cell, per 1,000; without a denominator the indicator has no rate."""
    base = None if denominator is None else np.array([denominator])
    return present(
        np.array([estimate]),
        np.array([variance]),
        base,
        np.array([status], dtype=np.uint8),
        per=None if denominator is None else 1_000,
        reference_rate=reference_rate,
    )


# 1,000 people at a reference rate of 0.1: 100 expected, so a standard error of 5 is a CV0 of 5 %.
@pytest.mark.parametrize(
    ("error", "letter"),
    [
        *((0, "A"), (5, "A"), (5.001, "B"), (10, "B"), (10.001, "C"), (15, "C")),
        *((15.001, "D"), (25, "D"), (25.001, "E"), (35, "E"), (35.001, "F"), (1_000, "F")),
    ],
)
def test_class_borders_belong_to_the_better_class(error: float, letter: str) -> None:
    assert cell(80.0, error**2).letter(0) == letter


@pytest.mark.parametrize("estimate", [-30.0, 0.0, 80.0, 5_000.0])
def test_class_never_depends_on_the_noisy_value(estimate: float) -> None:
    assert cell(estimate, 12.0**2).letter(0) == "C"


@pytest.mark.parametrize(
    ("stored", "error", "shown"),
    [
        (Status.OK, 35, Status.OK),
        (Status.OK, 36, Status.TE_ONZEKER),
        (Status.VOORLOPIG, 0, Status.VOORLOPIG),
        (Status.GEHEIM, 36, Status.GEHEIM),
        (Status.ONTBREEKT, 36, Status.ONTBREEKT),
        (Status.NVT, 36, Status.NVT),
    ],
)
def test_only_an_ok_cell_becomes_too_uncertain(stored: Status, error: float, shown: Status) -> None:
    assert cell(80.0, error**2, status=stored).status[0] == shown


def test_class_f_keeps_its_estimate_and_standard_error_for_the_file() -> None:
    values = cell(7.25, 50.0**2)
    assert not values.shown[0]
    assert (values.estimate[0], values.standard_error[0]) == (7.25, 50.0)


def test_without_an_expected_count_a_noisy_cell_is_too_uncertain() -> None:
    assert cell(80.0, 1.0, reference_rate=float("nan")).letter(0) == "F"


def test_withheld_is_not_zero() -> None:
    values = cell(float("nan"), float("nan"), status=Status.GEHEIM)
    assert values.status[0] == Status.GEHEIM
    assert values.letter(0) == ""
    for array in (values.estimate, values.standard_error, values.lower, values.upper, values.rate):
        assert np.isnan(array[0])


def test_exact_public_count_is_its_own_interval_and_class_a() -> None:
    values = cell(17.0)
    assert (values.lower[0], values.estimate[0], values.upper[0]) == (17.0, 17.0, 17.0)
    assert (values.rate_lower[0], values.rate[0], values.rate_upper[0]) == (17.0, 17.0, 17.0)
    assert values.standard_error[0] == 0
    assert values.letter(0) == "A"


@pytest.mark.parametrize(
    ("people", "status", "has_figure"),
    [
        (MIN_DENOMINATOR, Status.OK, True),
        (MIN_DENOMINATOR - 1, Status.NVT, False),
        (0, Status.NVT, False),
        (float("nan"), Status.NVT, False),
    ],
)
def test_rate_only_from_fifty_units_up_and_the_count_stays(
    people: float, status: Status, has_figure: bool
) -> None:
    values = cell(12.0, denominator=people)
    assert values.status[0] == status
    assert np.isfinite(values.figure[0]) == has_figure
    assert values.estimate[0] == 12.0


def test_figure_is_the_rate_where_there_is_one_else_the_count() -> None:
    with_rate, without = cell(12.0, denominator=500.0), cell(12.0, denominator=None)
    assert with_rate.figure[0] == pytest.approx(24.0)
    assert without.figure[0] == 12.0
    assert without.figure_upper[0] == 12.0
    assert np.isnan(without.rate[0])


@given(
    estimate=st.floats(-500, 5_000),
    error=st.floats(0.001, 400),
)
def test_shown_interval_is_whole_inward_never_negative_and_never_empty(estimate: float, error: float) -> None:
    values = cell(estimate, error**2)
    lower, upper = values.lower[0], values.upper[0]
    assert 0 <= lower <= upper
    assert lower == int(lower)
    assert upper == int(upper)
    low, high = estimate - Z95 * values.standard_error[0], estimate + Z95 * values.standard_error[0]
    if np.ceil(max(low, 0)) <= high:
        assert low <= lower
        assert upper <= high
    assert 0 <= values.rate_lower[0] <= values.rate_upper[0]


def test_interval_without_a_whole_number_inside_shows_the_nearest() -> None:
    values = cell(3.6, 0.1**2)
    assert (values.lower[0], values.upper[0]) == (4.0, 4.0)


def test_interval_far_below_zero_shows_zero() -> None:
    values = cell(-40.0, 5.0**2)
    assert (values.lower[0], values.upper[0]) == (0.0, 0.0)
    assert values.estimate[0] == -40.0


def test_letters_and_statuses_are_the_published_words() -> None:
    assert CLASS_LETTERS == "ABCDEF"
    assert [status.slug for status in Status] == [
        "ok",
        "te-onzeker",
        "geheim",
        "ontbreekt",
        "voorlopig",
        "nvt",
    ]
