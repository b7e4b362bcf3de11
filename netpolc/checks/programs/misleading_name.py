"""NP653: names that say something else than they mean: a namespace of the program, `internet`, `all`, `svc/db`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.programs.uses import are_known, key_of, namespace_of, uses
from netpolc.diagnostics.model import Diagnostic, Edit, Fix, Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.programs.checked_program import CheckedProgram
    from netpolc.checks.programs.uses import Use
    from netpolc.ir.model import OwnedNamespace, Pods

PUBLIC = 'every public address is `std.internet`, of the library that `import "std"` brings'
EVERYBODY = "every pod of the namespace is `*`, of all namespaces `*/*`; pods and addresses alike are `any`"
API_SERVER = "the API server is no pod that a selector finds; name its address: `net api-server = 203.0.113.10/32`"
ITSELF = "the containers of one pod reach each other without a flow; name the pods that are meant"
KINDS = frozenset({"deploy", "deployment", "ds", "job", "pod", "po", "rs", "service", "sts", "statefulset", "svc"})
"""What kubectl has before a slash, where netpol has a namespace."""

WORDS = {
    "internet": PUBLIC,
    "world": PUBLIC,
    "kube-apiserver": API_SERVER,
    "kubernetes": API_SERVER,
    "localhost": ITSELF,
    "all": EVERYBODY,
    **dict.fromkeys(("anybody", "anyone", "anything", "anywhere"), EVERYBODY),
    **dict.fromkeys(("everybody", "everyone", "everything", "everywhere"), EVERYBODY),
}
"""What is written in netpol for what such a name says."""


def check(checked: CheckedProgram) -> Iterator[Diagnostic]:
    """Yield each such name once in each namespace, unless a manifest shows its pods."""
    opened = {each.name: each for each in checked.program.namespaces if each.name is not None}
    used: dict[tuple[str | None, str], list[Use]] = {}
    for use in uses(checked.program):
        if key_of(use.pods) is not None:
            used.setdefault((namespace_of(use.pods), use.pods.name), []).append(use)
    said: set[object] = set()
    for (here, name), all_uses in used.items():
        pods = all_uses[0].pods
        if pods.location.order in said or are_known(pods, checked.options):
            continue
        said.add(pods.location.order)
        is_namespace = here in opened or here in checked.options.namespaces
        if here in KINDS and not is_namespace and pods.location.text == f"{here}/{name}":
            yield _of_kind(pods, here)
        elif pods.location.text != name:
            continue
        elif name in WORDS:
            yield _misleading(pods, WORDS[name])
        elif name in opened and name != here and not _acts(all_uses):
            yield _of_namespace(pods, opened[name])


def _acts(all_uses: list[Use]) -> bool:
    """Tell whether a name takes more than one part in statements, as pods do, or is what a baseline is on."""
    roles = {use.role for use in all_uses}
    return len(roles) > 1 or "subject" in roles


def _misleading(pods: Pods, advice: str) -> Diagnostic:
    return Diagnostic(
        code="NP653",
        severity="warning",
        message=f"`{pods.name}` stands for pods of that name",
        location=pods.location,
        label=f"means the pods labelled `{key_of(pods)}={pods.name}`",
        help=advice,
    )


def _of_kind(pods: Pods, kind: str) -> Diagnostic:
    place = pods.location
    return Diagnostic(
        code="NP653",
        severity="warning",
        message=f"`{kind}` stands for a namespace here, and is what kubectl calls a kind",
        location=place,
        label=f"means the pods `{pods.name}` of namespace `{kind}`",
        help=f"write the pods alone, or with their namespace: `{pods.name}`, or `shop/{pods.name}`",
        fixes=(Fix(f"use `{pods.name}`", (Edit(place, pods.name),)),),
    )


def _of_namespace(pods: Pods, namespace: OwnedNamespace) -> Diagnostic:
    here, name = namespace_of(pods), pods.name
    where = "the unnamed namespace" if here is None else f"namespace `{here}`"
    return Diagnostic(
        code="NP653",
        severity="warning",
        message=f"`{name}` stands for pods of {where}, and is the name of a namespace",
        location=pods.location,
        label=f"means the pods labelled `{key_of(pods)}={name}`",
        labels=() if namespace.location is None else (Label(namespace.location, "the namespace is opened here"),),
        help=f"its pods are `{name}/*`, or `{name}/NAME`; pods of that name are declared: "
        f"`pods {name} = [{key_of(pods)}={name}]`",
    )
