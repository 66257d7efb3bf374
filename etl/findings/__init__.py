"""Noise-aware statistics on what is already released: what stands out, trends, clusters, peers.

    stands_out(release, code)               at most three findings, () when nothing stands out
    peers(release, code)                    comparable areas; `peer_figure`: their joint count
    beside_surroundings(release, ...)       lower or higher than in the region and in the land
    changes(release, indicator, level)      every area since the year before
    clusters(release, indicator, year, level)   groups of neighbours that lie high or low together
    differences(release, ...)               whether areas differ from one by more than noise and chance
    union(release, indicator, year, nodes)  any set of areas as one, with its exact interval
    portions(release, indicator, year, nodes, weights)   parts of areas as one: a circle
    judge(release, level, rows)             all tests of many areas: how often it cries wolf

Functions of released figures: no budget, no confidential row, nothing but numpy. What was learnt of a release
is kept in memory, for a release never changes.
"""

from etl.findings.changes import Changes, changes
from etl.findings.clusters import Cluster, ClusterMap, cluster_map, clusters
from etl.findings.pairs import Difference, differences
from etl.findings.peers import Pooled, peer_figure, peers
from etl.findings.portions import Portions, portions
from etl.findings.standout import Finding, Reading, Verdicts, judge, stands_out
from etl.findings.surroundings import Beside, beside_surroundings
from etl.findings.unions import Members, members, union

__all__ = [
    "Beside",
    "Changes",
    "Cluster",
    "ClusterMap",
    "Difference",
    "Finding",
    "Members",
    "Pooled",
    "Portions",
    "Reading",
    "Verdicts",
    "beside_surroundings",
    "changes",
    "cluster_map",
    "clusters",
    "differences",
    "judge",
    "members",
    "peer_figure",
    "peers",
    "portions",
    "stands_out",
    "union",
]
