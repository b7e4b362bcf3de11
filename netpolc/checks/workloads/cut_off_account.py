"""NP629: workloads whose service account has rights at the API server, and that may open no connection to it.

The API server is on nodes of the control plane, which have addresses and are no pods: no selector leads there. Only an
account that a workload names itself counts, and no binding that is for what happens on behalf of pods.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netpolc.checks.workloads.workloads import SHOWN, identity
from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.engine.peers import id_of
from netpolc.manifests.evidence import DEFAULT_ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.workloads.checked_workloads import CheckedWorkloads
    from netpolc.manifests.model import Binding

ON_BEHALF = re.compile(r"(?i)psp|pod-?security|scc|image-?(?:puller|builder|pusher)|anyuid|privileged|nonroot")
"""Names of bindings, and of roles, that admission or a registry asks for: pods need no connection to use them."""


def check(checked: CheckedWorkloads) -> Iterator[Diagnostic]:
    """Yield each binding of rights, with the workloads that cannot use them, once for each."""
    bound: dict[tuple[str | None, str], Binding] = {}
    for binding in checked.manifests.bindings:
        if not any(map(ON_BEHALF.search, (binding.name, binding.role[1]))):
            bound = {**dict.fromkeys(binding.accounts, binding), **bound}
    said: set[tuple[str | None, str, str]] = set()
    for number, workload in enumerate(checked.workloads.all if bound else ()):
        account, access = workload.service_account, checked.access
        if (
            account is None
            or account == DEFAULT_ACCOUNT
            or workload.host_network
            or not access.known(workload.namespace)
        ):
            continue
        found = bound.get((workload.namespace, account))
        if found is not None and identity(workload) not in said and not access.may_reach_the_api_server(number):
            said.add(identity(workload))
            name = id_of(workload)
            yield Diagnostic(
                code="NP629",
                severity="warning",
                message=f"`{name}` has rights at the API server, and may open no connection there",
                location=found.location,
                label=f"for its service account `{account}`",
                labels=(
                    Label(workload.location, f"`{name}`"),
                    *(Label(place, "this closes egress") for place in access.closed_by("egress", number)[:SHOWN]),
                ),
                help="let it out to the addresses of the API server: it is on nodes, which no selector of pods finds",
            )
