"""The database engines that see confidential rows: the name of one in; a connection through Ibis out.

DuckDB inside this process by default, Apache Spark for who outgrows one machine. Checking files and setting
them aside is always DuckDB's work: it streams. Everything an engine sets aside stands in one private folder
that goes when the engine does.
"""

import logging
import os
import secrets
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from etl.errors import EtlError

Kind = Literal["duckdb", "spark"]
KINDS: tuple[Kind, ...] = ("duckdb", "spark")
MEMORY, THREADS = "3GB", 2
SPARK_MEMORY = "4g"
ROW = "regiobeeld_row"
"""Column of `Engine.local_view` that numbers the rows of a file from 0."""
_KEY = "aside"


@dataclass
class Engine:
    """An engine seen through Ibis, and the DuckDB beside it that checks.

    con: the connection that counts; local: DuckDB, the same connection unless Spark counts; aside: folder for
    what cannot be read as it stands, Parquet with a key of its own, which only DuckDB reads; kept: files
    already set aside, by what they are.
    """

    con: Any
    local: Any
    aside: Path
    encrypted: bool
    kept: dict[object, Path] = field(default_factory=dict)
    _drops: list[Callable[[], object]] = field(default_factory=list)
    _lasting: list[Callable[[], object]] = field(default_factory=list)

    @classmethod
    @contextmanager
    def opened(cls, kind: Kind = "duckdb") -> Iterator["Engine"]:
        """An engine for as long as the block lasts. Raises EtlError when Spark or its Java is not there."""
        with tempfile.TemporaryDirectory(prefix="regiobeeld-") as folder, warnings.catch_warnings():
            # Ibis 12 still calls a method that DuckDB 2 has given another name.
            warnings.filterwarnings("ignore", r"fetch_\w+\(\) is deprecated", DeprecationWarning)
            if kind == "spark":
                # Spark 4.0 uses much that pandas 3 is about to drop.
                warnings.simplefilter("ignore", DeprecationWarning)
            aside = Path(folder)
            local = _duckdb(aside)
            try:
                with nullcontext(local) if kind == "duckdb" else _spark(aside) as con:
                    engine = cls(con, local, aside, encrypted=con is local)
                    try:
                        yield engine
                    finally:
                        for drop in (*reversed(engine._drops), *reversed(engine._lasting)):
                            drop()
            finally:
                local.disconnect()

    def read(self, path: Path) -> Any:
        """A Parquet file as a lazy table of the engine that counts, all columns as they stand."""
        if self.con is not self.local:
            return self.con.read_parquet(str(path.absolute()))
        return self.local_view(path).drop(ROW)

    def local_view(self, path: Path, key: bool | None = None) -> Any:
        """A Parquet file as a lazy table of DuckDB, with the number of each row. Raises duckdb.Error.

        key: whether the file was set aside encrypted (None: by its folder).
        """
        key = self.encrypted and path.parent == self.aside if key is None else key
        options = ", encryption_config = {footer_key: '" + _KEY + "'}" if key else ""
        name = f"file_{secrets.token_hex(8)}"
        self.local.raw_sql(
            f"CREATE TEMP VIEW {name} AS SELECT *, file_row_number AS {ROW} FROM "
            f"read_parquet({_quoted(path)}{options})"
        ).fetchall()
        return self.local.table(name)

    def set_aside(self, select: str) -> Path:
        """Stream the rows of a DuckDB query into a file of the private folder. Raises duckdb.Error."""
        path = self.aside / f"{secrets.token_hex(8)}.parquet"
        options = f", ENCRYPTION_CONFIG {{footer_key: '{_KEY}'}}" if self.encrypted else ""
        self.local.raw_sql(
            f"COPY ({select}) TO {_quoted(path)} (FORMAT parquet, COMPRESSION zstd{options})"
        ).fetchall()
        return path

    def lookup(self, table: pa.Table) -> Any:
        """A small table that is no secret, such as the codes of the division, for the engine that counts."""
        path = self.aside / f"{secrets.token_hex(8)}.parquet"
        pq.write_table(table, path)
        if self.con is self.local:
            return self.local_view(path, key=False).drop(ROW)
        return self.read(path)

    def keep(self, expression: Any, lasting: bool = False) -> Any:
        """The rows of an expression, worked out once, until the engine closes.

        lasting: also when `keep_last` drops what was kept on the way.
        """
        drops = self._lasting if lasting else self._drops
        if self.con is self.local:
            name = f"kept_{secrets.token_hex(8)}"
            table = self.con.create_table(name, expression, temp=True)
            # Ibis 12 writes a DROP TABLE that DuckDB 2 does not understand.
            drops.append(lambda: self.con.raw_sql(f"DROP TABLE {name}").fetchall())
        else:
            table, drop = _checkpoint(self.con, expression)
            drops.append(drop)
        return table

    def keep_last(self, make: Callable[[], Any]) -> Any:
        """`keep` what `make` gives, and drop what it kept on the way there."""
        before = len(self._drops)
        table = self.keep(make())
        passing = self._drops[before:-1]
        del self._drops[before:-1]
        for drop in reversed(passing):
            drop()
        return table

    def fetch(self, expression: Any) -> dict[str, NDArray[Any]]:
        """Column -> values of an aggregate over the rows; never the rows themselves."""
        return _columns(self.con, expression)

    def fetch_local(self, expression: Any) -> dict[str, NDArray[Any]]:
        """`fetch`, of what DuckDB holds."""
        return _columns(self.local, expression)


def _checkpoint(con: Any, expression: Any) -> tuple[Any, Callable[[], object]]:
    """The rows of an expression as a table of Spark that forgot where they came from; how to drop it.

    Merely cached tables remember the plan of all they were made of: a few dozen of them in a row, and Spark
    runs out of memory writing down what it is about to do.
    """
    name = f"kept_{secrets.token_hex(8)}"
    session = con._session
    frame = session.sql(con.compile(expression)).localCheckpoint(eager=True)
    frame.createOrReplaceTempView(name)

    def drop() -> None:
        session.catalog.dropTempView(name)
        frame._jdf.logicalPlan().rdd().unpersist(False)

    return con.table(name), drop


@contextmanager
def silent_engine() -> Iterator[None]:
    """Keep the engine's own words out of messages and logs: they may quote a row."""
    try:
        yield
    except Exception as error:
        if not _of_an_engine(error):
            raise
        kind = type(error).__name__
        raise EtlError(f"the database engine stopped on the confidential rows: {kind}") from None


def _of_an_engine(error: Exception) -> bool:
    return isinstance(error, duckdb.Error) or type(error).__module__.split(".")[0] in ("pyspark", "py4j")


def _columns(con: Any, expression: Any) -> dict[str, NDArray[Any]]:
    table = con.to_pyarrow(expression)
    return {name: table.column(name).to_numpy() for name in table.column_names}


def _quoted(path: Path) -> str:
    return "'" + str(path.absolute()).replace("'", "''") + "'"


def _duckdb(aside: Path) -> Any:
    con = ibis.duckdb.connect(
        threads=THREADS,
        memory_limit=MEMORY,
        temp_directory=str(aside),
        temp_file_encryption=True,
        autoinstall_known_extensions=False,
    )
    # Without its OpenSSL extension, which would have to come from the internet, DuckDB refuses to encrypt: it
    # deems the nonces of its built-in cipher too plain. Keys are still drawn afresh for each engine, and
    # encryption as good as this beats none.
    con.raw_sql("SET force_mbedtls_unsafe = true").fetchall()
    con.raw_sql(f"PRAGMA add_parquet_key('{_KEY}', '{secrets.token_hex(16)}')").fetchall()
    return con


@contextmanager
def _spark(aside: Path) -> Iterator[Any]:
    """Spark in this process, or the cluster that REGIOBEELD_SPARK_MASTER names."""
    find_java()
    # It writes the query and the failure to standard error, whatever the level of Spark's own log.
    logging.getLogger("SQLQueryContextLogger").disabled = True
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise EtlError(
            "engine spark: found no pyspark, expected the extra [spark]. "
            'Run: pip install -c constraints.txt -e ".[spark]"'
        ) from None
    settings = {
        "spark.driver.memory": SPARK_MEMORY,
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.io.encryption.enabled": "true",
        "spark.local.dir": str(aside),
        "spark.sql.warehouse.dir": str(aside / "warehouse"),
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "8",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        # Spark tells its failures with the row in hand.
        "spark.log.level": "OFF",
    }
    builder = SparkSession.builder.appName("regiobeeld")
    builder = builder.master(os.environ.get("REGIOBEELD_SPARK_MASTER", f"local[{THREADS}]"))
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except Exception as error:
        raise EtlError(
            f"engine spark: it did not start ({type(error).__name__}), expected Java 17 or later and "
            f"{SPARK_MEMORY} of memory. Look at JAVA_HOME, or count with --engine duckdb"
        ) from None
    try:
        yield ibis.pyspark.connect(session)
    finally:
        session.stop()


def find_java() -> None:
    """Java as JAVA_HOME or the path names it. Raises EtlError."""
    named = os.environ.get("JAVA_HOME")
    java = Path(named) / "bin" / "java" if named else Path(shutil.which("java") or "")
    try:
        told = subprocess.run(  # noqa: S603 the administrator names this program, nobody else
            [java, "-version"], capture_output=True, text=True, check=True, timeout=60
        )
    except (OSError, subprocess.SubprocessError):
        where = f"JAVA_HOME {named}" if named else "the path"
        raise EtlError(
            f"engine spark: found no Java in {where}, expected Java 17 or later. "
            "Install a Java runtime, or name one in JAVA_HOME"
        ) from None
    version = _version(told.stderr.split())
    if version < 17:
        raise EtlError(
            f"engine spark: found Java {version}, expected 17 or later. Name a newer one in JAVA_HOME"
        )


def _version(words: Sequence[str]) -> int:
    """The main version in what `java -version` says: openjdk version "17.0.15"."""
    number = next((word.strip('"') for word in words if word.startswith('"')), "0")
    parts = number.split(".")
    main = parts[1] if parts[0] == "1" and len(parts) > 1 else parts[0]
    return int(main) if main.isdigit() else 0
