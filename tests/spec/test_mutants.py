"""Wrong versions of the real code, one at a time; out: the check that is there to catch each one does.

Each mutant is patched into the code that runs in production. The checks are those of the audit and those of
the other test files, called as they are. Every check is first seen to accept the code as it is.
"""

import math
from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np
import pytest
from sqlalchemy import Engine

from etl import pipeline
from etl.audit import audit, certificate
from etl.audit.bookkeeping import bookkeeping
from etl.audit.certificate import certificates
from etl.audit.neighbours import protection_of
from etl.audit.run import COLUMNS
from etl.catalogue.load import load_catalogue
from etl.extract.engine import Engine as Rows
from etl.frames import NoisyCounts
from etl.privacy import accounting, ledger, noise, samplers
from etl.privacy.ledger import PrivacyLedger
from etl.privacy.mechanism import DiscreteGaussianZCDP
from etl.reconcile import Plan
from etl.release.engine import open_engine
from etl.release.schema import metadata
from tests.conftest import CHECKOUT
from tests.samples import national
from tests.spec import test_interval_coverage, test_ledger, test_sampler
from tests.unit.aggregate import test_bound
from tests.unit.privacy import test_accounting

CATALOGUE = load_catalogue()
DEMO = pipeline.load(CHECKOUT / "config" / "demo.toml")
CRIMES = pipeline.load(CHECKOUT / "config" / "nl2024-private.toml")
Patch = pytest.MonkeyPatch


def refused(check: Callable[..., object], *arguments: object) -> bool:
    """Whether a test of another file fails."""
    try:
        check(*arguments)
    except (Exception, pytest.fail.Exception):
        return True
    return False


def audited() -> dict[str, bool]:
    """Name of each check of the mechanism -> passed."""
    return {one.name: one.passed for one in audit(CRIMES, CATALOGUE, COLUMNS)}


def certified() -> dict[tuple[str, str], bool]:
    """(subject, name) of each certificate of the demo -> passed."""
    private = [one for one in CATALOGUE.needed(DEMO) if one.private]
    return {(one.subject, one.name): one.passed for one in certificates(private, DEMO)}


def booked() -> dict[str, bool]:
    """Name of each check of rounding and ledger -> passed."""
    return {one.name: one.passed for one in bookkeeping()}


@pytest.fixture
def engine(tmp_path) -> Iterator[Engine]:
    opened = open_engine(f"sqlite:///{tmp_path / 'ledger.db'}")
    metadata.create_all(opened)
    yield opened
    opened.dispose()


def test_the_code_as_it_is_passes(engine: Engine) -> None:
    assert all(audited().values())
    assert all(certified().values())
    assert all(booked().values())
    assert not refused(
        test_ledger.test_a_cap_may_change_but_what_was_spent_stays_spent, PrivacyLedger(engine)
    )
    assert not refused(test_accounting.test_the_smallest_cost_is_one_nano_rho)
    assert not refused(test_interval_coverage.test_empty_buurten_are_not_pushed_up, outcome())


def outcome() -> national.Outcome:
    """A fresh run of national size, past the cache of other tests."""
    return national.run.__wrapped__(national.BATCH)


def test_no_split_over_the_levels(monkeypatch: Patch) -> None:
    def unsplit(protection):
        return dict.fromkeys(protection.shares, Fraction(protection.rho))

    monkeypatch.setattr(noise, "level_rho", unsplit)
    found = audited()
    assert not found["certificate"]
    assert not found["mu-hat, one year"]
    assert not found["fit of buurt"]


def test_the_root_told_exactly(monkeypatch: Patch) -> None:
    class Leaking(DiscreteGaussianZCDP):
        def randomise_array(self, values):
            return values.copy() if values.shape[-1] == 1 else super().randomise_array(values)

    monkeypatch.setattr(noise, "DiscreteGaussianZCDP", Leaking)
    found = audited()
    assert not found["certificate"]
    assert not found["fit of land"]
    assert found["mu-hat, one year"], "the black box alone does not see it: that is why every level is fitted"


def test_sigma_3_percent_too_small(monkeypatch: Patch) -> None:
    draw = DiscreteGaussianZCDP._draw

    def less(self, size):
        told, self.sigma2 = self.sigma2, self.sigma2 * Fraction(97, 100) ** 2
        try:
            return draw(self, size)
        finally:
            self.sigma2 = told

    monkeypatch.setattr(DiscreteGaussianZCDP, "_draw", less)
    found = audited()
    assert not any(passed for name, passed in found.items() if name.startswith("fit of "))


def test_clipping_before_summing(monkeypatch: Patch) -> None:
    solve = Plan.solve
    monkeypatch.setattr(Plan, "solve", lambda self, y: solve(self, np.maximum(y, 0)))
    assert refused(test_interval_coverage.test_empty_buurten_are_not_pushed_up, outcome())


def test_contribution_bound_off_by_one(monkeypatch: Patch) -> None:
    bound = test_bound.bound_contributions

    def loose(contributions, indicator, cap):
        return bound(contributions, indicator, cap + 1)

    monkeypatch.setattr("etl.aggregate.microdata.bound_contributions", loose)
    monkeypatch.setattr(test_bound, "bound_contributions", loose)
    found = certified()
    assert not found["bedrijfswisseling", "certificate"]
    assert not found["company", "certificate, K = 1"]
    with Rows.opened() as rows:
        assert refused(test_bound.test_a_unit_keeps_exactly_its_cap_each_year, rows, 3)


def test_one_indicator_too_many_for_a_unit(monkeypatch: Patch) -> None:
    bound = test_bound.bound_indicators
    monkeypatch.setattr(
        "etl.aggregate.microdata.bound_indicators", lambda found, most, keep: bound(found, most + 1, keep)
    )
    assert not certified()["person", "certificate, K = 2"]


def test_what_the_bound_drops_told_exactly(monkeypatch: Patch) -> None:
    def exact(true, protection):
        counts = true.dropped.reshape(-1, 1)
        return NoisyCounts(true.indicator + noise.DROPPED, true.years, counts, np.ones(1))

    monkeypatch.setattr(certificate, "measure_dropped", exact)
    assert not certified()["company", "certificate, K = 1"]


def test_noise_from_a_seed(monkeypatch: Patch) -> None:
    def seeded(size):
        return np.random.Generator(np.random.PCG64(7)).integers(0, 2**64, size, dtype=np.uint64)

    with monkeypatch.context() as patched:
        patched.setattr(samplers, "_random_words", seeded)
        assert not audited()["two runs differ"]
        assert refused(
            test_sampler.test_every_draw_is_paid_for_in_bits_of_the_operating_system,
            samplers.discrete_gaussian,
            patched,
        )


def test_costs_rounded_down(monkeypatch: Patch) -> None:
    def down(rho):
        return math.floor(Fraction(rho) * accounting.NANO)

    monkeypatch.setattr(accounting, "nano_cost", down)
    monkeypatch.setattr(test_accounting, "nano_cost", down)
    assert not booked()["costs round up"]
    assert refused(test_accounting.test_the_smallest_cost_is_one_nano_rho)


def test_caps_rounded_up(monkeypatch: Patch) -> None:
    monkeypatch.setattr(accounting, "nano_cap", lambda rho: math.ceil(Fraction(rho) * accounting.NANO))
    assert not booked()["caps round down"]


def test_a_ledger_that_forgets_earlier_releases(monkeypatch: Patch, engine: Engine) -> None:
    spent = ledger._spent
    monkeypatch.setattr(ledger, "_spent", lambda entries: spent(entries[-1:]))
    assert not booked()["overspending is refused"]
    assert refused(test_ledger.test_a_cap_may_change_but_what_was_spent_stays_spent, PrivacyLedger(engine))


def test_a_ledger_that_takes_a_negative_cost(monkeypatch: Patch, engine: Engine) -> None:
    monkeypatch.setattr(ledger, "_check_amounts", lambda costs, caps: None)
    assert refused(test_ledger.test_only_a_positive_whole_cost_is_taken, PrivacyLedger(engine), -1)
    # Even then nothing is given back: the database has a check of its own.
    assert booked()["nothing is given back"]


def test_a_ledger_that_draws_a_known_release_again(monkeypatch: Patch, engine: Engine) -> None:
    monkeypatch.setattr(ledger, "_check_same", lambda *_: None)
    assert not booked()["nothing is given back"]
    found = PrivacyLedger(engine)
    assert refused(test_ledger.test_a_known_release_with_anything_changed_is_refused, found, {"digest": "d2"})


def test_every_private_indicator_can_be_audited() -> None:
    assert all(protection_of(one) for one in CATALOGUE.indicators.values() if one.private)
    with pytest.raises(ValueError, match="public"):
        protection_of(CATALOGUE.indicators["inwoners"])
