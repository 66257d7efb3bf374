"""Does the mechanism keep its promise? A configuration goes in; checks that pass or fail come out.

    certificate   grey box: what the mechanism was asked on neighbouring data, in exact rationals
    blackbox      black box: how far apart the answers on neighbouring data lie, measured
    fit           the noise of every level is the one declared, fresh, and nothing is left out
    bookkeeping   rounding and the ledger never work in our favour
    against       a release on public figures beside the truth

The real code runs on a small country of its own; no confidential row is read and nothing is spent.
"""

from etl.audit.report import Check, signed
from etl.audit.run import audit

__all__ = ["Check", "audit", "signed"]
