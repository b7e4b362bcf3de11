"""NetworkPolicy v1 as a model (kubernetes/api, networking/v1/types.go).

Shapes are those of the API; what the API allows but gives two readings (null against empty) is not representable.
Locations say which part of the source a value came from; they never take part in comparisons.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from netpolc.source import Location

PolicyType = Literal["Ingress", "Egress"]


class MatchExpression(msgspec.Struct, frozen=True, order=True, gc=False):
    """One item of `matchExpressions`; the operator is a string so that the validity rules can check any."""

    key: str
    operator: str
    values: tuple[str, ...] = ()


class Selector(msgspec.Struct, frozen=True, order=True):
    """A `LabelSelector`; empty, it selects everything."""

    match_labels: tuple[tuple[str, str], ...] = ()
    match_expressions: tuple[MatchExpression, ...] = ()


class PodPeer(msgspec.Struct, frozen=True, tag=True):
    """A peer by labels. No namespace selector means the policy's own namespace; no pod selector, all pods."""

    pod_selector: Selector | None
    namespace_selector: Selector | None
    location: Location | None = None


class IPBlock(msgspec.Struct, frozen=True, tag=True):
    """A peer by address."""

    cidr: str
    excepts: tuple[str, ...] = ()
    location: Location | None = None


PolicyPeer = PodPeer | IPBlock


class PolicyPort(msgspec.Struct, frozen=True):
    """One item of `ports`: no port means every port of the protocol; a string is a container port's name."""

    protocol: str
    port: int | str | None = None
    end_port: int | None = None
    location: Location | None = None


class Rule(msgspec.Struct, frozen=True):
    """One ingress or egress rule. No peers means any peer, no ports means any port of any protocol.

    `comments` are lines of provenance for the reader of the YAML; they are data of users and may hold anything.
    """

    peers: tuple[PolicyPeer, ...]
    ports: tuple[PolicyPort, ...]
    comments: tuple[str, ...] = ()
    location: Location | None = None


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """A NetworkPolicy object. Rules are None for a direction without any, which is not rendered.

    Where they are an empty tuple, an empty list is to be written as null, so that who applies the object owns it.

    `sources` names the files that it comes from. `subject_location` is where the pod selector stands, if that is known.
    """

    name: str
    namespace: str | None
    labels: tuple[tuple[str, str], ...] = ()
    annotations: tuple[tuple[str, str], ...] = ()
    pod_selector: Selector
    policy_types: tuple[str, ...]
    ingress: tuple[Rule, ...] | None = None
    egress: tuple[Rule, ...] | None = None
    comments: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    location: Location | None = None
    subject_location: Location | None = None
