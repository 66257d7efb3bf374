"""Nothing goes in; a process that serves with less memory and less waiting comes out.

Arrow brings pandas in wherever it is installed, at 35 MB a process, and the site uses none of it. The serving
image has no pandas; this makes a machine that also runs the ETL serve in the same way.
"""

import gc
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

UNUSED = "pandas"


class _Without(MetaPathFinder):
    """Answers as if the package were not installed."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """None for every other module: somebody else finds it."""
        if fullname == UNUSED:
            raise ModuleNotFoundError(f"this process serves, and does without {UNUSED}", name=fullname)
        return None


def without_pandas() -> None:
    """Keep pandas out of this process from now on; once is enough."""
    if not any(isinstance(finder, _Without) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Without())


def rarely_collected() -> None:
    """Look for garbage less often, and never in what stands until the process ends. A page is thousands of
    small objects without a cycle among them: by Python's own measure it is searched a dozen times while it is
    drawn, and the whole site with it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
