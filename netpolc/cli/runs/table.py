"""The relation as a table for SQL: which options it takes, and how its clusters are called."""

from __future__ import annotations

import sys
from itertools import chain
from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.usage import UsageError
from netpolc.source import CLUSTER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from netpolc.results import Relation

FORMS = ("ndjson", "parquet")


class Table(msgspec.Struct, frozen=True):
    """A form of the table, and what the cluster is called in each environment."""

    form: str
    clusters: dict[str | None, str]

    def written(self, relations: Mapping[str | None, Relation]) -> Iterator[bytes]:
        """Write the relations of some environments as one table."""
        from netpolc.report.parquet import parquet  # other forms need neither
        from netpolc.report.table import ndjson, rows

        found = chain.from_iterable(rows(each, self.clusters[name]) for name, each in relations.items())
        return parquet(found) if self.form == "parquet" else ndjson(found)


def table_for(
    form: str,
    inputs: Sequence[str],
    environments: Sequence[str | None],
    others: Mapping[str, bool],
    cluster: str | None,
    output: str | None,
) -> Table | None:
    """Return the table that is asked for, or None where it is another form.

    Args:
        form: the form of the result.
        inputs: what is read; one may be `cluster:CONTEXT`.
        environments: the environments that are asked about.
        others: which options are given that ask for another result.
        cluster: the name that is given.
        output: where the table goes.

    Raises:
        UsageError: options that do not fit together, a cluster without a name, or no DuckDB for Parquet.
    """
    if form not in FORMS:
        if cluster is not None:
            raise UsageError("it names the cluster in `--format ndjson` and `parquet` only", "--cluster")
        return None
    if (other := next((name for name, given in others.items() if given), None)) is not None:
        raise UsageError(f"`--format {form}` has all groups of all peers", other, advice="ask for less of them in SQL")
    clusters = _clusters(inputs, environments, cluster)
    if form == "parquet":
        from netpolc.extras import needed  # as above

        needed("duckdb", "flows", "`--format parquet`")
        if output is None and sys.stdout.isatty():
            raise UsageError("Parquet is nothing for a terminal", "--format", advice="write it with `-o FILE`")
    return Table(form, clusters)


def _clusters(inputs: Sequence[str], environments: Sequence[str | None], cluster: str | None) -> dict[str | None, str]:
    if cluster is not None:
        if len(environments) > 1:
            raise UsageError(
                f"it is one name for {len(environments)} environments", "--cluster", advice="choose one by `--env`"
            )
        return {environments[0]: cluster}
    contexts = [each.removeprefix(CLUSTER) for each in inputs if each.startswith(CLUSTER) and each != CLUSTER]
    named = contexts[0] if len(contexts) == 1 else None
    found = {each: named if each is None else each for each in environments}
    clusters = {each: name for each, name in found.items() if name is not None}
    if len(clusters) < len(found):
        raise UsageError("a row says of which cluster it is", "--format", advice="name it with `--cluster NAME`")
    return clusters
