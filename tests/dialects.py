"""The reduction of flow logs in the SQL of each engine, made from one definition.

`sql/definition/` has it in the SQL of DuckDB: what is read of each log, and the reduction, which is the same for all.
sqlglot writes it for the others; what that leaves as it is, is said here. `tests/unit/flows/test_statements.py` holds
the files in `sql/` against it.
"""

from pathlib import Path

from sqlglot import exp, parse_one

SQL = Path(__file__).parents[1] / "sql"
LOGS = tuple(sorted(path.stem for path in (SQL / "definition").glob("*.sql") if path.stem != "reduction"))
DIALECTS = ("bigquery", "clickhouse", "duckdb", "snowflake", "spark", "trino")

ENDS = ("namespace", "pod", "owner", "kind", "labels", "address", "names")
COUNTS = ("seen", "first_seen", "last_seen")
PASSED_OVER = "is_passed_over"
LOST = ("service_namespace", "service_name")
"""What of a record that is passed over does not matter, with its ends."""

APART = {"hubble": 60_000_000, "vpc": 86_400_000_000}
"""The microseconds by which the addresses of a log are told apart by time.

One without pods does not tell whose they were, and has a record for each minute or ten already.
"""

EVERY_RECORD = ("seen", "kept")
"""The steps that are about each record, before any are counted together."""

TEMPLATES = {
    "microseconds": {
        "bigquery": "UNIX_MICROS({})",
        "clickhouse": "toUnixTimestamp64Micro({})",
        "snowflake": "DATE_PART(EPOCH_MICROSECOND, {})",
        "spark": "UNIX_MICROS({})",
        "trino": "CAST(TO_UNIXTIME({}) * 1000000 AS BIGINT)",
    },
    "time": {
        "clickhouse": "parseDateTime64BestEffortOrNull({}, 6, 'UTC')",
        "snowflake": "TO_TIMESTAMP_TZ({})",
        "trino": "FROM_ISO8601_TIMESTAMP({})",
    },
    "first": {"bigquery": "{}[SAFE_OFFSET(0)]", "spark": "GET({}, 0)", "trino": "ELEMENT_AT({}, 1)"},
    "joined": {"clickhouse": "arrayStringConcat({}, ',')"},
    "policies": {
        "bigquery": "(SELECT STRING_AGG(CONCAT(COALESCE(p.namespace, ''), '/', p.name), ',') FROM UNNEST({}) AS p)",
        "snowflake": "ARRAY_TO_STRING(TRANSFORM({}, p -> CONCAT(COALESCE(p:namespace, ''), '/', p:name)), ',')",
    },
}
"""What sqlglot does not say for an engine: a time as a number, one of a text, the first of a list, lists as texts."""

TYPES_OF_PATHS = {
    "is_reply": "BOOLEAN",
    "SYN": "BOOLEAN",
    "ACK": "BOOLEAN",
    "destination_port": "INT",
    "source_port": "INT",
    "drop_reason": "INT",
    **dict.fromkeys(("labels", "source_names", "destination_names"), "ARRAY"),
    **dict.fromkeys(
        (f"{side}_{verdict}_by" for side in ("egress", "ingress") for verdict in ("allowed", "denied")), "ARRAY"
    ),
}
"""What stands at the end of a path, where an engine has the whole record as one value; all else is text."""


def statement(log, dialect):
    """The reduction of a log in a dialect."""
    seen = (SQL / "definition" / f"{log}.sql").read_text("utf-8")
    note, _, select = seen.partition("*/")
    columns = next(parse_one(select, read="duckdb").find_all(exp.Subquery)).this.named_selects
    source, destination = ([f"{side}_{name}" for name in ENDS] for side in ("source", "destination"))
    decision = [name for name in columns if name not in {*source, *destination, *COUNTS, PASSED_OVER}]
    lost = {*source, *destination, *LOST}
    kept = [_kept(name, lost) for name in (*decision, *source, *destination)]
    text = (SQL / "definition" / "reduction.sql").read_text("utf-8")
    for name, value in {
        "seen": select.strip(),
        "kept": ", ".join(kept),
        "counts": ", ".join(COUNTS),
        "decision": ", ".join(decision),
        "source": ", ".join(source),
        "destination": ", ".join(destination),
        "no_decision": ", ".join(["NULL"] * (len(decision) - 1)),
        "apart": str(APART[log]),
        "no_end": ", ".join(["NULL"] * len(ENDS)),
    }.items():
        text = text.replace(f"{{{name}}}", value)
    tree = parse_one(text, read="duckdb")
    if dialect != "duckdb":
        tree = tree.transform(_said_otherwise, dialect)
    if dialect == "duckdb":
        _read_once_more(tree)
    if dialect == "spark":
        _hint(tree)
    return f"{note}*/\n{tree.sql(dialect, pretty=True, max_text_width=120)}\n".replace("/*", "--", 1).replace(
        " */", "", 1
    )


def _hint(tree):
    """Have each join take its small side to the records: Spark does not know that it is, and would sort all of them."""
    for select in tree.find_all(exp.Select):
        if joined := [each.alias_or_name for each in select.args.get("joins") or ()]:
            select.hint(f"BROADCAST({', '.join(joined)})", dialect="spark", copy=False)


def _kept(name, lost):
    """A column of what is kept of a record, which is less where that is no flow."""
    kind = f"CASE WHEN {name} < 1 THEN 0 WHEN {name} < 1024 THEN 1 WHEN {name} < 32768 THEN 1024 ELSE 32768 END"
    match name:
        case "source_port":
            return f"CASE WHEN NOT {name} IS NULL THEN {kind} END AS {name}"
        case "port":
            return f"CASE WHEN NOT {PASSED_OVER} THEN {name} WHEN NOT {name} IS NULL THEN {kind} END AS {name}"
    return f"CASE WHEN NOT {PASSED_OVER} THEN {name} END AS {name}" if name in lost else name


def _read_once_more(tree):
    """Have an engine read the log once for each use: it would write all records down, to read them from there."""
    for each in tree.find_all(exp.CTE):
        if each.alias in EVERY_RECORD:
            each.args["materialized"] = False


def _said_otherwise(node, dialect):
    match node:
        case exp.Anonymous(this=name) if name.upper() == "EPOCH_US":
            return _written("microseconds", node.expressions[0], dialect) or node
        case exp.Cast(to=exp.DataType(this=exp.DataType.Type.TIMESTAMPTZ)):
            return _written("time", node.this, dialect) or node
        case exp.ArrayToString(this=exp.Transform()):
            return _written("policies", node.this.this, dialect) or _written("joined", node.this, dialect) or node
        case exp.ArrayToString():
            return _written("joined", node.this, dialect) or node
        case exp.Dot(this=exp.Bracket(), expression=member):
            path = node.this.this
            if dialect == "snowflake":
                return _path(f"{_parts(path)}[0].{member.name}", dialect)
            found = _written("first", path, dialect)
            return node if found is None else exp.Dot(this=found, expression=member)
        case exp.Dot(this=exp.Column(), expression=member) if dialect == "snowflake":
            return _path(f"{_parts(node.this)}.{member.name}", dialect)
        case exp.Column() if dialect == "snowflake" and len(node.parts) > 1 and node.parts[0].name == "flow":
            return _path(_parts(node), dialect)
        case exp.Column(this=exp.Identifier(this=name, quoted=True)) if dialect == "snowflake":
            # Names are large there, unless they were quoted when the table was made.
            return exp.column(exp.to_identifier(name.upper(), quoted=True), table=node.table)
    return node


def _written(what, argument, dialect):
    """An expression of a dialect around an argument, or None where sqlglot knows it."""
    template = TEMPLATES[what].get(dialect)
    if template is None:
        return None
    inner = argument.transform(_said_otherwise, dialect).sql(dialect)
    return parse_one(template.format(inner), read=dialect)


def _parts(column):
    return ".".join(part.name for part in column.parts[1:])


def _path(path, dialect):
    kind = TYPES_OF_PATHS.get(path.rpartition(".")[2], "VARCHAR")
    exists = path in {"l4", "l4.TCP", "l4.UDP", "l4.SCTP", "l4.TCP.flags"}
    return parse_one(f"GET_PATH(flow, '{path}')" + ("" if exists else f"::{kind}"), read=dialect)
