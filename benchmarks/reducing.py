"""Records of flows as Parquet, reduced to edges: by netpolc, and by DuckDB alone with the same SQL.

`python benchmarks/reducing.py [RECORDS] [FOLDER]` makes the records, if the folder has none, and prints a row for each:
CPU seconds, and the most memory that was held. Records are of 1,500 workloads with three pods each, over a month.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

RECORDS, FILES = 20_000_000, 20
WORKLOADS, PODS, EDGES = 1_500, 3, 9_300
SHARE = 1.3
"""The most CPU that netpolc may take, in times of DuckDB's."""

MEGABYTES = 500
"""The most memory that it may hold."""

# Every tenth record is a reply, and every hundredth was denied. All is made of their numbers, so that each run
# makes the same records. Fields that it leaves out are there, and null: Spark wants all that the SQL names.
_MADE = """
COPY (
  WITH numbers AS (
    SELECT
      range AS n,
      (range * 7919) % {edges} AS edge,
      range // {edges} % {pods} AS source_pod,
      range // {edges} // {pods} % {pods} AS destination_pod
    FROM range({first}, {last})
  ), ends AS (
    SELECT *, edge % {workloads} AS s, (edge * 31 + 17) % {workloads} AS d FROM numbers
  )
  SELECT CAST({{
    'time': strftime(
      TIMESTAMP '2026-10-01' + to_microseconds((n::HUGEINT * 2678400000000 // {records})::BIGINT),
      '%Y-%m-%dT%H:%M:%S.%fZ'
    ),
    'verdict': CASE WHEN n // 11 % 100 = 7 THEN 'DROPPED' ELSE 'FORWARDED' END,
    'drop_reason_desc': CASE WHEN n // 11 % 100 = 7 THEN 'POLICY_DENIED' END,
    'is_reply': n // 7 % 10 = 3,
    'Type': 'L3_L4',
    'traffic_direction': CASE WHEN n // {edges} % 2 = 0 THEN 'EGRESS' ELSE 'INGRESS' END,
    'l4': {{'TCP': {{'source_port': 32768 + n % 28000, 'destination_port': 5000 + edge % 40}}}},
    'IP': {{
      'source': '10.' || s // 256 || '.' || s % 256 || '.' || source_pod,
      'destination': '10.' || d // 256 || '.' || d % 256 || '.' || destination_pod
    }},
    'source': {{
      'namespace': 'team-' || s // 20,
      'pod_name': 'app-' || s || '-' || source_pod,
      'labels': ['k8s:app=app-' || s, 'k8s:io.kubernetes.pod.namespace=team-' || s // 20],
      'workloads': [{{'name': 'app-' || s, 'kind': 'Deployment'}}]
    }},
    'destination': {{
      'namespace': 'team-' || d // 20,
      'pod_name': 'app-' || d || '-' || destination_pod,
      'labels': ['k8s:app=app-' || d, 'k8s:io.kubernetes.pod.namespace=team-' || d // 20],
      'workloads': [{{'name': 'app-' || d, 'kind': 'Deployment'}}]
    }}
  }} AS {flow}) AS flow
  FROM ends
) TO '{file}' (FORMAT parquet, COMPRESSION zstd)
"""

_BARE = """
import sys, duckdb
from netpolc.extras import QUIET
from netpolc.flows.reading.edges.engine import MEMORY, columns_read
from netpolc.flows.reading.edges.statements import statement
settings = {"memory_limit": MEMORY, "temp_directory": sys.argv[1] + "/spill", "preserve_insertion_order": "false"}
with duckdb.connect(config=settings) as connection:
    connection.execute(QUIET)
    connection.read_parquet(sys.argv[1] + "/*.parquet").project(columns_read("hubble", ["flow"])).create_view("flows")
    connection.execute("CREATE TEMP TABLE edges AS " + statement("hubble", "duckdb"))
    print(connection.execute("SELECT count(*) FROM edges").fetchone()[0])
"""

_NETPOLC = """
import sys
from pathlib import Path
from netpolc.flows.reading.files import read_logs
from netpolc.project.filesystem import DISK
print(len(read_logs([sys.argv[1]], Path("/"), DISK).flows))
"""


def main() -> None:
    """Make the records, and measure both."""
    records = int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS
    folder = Path(sys.argv[2] if len(sys.argv) > 2 else f"build/volume-{records}").absolute()  # noqa: PLR2004 -- the second
    _make(records, folder)
    bare, own = (_measured(script, folder) for script in (_BARE, _NETPOLC))
    print("|  | CPU | peak memory | rows | target |\n| :--- | ---: | ---: | ---: | :--- |")
    print(f"| DuckDB's own SQL of {records:,} records | {bare['cpu']:.1f} s | {bare['mb']} MB | {bare['rows']:,} |  |")
    met = own["cpu"] <= SHARE * bare["cpu"] and own["mb"] < MEGABYTES
    target = f"at most {SHARE} times DuckDB, below {MEGABYTES} MB: {'met' if met else 'missed'}"
    print(
        f"| netpolc: the same, to distinct flows | {own['cpu']:.1f} s | {own['mb']} MB | {own['rows']:,} | {target} |"
    )


def _make(records: int, folder: Path) -> None:
    import duckdb  # noqa: PLC0415 -- the children measure what they load

    from netpolc.flows.reading.edges.engine import TYPES  # noqa: PLC0415 -- as above

    folder.mkdir(parents=True, exist_ok=True)
    for number in range(FILES):
        file = folder / f"part-{number:02}.parquet"
        if not file.exists():
            first, last = (records * at // FILES for at in (number, number + 1))
            sizes = {
                "edges": EDGES,
                "pods": PODS,
                "workloads": WORKLOADS,
                "records": records,
                "flow": TYPES["hubble"]["flow"],
            }
            made = _MADE.format(first=first, last=last, file=f"{file}.tmp", **sizes)
            with duckdb.connect(config={"memory_limit": "1GB"}) as connection:
                connection.execute(made)
            Path(f"{file}.tmp").rename(file)


def _measured(script: str, folder: Path) -> dict[str, float]:
    """Run a script in a process of its own."""
    with subprocess.Popen((sys.executable, "-c", script, str(folder)), stdout=subprocess.PIPE) as ran:
        output = ran.stdout.read() if ran.stdout is not None else b""
        _, status, used = os.wait4(ran.pid, 0)
        ran.returncode = os.waitstatus_to_exitcode(status)
    if ran.returncode:
        raise SystemExit(f"a process ended with {ran.returncode}")
    return {"cpu": used.ru_utime + used.ru_stime, "mb": used.ru_maxrss // 1024, "rows": json.loads(output)}


if __name__ == "__main__":
    main()
