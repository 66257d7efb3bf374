"""The process that serves stays small: what it never uses is not in it."""

import subprocess
import sys
from pathlib import Path

from tests.samples.tiny_site import tiny_store

ASK = """
import sys
from app import server
client = server.test_client()
for form in ("csv", "json", "parquet", "jsonstat"):
    answer = client.get(f"/v1/waarden?indicator=misdrijven&formaat={form}")
    assert answer.status_code == 200, answer.data
assert len(client.get("/v1/releases/tiny-1/alles.zip").data) > 1000
print(*sorted({"pandas", "scipy", "shapely", "geopandas", "duckdb"} & set(sys.modules)))
"""


def test_a_serving_process_never_loads_pandas(tmp_path: Path) -> None:
    """Arrow brings it in unasked: 35 MB in every worker."""
    tiny_store(tmp_path)
    told = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=Path(__file__).parents[3],
        env={"REGIOBEELD_DATABASE": f"sqlite:///{tmp_path / 'tiny.db'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, told.stdout.strip()) == (0, ""), told.stderr
