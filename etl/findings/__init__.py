"""Noise-aware statistics on what is already released: what stands out, trends, clusters, peers.

    stands_out(release, code)               at most three findings, () when nothing stands out
    differences(release, ...)               whether areas differ from one by more than noise and chance
    peers(release, code)                    comparable areas; `peer_figure`: their joint count
    union(release, indicator, year, nodes)  any set of areas as one, with its exact interval

Pure functions over released figures: no budget, no confidential row, nothing but numpy. What was learnt of a
release is kept in memory, for a release never changes.
"""

from etl.findings.pairs import Difference, differences
from etl.findings.peers import Pooled, peer_figure, peers
from etl.findings.standout import Finding, Reading, stands_out
from etl.findings.unions import Members, members, union

__all__ = [
    "Difference",
    "Finding",
    "Members",
    "Pooled",
    "Reading",
    "differences",
    "members",
    "peer_figure",
    "peers",
    "stands_out",
    "union",
]
