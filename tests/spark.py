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

from netpolc.flows.reading.edges.engine import TYPES, columns_of, log_of, reduced
from netpolc.flows.reading.edges.statements import LOGS, statement
from tests.strategies import hubble, vpc

RECORDS = 2_000
MADE = {"hubble": hubble.lines, "vpc": vpc.lines}

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
    """A file of records at random for each log."""
    told(f"making {RECORDS:,} records at random of each log; RECORDS=FOLDER takes those of a folder of Parquet")
    return {log: [_file(Path(folder), log)] for log in LOGS}


def _file(folder, log):
    lines, file = folder / f"{log}.json", folder / f"{log}.parquet"
    lines.write_bytes(b"\n".join(MADE[log](random.Random(0), RECORDS)))
    with duckdb.connect() as connection:
        connection.read_json(str(lines), format="newline_delimited", columns=TYPES[log]).write_parquet(str(file))
    return file


def given(folder):
    """The files of a folder, by what their log is."""
    files = sorted(Path(folder).glob("*.parquet"))
    log = log_of(columns_of(files, folder))
    return {log: files} if log else sys.exit(f"no log that the SQL reads is in {folder}")


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
        logs = given(sys.argv[1]) if len(sys.argv) > 1 else made(folder)
        spark = started()
        for log, files in logs.items():
            spark.read.parquet(*map(str, files)).createOrReplaceTempView("flows")
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
