"""The rows of the table that a fleet of clusters is asked with in SQL.

All are of one table, whatever they record, so that a cluster is one file and a fleet is all of them. Every value is a
text, a number or a truth value, which every engine knows. docs/fleet.md says what each column means.
"""

from __future__ import annotations

import msgspec

FORMAT_VERSION = "1"
"""New columns and kinds of records may appear in a version; a column never changes its meaning."""


class TableRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="record"):
    """A row of any kind: its `record` says which, its `cluster` whose."""

    cluster: str


class ClusterRow(TableRow, frozen=True, kw_only=True, tag="cluster"):
    """A cluster, of which the others tell, and what wrote them."""

    format_version: str
    netpolc_version: str


class PeerRow(TableRow, frozen=True, kw_only=True, tag="peer"):
    """A peer: a workload, pods that could exist, or addresses."""

    peer: str
    type: str
    namespace: str | None = None
    name: str | None = None
    kind: str | None = None
    part_of: str | None = None
    role: str | None = None
    selector: str | None = None
    namespace_selector: str | None = None
    ingress_isolated: bool | None = None
    egress_isolated: bool | None = None


class LabelRow(TableRow, frozen=True, kw_only=True, tag="label"):
    """A label of a workload's pods."""

    peer: str
    label: str
    value: str


class BlockRow(TableRow, frozen=True, kw_only=True, tag="block"):
    """A range of a peer's addresses; the keys compare as text, as the addresses do as numbers."""

    peer: str
    first_address: str
    last_address: str
    first_key: str
    last_key: str


class SourceRow(TableRow, frozen=True, kw_only=True, tag="source"):
    """A source of a group."""

    group_id: int
    peer: str


class DestinationRow(TableRow, frozen=True, kw_only=True, tag="destination"):
    """A destination of a group."""

    group_id: int
    peer: str


class PortRow(TableRow, frozen=True, kw_only=True, tag="port"):
    """Ports of a group: a range, or those of a name, which each destination gives numbers within the range.

    Those that a destination gives one of the names of `not_named` are not among them.
    """

    group_id: int
    protocol: str
    first_port: int
    last_port: int
    port_name: str | None = None
    not_named: str | None = None


class CauseRow(TableRow, frozen=True, kw_only=True, tag="cause"):
    """A cause why connections of a group pass at one end: a rule, or all of its pods being open, or one of them."""

    group_id: int
    direction: str
    open: bool
    peer: str | None = None
    policy: str | None = None
    path: str | None = None
    file: str | None = None
    line: int | None = None
    text: str | None = None


class FindingRow(TableRow, frozen=True, kw_only=True, tag="finding"):
    """A finding about the inputs, such as parts of them that an answer was given without."""

    code: str
    severity: str
    text: str
    file: str | None = None
    line: int | None = None


ROWS: tuple[type[TableRow], ...] = (
    ClusterRow,
    PeerRow,
    LabelRow,
    BlockRow,
    SourceRow,
    DestinationRow,
    PortRow,
    CauseRow,
    FindingRow,
)
"""The kinds of rows, in the order in which a cluster has them."""


def columns() -> dict[str, str]:
    """Return the columns of the table, `record` first, each with its type in SQL."""
    found = {"record": "VARCHAR"}
    for kind in ROWS:
        for field in msgspec.structs.fields(kind):
            kinds = getattr(field.type, "__args__", (field.type,))
            found[field.name] = "INTEGER" if int in kinds else "BOOLEAN" if bool in kinds else "VARCHAR"
    return found
