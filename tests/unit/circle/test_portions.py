"""Parts of areas as one figure: whole ones give their union; members without a figure are left out."""

import numpy as np
import pytest

from etl.findings import portions, union
from etl.frames import Status
from etl.reconcile import Tree, precompute
from etl.release.read import Store
from tests.samples.tiny_release import MISSING, WITHHELD
from tests.unit.circle.conftest import ground_of


def buurten(store: Store) -> np.ndarray:
    regions = store.release().regions
    return np.arange(*regions.slice("buurt").indices(len(regions)), dtype=np.int64)


def test_whole_buurten_are_their_union_with_its_exact_margin(private: Store) -> None:
    release = private.release()
    some = buurten(private)[[0, 1, 4, 7]]
    year = release.years("drugsverdachten")[-1]
    own, joint = (
        portions(release, "drugsverdachten", year, some, np.ones(4)).values,
        union(release, "drugsverdachten", year, some),
    )
    for name in ("estimate", "standard_error", "rate", "rate_lower", "rate_upper"):
        assert getattr(own, name) == pytest.approx(getattr(joint, name), rel=1e-9)
    assert (own.klass == joint.klass).all() and (own.status == joint.status).all()


def test_the_variance_of_portions_is_that_of_the_covariance_matrix(private: Store) -> None:
    release = private.release()
    year, nodes = release.years("drugsverdachten")[-1], buurten(private)
    s2 = release.measurement_variance("drugsverdachten", year)
    assert s2 is not None
    tree = Tree(release.regions.parent[: release.regions.tree_size])
    # Least squares by hand: each node is a sum of leaves, so (A' W A)^-1 is the covariance of the leaves.
    sums = np.zeros((tree.size, len(nodes)))
    for column, leaf in enumerate(nodes.tolist()):
        at = leaf
        while at >= 0:
            sums[at, column] = 1
            at = int(tree.parent[at])
    covariance = np.linalg.inv(sums.T @ np.diag(1 / s2) @ sums)
    weights = np.linspace(0.05, 1, len(nodes))
    found = portions(release, "drugsverdachten", year, nodes, weights)
    used = np.where(found.known, weights, 0)
    assert found.known.sum() > 8
    variance = float(found.values.standard_error[0] ** 2)
    assert variance == pytest.approx(float(used @ covariance @ used), rel=1e-9)
    assert precompute(tree, s2).variance[nodes[0]] == pytest.approx(covariance[0, 0])


@pytest.mark.parametrize("code", ["GM9001", "GM9002", "GM9003"])
def test_all_buurten_of_a_gemeente_are_the_gemeente(private: Store, code: str) -> None:
    release = private.release()
    nodes = release.regions.within(code, "buurt").astype(np.int64)
    year = release.years("drugsverdachten")[-1]
    found = portions(release, "drugsverdachten", year, nodes, np.ones(len(nodes)))
    whole = release.some("drugsverdachten", year, np.array([release.regions[code].position], dtype=np.int32))
    if found.known.all():
        assert found.values.estimate[0] == pytest.approx(whole.estimate[0])
        assert found.values.standard_error[0] == pytest.approx(whole.standard_error[0])
    else:
        assert code == "GM9003", "where the buurt without inhabitants lies"


def test_members_without_a_figure_are_left_out_of_both_sums_and_told(public: Store) -> None:
    release = public.release()
    nodes = buurten(public)
    weights = np.full(len(nodes), 0.5)
    found = portions(release, "misdrijven", 2023, nodes, weights)
    lacking = {release.regions.codes[node] for node in nodes[~found.known]}
    assert lacking == {WITHHELD, MISSING}
    people = release.values("inwoners", 2023).estimate[nodes]
    assert found.covered == pytest.approx(people[found.known].sum() / people.sum())
    crimes = release.values("misdrijven", 2023).estimate[nodes]
    assert found.values.estimate[0] == pytest.approx(np.nansum(crimes) / 2)
    assert found.values.denominator[0] == pytest.approx(people[found.known].sum() / 2)
    assert found.values.standard_error[0] == 0


def test_only_withheld_members_are_withheld(public: Store) -> None:
    release = public.release()
    node = np.array([release.regions[WITHHELD].position])
    found = portions(release, "misdrijven", 2023, node, np.array([0.4]))
    assert found.values.status[0] == Status.GEHEIM and np.isnan(found.values.estimate[0])


def test_without_noise_levels_there_is_no_figure(public: Store) -> None:
    """The tiny release has noisy figures and no plan: a sum without a margin is not shown."""
    release, nodes = public.release(), buurten(public)
    found = portions(release, "drugsverdachten", 2023, nodes, np.ones(len(nodes)))
    assert found.values.status[0] == Status.ONTBREEKT and np.isnan(found.values.standard_error[0])


def test_shares_are_those_of_the_squares_of_the_country(public: Store) -> None:
    """A circle of 1 km round the corner where four buurten of 1 km meet: a quarter of pi of each."""
    positions, share = ground_of(public).inside((153_000.0, 451_000.0), 1_000.0)
    codes = [public.release().regions.codes[position] for position in positions]
    assert codes == ["BU90020000", "BU90020001", "BU90020100", "BU90020101"]
    # BU90020000 has an enclave elsewhere; outlines are drawn to within some metres.
    assert share[1:] == pytest.approx(np.pi / 4, abs=0.01)
    assert share[0] == pytest.approx(np.pi / 4 / 1.04, abs=0.01)


def test_a_circle_over_a_gemeente_holds_it_whole(public: Store) -> None:
    release = public.release()
    positions, share = ground_of(public).inside((151_000.0, 451_000.0), 1_500.0)
    whole = positions[share == 1]
    codes = {release.regions.codes[position] for position in whole}
    assert {f"BU90010{wijk}0{buurt}" for wijk in (0, 1) for buurt in (0, 1)} <= codes
