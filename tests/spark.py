"""The reduction on Spark and on DuckDB, which have to return the same rows.

`make spark` runs it: `python -m tests.spark [FOLDER]`, of a folder of Parquet, or of records at random.
"""

import random
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from pyspark.sql import SparkSession

from netpolc.flows.reading.edges.engine import TYPES, reduced
from netpolc.flows.reading.edges.statements import LOGS, statement
from tests.strategies import hubble

RECORDS = 2_000

SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "8",
    "spark.driver.memory": "4g",
}


def told(what):
    """Say what is done next, and after how many seconds."""
    print(f"{time.monotonic() - STARTED:5.0f} s  {what}", flush=True)


def made(folder):
    """A file of records at random."""
    told(f"making {RECORDS:,} records at random; RECORDS=FOLDER takes those of a folder of Parquet")
    lines, file = Path(folder, "log.json"), Path(folder, "log.parquet")
    lines.write_bytes(b"\n".join(hubble.lines(random.Random(0), RECORDS)))
    with duckdb.connect() as connection:
        table = connection.read_json(str(lines), format="newline_delimited", columns={"flow": TYPES["hubble"]})
        table.write_parquet(str(file))
    return [file]


def started():
    """A session of Spark."""
    told("starting Spark, on two threads")
    session = SparkSession.builder.master("local[2]")
    for name, value in SETTINGS.items():
        session = session.config(name, value)
    spark = session.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark


def main():
    """Reduce on both, and compare."""
    with TemporaryDirectory() as folder:
        files = sorted(Path(sys.argv[1]).glob("*.parquet")) if len(sys.argv) > 1 else made(folder)
        spark = started()
        spark.read.parquet(*map(str, files)).createOrReplaceTempView("flows")
        for log in LOGS:
            told(f"{log}: reducing on DuckDB {duckdb.__version__}")
            on_duckdb = sorted(repr(tuple(row.values())) for row in reduced(log, files, "records"))
            told(f"{log}: {len(on_duckdb):,} rows; reducing on Spark {spark.version}")
            on_spark = sorted(repr(tuple(row)) for row in spark.sql(statement(log, "spark")).collect())
            if on_spark != on_duckdb:
                sys.exit(f"{log}: {len({*on_spark} ^ {*on_duckdb}):,} rows differ")
            told(f"{log}: {len(on_spark):,} rows, the same on Spark {spark.version} and DuckDB {duckdb.__version__}")
    spark.stop()


STARTED = time.monotonic()

if __name__ == "__main__":
    main()
