"""A configuration and the releases there are go in; a refusal comes out when one follows another in silence.

A newer release takes the place of an older one on every screen, so readers are told what changed and why.
"""

import re
from collections.abc import Iterable

from etl.catalogue.model import RunConfig
from etl.errors import Fault, InputError


def check_follows(config: RunConfig, published: Iterable[str]) -> None:
    """InputError when `follows` names no release, or is empty where a release of the same name is there.

    published: ids of the releases in the database, the newest first.
    """
    ids = list(published)
    file = f"config {config.id}"
    if config.follows and config.follows not in ids:
        found = f"{config.follows!r}, which this database does not hold"
        raise InputError([Fault(file, "follows", found, f"one of {', '.join(ids) or 'none: leave it out'}")])
    earlier = [one for one in ids if _name(one) == _name(config.id) and one != config.id]
    if earlier and not config.follows:
        expected = (
            f'follows = "{earlier[0]}", and [[changes]] with nl and en: what changed since then, and why'
        )
        found = f"nothing, while {earlier[0]} is published"
        raise InputError(
            [Fault(file, "follows", found, expected, "Readers see the reasons with the release")]
        )


def _name(release: str) -> str:
    """What releases of one series share: the id without the number at its end."""
    return re.sub(r"-[0-9]+$", "", release)
