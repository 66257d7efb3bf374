"""Everything pip installs is pinned, nothing else is, and the serving image gets only what serving needs."""

import re
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import grimp
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PINS = dict(
    line.split("==")
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
)


SPARK = {"pyspark", "py4j"}
"""Pinned for who asks for the extra [spark], and too large to install for every test."""


def closure(requirements: Iterable[str]) -> dict[str, str]:
    """Name -> installed version of these requirements and all they need here."""
    todo, seen = [Requirement(text) for text in requirements], {}
    while todo:
        wanted = todo.pop()
        name = str(canonicalize_name(wanted.name))
        if (name, *sorted(wanted.extras)) in seen:
            continue
        found = distribution(name)
        seen[name, *sorted(wanted.extras)] = found.version
        for text in found.requires or []:
            needed = Requirement(text)
            if needed.marker is None or any(
                needed.marker.evaluate({"extra": extra}) for extra in ("", *wanted.extras)
            ):
                todo.append(needed)
    return {key[0]: version for key, version in seen.items()}


def test_every_pin_is_a_plain_name_and_version() -> None:
    for name, version in PINS.items():
        assert re.fullmatch(r"[a-z0-9-]+", name)
        assert re.fullmatch(r"[0-9][0-9a-z.]*", version)
    assert list(PINS) == sorted(PINS)


def test_all_that_is_installed_is_pinned_and_nothing_more() -> None:
    extras = PROJECT["optional-dependencies"]
    needed = closure([*PROJECT["dependencies"], *extras["etl"], *extras["dev"]])
    assert set(needed) - set(PINS) == set()
    # What other Python versions need differs by a backport or two.
    if sys.version_info[:2] == (3, 11):
        assert set(PINS) - set(needed) - SPARK == set()


def test_ranges_in_pyproject_allow_the_pins() -> None:
    extras = PROJECT["optional-dependencies"]
    for text in [*PROJECT["dependencies"], *extras["etl"], *extras["spark"], *extras["dev"]]:
        wanted = Requirement(text)
        assert wanted.specifier.contains(PINS[str(canonicalize_name(wanted.name))]), text


def reached(start: str) -> set[str]:
    """External packages imported by a room, or by any module that it imports."""
    graph = grimp.build_graph("geodata", "etl", "dashboard", include_external_packages=True, cache_dir=None)
    modules, todo = set(), {start, *graph.find_descendants(start)}
    while todo:
        module = todo.pop()
        modules.add(module)
        todo |= graph.find_modules_directly_imported_by(module) - modules
    return {module for module in modules if graph.is_module_squashed(module)}


def owners(modules: Iterable[str]) -> dict[str, set[str]]:
    """Module outside the standard library -> the distributions that bring it."""
    known = packages_distributions()
    return {
        module: {str(canonicalize_name(name)) for name in known.get(module, [])}
        for module in modules
        if module not in sys.stdlib_module_names
    }


@pytest.mark.parametrize(("room", "extras"), [("dashboard", ()), ("geodata", ("etl",)), ("etl", ("etl",))])
def test_each_room_imports_only_what_is_declared_for_it(room: str, extras: tuple[str, ...]) -> None:
    declared = [*PROJECT["dependencies"]]
    for extra in extras:
        declared += PROJECT["optional-dependencies"][extra]
    allowed = set(closure(declared))
    asked_for = SPARK if room == "etl" else set()
    strange = {module for module, names in owners(reached(room)).items() if not names & allowed}
    assert strange - asked_for == set()
