"""The reduction on Spark and on DuckDB, which have to return the same rows.

`make spark` runs it: `python -m tests.spark [FOLDER]`, of a folder of Parquet, or of records at random.
"""

import random
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from pyspark.sql import SparkSession

from netpolc.flows.reading.edges.engine import TYPES, reduced
from netpolc.flows.reading.edges.statements import LOGS, statement
from tests.strategies import hubble

SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "8",
    "spark.driver.memory": "4g",
}


def made(folder):
    """A file of records at random."""
    lines, file = Path(folder, "log.json"), Path(folder, "log.parquet")
    lines.write_bytes(b"\n".join(hubble.lines(random.Random(0), 5_000)))
    with duckdb.connect() as connection:
        table = connection.read_json(str(lines), format="newline_delimited", columns={"flow": TYPES["hubble"]})
        table.write_parquet(str(file))
    return [file]


def main():
    """Reduce on both, and compare."""
    session = SparkSession.builder.master("local[2]")
    for name, value in SETTINGS.items():
        session = session.config(name, value)
    spark = session.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    with TemporaryDirectory() as folder:
        files = sorted(Path(sys.argv[1]).glob("*.parquet")) if len(sys.argv) > 1 else made(folder)
        spark.read.parquet(*map(str, files)).createOrReplaceTempView("flows")
        for log in LOGS:
            on_spark = sorted(repr(tuple(row)) for row in spark.sql(statement(log, "spark")).collect())
            on_duckdb = sorted(repr(tuple(row.values())) for row in reduced(log, files, "records"))
            if on_spark != on_duckdb:
                sys.exit(f"{log}: {len({*on_spark} ^ {*on_duckdb}):,} rows differ")
            print(f"{log}: {len(on_spark):,} rows, the same on Spark {spark.version} and DuckDB {duckdb.__version__}")
    spark.stop()


if __name__ == "__main__":
    main()
