"""In: nothing. Out: checks that costs, noise and the ledger are never rounded or given back in our favour."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
from sqlalchemy.exc import DBAPIError

from etl.audit.report import Check
from etl.errors import BudgetExceeded, LedgerError, ReleaseConflict
from etl.frames import NoisyCounts
from etl.privacy import accounting
from etl.privacy.ledger import PrivacyLedger
from etl.privacy.mechanism import DiscreteGaussianZCDP
from etl.release.engine import open_engine
from etl.release.migrate import upgrade

AWKWARD = (
    *(Fraction(1, 3), Fraction(2, 3), Fraction(1, 7), Fraction(1, 10), Fraction(10**9 + 1, 10**18)),
    *(Fraction(Decimal("1e-30")), Fraction(Decimal("0.123456789123456789"))),
)
"""Amounts that no whole number of nano-rho and no double holds."""


def bookkeeping() -> list[Check]:
    """Rounding of costs, caps and variances; a ledger that neither overspends nor refunds."""
    return [_costs(), _caps(), _variances(), *_ledger()]


def _costs() -> Check:
    under = sum(Fraction(accounting.nano_cost(rho), accounting.NANO) < rho for rho in AWKWARD)
    return _counted("costs round up", under)


def _caps() -> Check:
    over = sum(Fraction(accounting.nano_cap(rho), accounting.NANO) > rho for rho in AWKWARD)
    return _counted("caps round down", over)


def _variances() -> Check:
    awkward = [rho for rho in AWKWARD if rho > Fraction(1, 10**9)]
    mechanisms = [(DiscreteGaussianZCDP(rho=rho, sampler="rejection"), rho) for rho in awkward]
    under = sum(mechanism.sigma2 < 1 / (2 * rho) for mechanism, rho in mechanisms)
    return _counted("noise rounds up", under)


def _counted(name: str, wrong: int) -> Check:
    return Check("rounding", name, f"{wrong} wrong", f"0 of {len(AWKWARD)}", wrong == 0)


def _ledger() -> Iterator[Check]:
    """A cap of 10, paid 4 + 4: the third 4 is refused and no way of asking gives anything back."""
    with _fresh_ledger() as ledger:
        for name in ("first", "second"):
            _measure(ledger, name, 4)
        refused = _refuses(BudgetExceeded, lambda: _measure(ledger, "third", 4))
        yield _answer("overspending is refused", refused and _spent(ledger) == 8, ledger)
        _measure(ledger, "first", 4)
        yield _answer("a repeated release costs nothing", _spent(ledger) == 8, ledger)
        changed = _refuses(ReleaseConflict, lambda: _measure(ledger, "first", 1))
        negative = _refuses((ValueError, DBAPIError), lambda: _measure(ledger, "refund", -4))
        whole = changed and negative and _spent(ledger) == 8
        yield _answer("nothing is given back", whole and ledger.remaining() == {"person": 2}, ledger)
        yield _answer("the chain holds", not _refuses(LedgerError, ledger.verify), ledger)


def _answer(name: str, right: bool, ledger: PrivacyLedger) -> Check:
    return Check("ledger", name, f"spent {_spent(ledger)} of 10", "8 of 10", right)


def _spent(ledger: PrivacyLedger) -> int:
    return ledger.spent().get("person", 0)


def _measure(ledger: PrivacyLedger, release_id: str, cost: int) -> None:
    noisy = NoisyCounts("audit", (2024,), np.zeros((1, 1), dtype=np.int64), np.ones(1))
    ledger.measure(
        release_id=release_id,
        digest=release_id,
        costs={"person": cost},
        caps={"person": 10},
        draw=lambda: [noisy],
    )


def _refuses(error: type[Exception] | tuple[type[Exception], ...], call: Callable[[], None]) -> bool:
    try:
        call()
    except error:
        return True
    return False


@contextmanager
def _fresh_ledger() -> Iterator[PrivacyLedger]:
    with tempfile.TemporaryDirectory(prefix="regiobeeld-audit-") as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'audit.db'}")
        upgrade(engine)
        try:
            yield PrivacyLedger(engine)
        finally:
            engine.dispose()
