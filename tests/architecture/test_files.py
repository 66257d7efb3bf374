"""What no file may hold: a seed where privacy noise is made, more than 400 lines, a machine's own path."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST = 400
NOISY_ROOMS = [
    path for path in sorted((ROOT / "etl").rglob("*.py")) if "demo" not in path.relative_to(ROOT).parts
]
SOURCES = sorted(
    path for room in ("geodata", "etl", "dashboard", "tests") for path in (ROOT / room).rglob("*.py")
)


def is_none(value: ast.expr) -> bool:
    """Whether the code says None here: diffprivlib then uses the operating system's entropy."""
    return isinstance(value, ast.Constant) and value.value is None


def seeds(code: str) -> Iterator[str]:
    """Every way in which this code reaches for repeatable randomness."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if re.match(r"(random|numpy\.random)\b", name.name))
        elif isinstance(node, ast.ImportFrom) and re.match(r"(random|numpy\.random)\b", node.module or ""):
            yield f"from {node.module}"
        elif isinstance(node, ast.ImportFrom) and node.module == "numpy":
            yield from (f"numpy.{name.name}" for name in node.names if name.name == "random")
        elif isinstance(node, ast.Attribute) and node.attr in ("random", "default_rng", "RandomState"):
            yield f".{node.attr}"
        elif isinstance(node, ast.keyword) and node.arg == "random_state" and not is_none(node.value):
            yield "random_state"


@pytest.mark.parametrize("path", NOISY_ROOMS, ids=lambda path: str(path.relative_to(ROOT)))
def test_noise_never_comes_from_a_seed(path: Path) -> None:
    assert list(seeds(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "planted",
    [
        "import random",
        "from random import gauss",
        "import numpy.random as nr",
        "from numpy import random",
        "from numpy.random import default_rng",
        "import numpy as np\nnp.random.normal()",
        "GaussianDiscrete(epsilon=1, random_state=7)",
    ],
)
def test_a_planted_seed_is_found(planted: str) -> None:
    assert list(seeds(planted)) != []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_does_one_step_and_says_so(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST
    assert not text.strip() or ast.get_docstring(ast.parse(text)), (
        "the first line says what goes in and what comes out"
    )


def test_no_committed_file_names_a_machine_or_an_index() -> None:
    """A path of one developer's machine, or the address of a package index, works nowhere else."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    own = re.compile(
        r"/(?:home|Users|root|work|opt/(?:pypi|wheels))/\w|" + "index" + r"-url|" + "find" + r"-links"
    )
    guilty = []
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if not path.is_file() or name == str(Path(__file__).relative_to(ROOT)):
            continue
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        guilty += [f"{name}:{number}" for number, line in enumerate(lines, 1) if own.search(line)]
    assert guilty == []
