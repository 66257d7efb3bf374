"""A published release in; its deployment card out: what is protected, how strongly, by which mechanism.

The form is that of the OpenDP Differential Privacy Deployments Registry (opendp/deployments-registry-data on
GitHub, schemas/deployments-schema.yaml, commit 057e5d8). Everything comes from the release store and its
ledger. JSON is also YAML, the registry's own notation.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from etl.catalogue.model import Indicator, Protection, PublicAsPrivate
from etl.release.info import Debit
from etl.release.read import Release, Store
from etl.zcdp import epsilon_for

NANO = 10**9
_Json = dict[str, Any]


def privacy_spec(store: Store, release_id: str | None = None) -> _Json:
    """What protects each private indicator and what the release cost, as plain values. KeyError if unknown.

    rho as exact text; sigma2 the noise variance of each level; spent in nano-rho, from the ledger; epsilon
    what this release alone comes to at delta, None for a release that was stored without a delta.
    """
    release = store.release(release_id)
    debits = _debits(store, release)
    return {
        "release": release.info.id,
        "digest": release.info.digest,
        "neighbours": "add or remove one unit, with all its records of the release",
        "definition": "zero-concentrated differential privacy (Bun & Steinke 2016)",
        "mechanism": "discrete Gaussian noise on every level of the tree, then generalised least squares",
        "units": [
            {
                "unit": debit.unit,
                "nano_rho": debit.nano_rho,
                "cap_nano_rho": debit.cap,
                **_declared(release, debit),
                "ledger_entry": debit.seq,
                "ledger_hash": debit.hash,
                "measurements_sha256": debit.measured,
            }
            for debit in debits
        ],
        "indicators": [_spec(release, one, _protection(one)) for one in _private(release)],
    }


def deployment_card(store: Store, release_id: str | None = None) -> _Json:
    """The card of one release. KeyError when it is unknown."""
    release = store.release(release_id)
    return {
        "url_slug": f"regiobeeld-{release.info.id}",
        "deployment": {
            "basic": _basic(release),
            "dp_variant": _variant(release),
            "privacy_loss": _loss(release, _debits(store, release)),
            "deployment_model": _model(release),
            "implementation": _implementation(release),
            "administrative": {
                "status": "Draft",
                "registry_authors": _owners(release),
                "tier": 3,
            },
        },
    }


def _declared(release: Release, debit: Debit) -> _Json:
    """What the run declared for this unit, and the (epsilon, delta) that its cost comes to."""
    budget = next((one for unit, one in release.info.privacy.items() if unit == debit.unit), None)
    return {
        "max_indicators": budget and budget.max_indicators,
        "delta": budget and float(budget.delta),
        "epsilon": budget and epsilon_for(Fraction(debit.nano_rho, NANO), float(budget.delta)),
    }


def _private(release: Release) -> list[Indicator]:
    return [one for one in release.indicators.values() if one.private]


def _protection(indicator: Indicator) -> Protection:
    if indicator.protection is None:
        raise ValueError(f"{indicator.id} is public: nothing protects it")
    return indicator.protection


def _debits(store: Store, release: Release) -> list[Debit]:
    return [debit for debit in store.ledger() if debit.release_id == release.info.id]


def _owners(release: Release) -> list[str]:
    return sorted({one.purpose.owner for one in release.indicators.values()})


def _spec(release: Release, indicator: Indicator, protection: Protection) -> _Json:
    shares = {level.value: str(share) for level, share in protection.shares.items()}
    scale = Fraction(protection.cap**2) / (2 * Fraction(protection.rho))
    sigma2 = {level.value: float(scale / Fraction(share)) for level, share in protection.shares.items()}
    years = release.years(indicator.id)
    return {
        "indicator": indicator.id,
        "unit": protection.unit,
        "cap": protection.cap,
        "counts": "once in its life" if protection.once == "life" else "once a year",
        "years": list(years),
        "rho_a_year": str(protection.rho),
        "shares": shares,
        "sigma2": sigma2,
        "numerical_delta": release.numerical_delta(indicator.id),
        "dropped_by_the_bound": {str(year): release.series_info(indicator.id, year).lost for year in years},
    }


def _basic(release: Release) -> _Json:
    info = release.info
    figures = ", ".join(one.name.en for one in release.figures)
    note = f" {info.notice.en}" if info.notice else ""
    invented = " The country and all its figures are invented." if info.fictional else ""
    return {
        "name": info.title.en,
        "data_curators": [
            {"data_curator_name": name, "data_curator_type": "Government"} for name in _owners(release)
        ],
        "description": f"Counts by area and year, from country to neighbourhood: {figures}.{invented}{note} "
        f"{info.citation}",
        "intended_use": " ".join(dict.fromkeys(one.purpose.goal.en for one in release.figures)),
        "data_product_type": "Summary statistics",
        "data_product_region": release.regions.names[0],
        "data_product_sector": "Government",
        "publication_date": f"{info.published:%Y-%m-%d}",
    }


def _variant(release: Release) -> _Json:
    public = [one.name.en for one in release.indicators.values() if not one.private]
    sources = [use.source for use in release.sources if use.source.confidential]
    domain = "; ".join(f"{source.title.en} ({source.publisher})" for source in sources)
    treated = [one for one in _private(release) if isinstance(one.count, PublicAsPrivate)]
    if treated:
        domain = "Public counts, treated as if they were confidential: " + ", ".join(
            one.name.en for one in treated
        )
    return {
        "variant_name": "Zero-concentrated DP" if _private(release) else "Custom",
        "data_domain": domain or "None: every figure of this release was public before.",
        "unprotected_quantities": (
            "Which areas exist and how they nest; no total is exact. Public figures pass through as they "
            f"are: {', '.join(public) or 'none'}."
        ),
    }


def _loss(release: Release, debits: Sequence[Debit]) -> _Json:
    private = _private(release)
    if not private or not debits:
        return {"privacy_unit": "None: no confidential count is in this release."}
    largest = max(debits, key=lambda debit: debit.nano_rho)
    costs = "; ".join(_cost(release, debit) for debit in debits)
    declared = _declared(release, largest)
    approximate = {key: declared[key] for key in ("epsilon", "delta") if declared[key] is not None}
    return {
        "privacy_unit": "; ".join(sorted({_protection(one).unit for one in private})),
        "privacy_unit_details": (
            "Adjacent datasets differ by one unit, added or removed with all its records. "
            + " ".join(_unit_of(one, _protection(one)) for one in private)
        ),
        "privacy_parameters": {"rho": largest.nano_rho / NANO, **approximate},
        "privacy_parameters_details": (
            f"Cost of this release per unit: {costs}. Stated above is the largest. rho is what counts; "
            "epsilon at delta follows from it (Canonne, Kamath & Steinke 2020, proposition 12). Costs of all "
            "releases of one ledger add up in rho and stay below a cap; a spent budget does not come back."
        ),
    }


def _cost(release: Release, debit: Debit) -> str:
    declared = _declared(release, debit)
    cost = f"{debit.unit}: rho = {debit.nano_rho / NANO:.9f}"
    if declared["delta"] is None:
        return cost
    return f"{cost} (epsilon = {declared['epsilon']:.2f} at delta = {declared['delta']:g})"


def _unit_of(indicator: Indicator, protection: Protection) -> str:
    often = "once in its life" if protection.once == "life" else "in each year"
    return (
        f"{indicator.name.en}: one {protection.unit} adds at most {protection.cap}, {often}, "
        f"at rho = {protection.rho} a year."
    )


def _model(release: Release) -> _Json:
    return {
        "model_name": "Central",
        "actors": (
            "Curator: runs the mechanism where the confidential rows are, and is trusted with them. "
            "Publisher: sees the release only. Public: sees every figure, may hold any other knowledge, and "
            "may combine releases; the ledger counts all of them together."
        ),
        "release_type": "Many releases",
        "release_type_details": (
            "Each release has its own id, is drawn once and never changes. Releases draw on one ledger, "
            "whose cap does not reset."
        ),
        "data_source_type": "Static",
        "data_source_type_details": "Files of finished reference years; the release holds their sha256.",
        "access_type": "Non-interactive",
    }


def _implementation(release: Release) -> _Json:
    if not _private(release):
        return {"additional_information": "No noise: every figure of this release was public before."}
    shares = {one.id: dict(_protection(one).shares) for one in _private(release)}
    return {
        "preprocessing_and_hyperparameter_tuning": (
            "One unit is counted in one area a year and bounded to a declared number of counts and of "
            "indicators, chosen by a hash of its own key. rho, shares and bounds are declared before any row "
            "is read; planning needs the tree of areas and public denominators only. " + _dropped(release)
        ),
        "mechanisms": (
            "Discrete Gaussian noise (Canonne, Kamath & Steinke 2020), whole numbers only, from os.urandom "
            "by inversion of a 127-bit table, in a subclass of diffprivlib's GaussianDiscrete. Variances are "
            "rational and rounded up. Every public cell is measured, empty ones too. Shares of rho by level: "
            f"{_text(shares)}. {_numerical(release)}"
        ),
        "composition": (
            "zCDP adds up over levels, indicators, years and releases, in whole billionths of rho rounded "
            "up. A unit bounded to K indicators pays for the K dearest."
        ),
        "post_processing": (
            "Generalised least squares on the tree: estimates that add up, unbiased, with exact variances. "
            "Nothing is rounded, clipped at zero or suppressed in the files; people see intervals rounded "
            "inward, and the words too uncertain where the expected relative error is above 35 %."
        ),
        "justification": (
            "zCDP because one unit is in many counts; Gaussian noise on every level because summing noisy "
            "neighbourhoods is several times worse; least squares because it is the best linear unbiased "
            "estimate. docs/privacy.md gives formulas, tests and how to reproduce every figure."
        ),
        "utility": ("Each figure carries its standard error, 95 % interval and reliability class A-F."),
    }


def _numerical(release: Release) -> str:
    """How exact the sampler is, over everything this release drew."""
    told = [release.numerical_delta(one.id) for one in _private(release)]
    known = [distance for distance in told if distance is not None]
    if len(known) < len(told):
        return ""
    return (
        f"All draws together are within {sum(known):.2g} of the ideal ones (total variation distance), which "
        "adds at most (1 + exp(epsilon)) times that to delta."
    )


def _dropped(release: Release) -> str:
    told = [
        f"{one.id} {year}: {100 * lost:.1f} %"
        for one in _private(release)
        for year in release.years(one.id)
        if (lost := release.series_info(one.id, year).lost) is not None
    ]
    return (
        f"Dropped by the bounds (measured with noise): {', '.join(told)}."
        if told
        else "The bounds can drop nothing."
    )


def _text(shares: Mapping[str, Mapping[Any, Any]]) -> str:
    return "; ".join(
        f"{name} " + " ".join(f"{level} {share}" for level, share in levels.items())
        for name, levels in shares.items()
    )
