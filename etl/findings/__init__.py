"""Noise-aware statistics on what is already released: what stands out, trends, clusters, peers.

    stands_out(release, code)               at most three findings, () when nothing stands out
    peers(release, code)                    comparable areas; `peer_figure`: their joint count
    beside_surroundings(release, ...)       lower or higher than in the region and in the land
    changes(release, indicator, level)      every area since the year before
    clusters(release, indicator, year, level)   groups of neighbours that lie high or low together
    judge(release, level, rows)             all tests of many areas: how often it cries wolf

Functions of released figures: no budget, no confidential row, nothing but numpy. What was learnt of a release
is kept in memory, for a release never changes.
"""

from etl.findings.changes import Changes, changes
from etl.findings.clusters import Cluster, ClusterMap, cluster_map, clusters
from etl.findings.peers import Pooled, peer_figure, peers
from etl.findings.standout import Finding, Reading, Verdicts, judge, stands_out
from etl.findings.surroundings import Beside, beside_surroundings

__all__ = [
    "Beside",
    "Changes",
    "Cluster",
    "ClusterMap",
    "Finding",
    "Pooled",
    "Reading",
    "Verdicts",
    "beside_surroundings",
    "changes",
    "cluster_map",
    "clusters",
    "judge",
    "peer_figure",
    "peers",
    "stands_out",
]
