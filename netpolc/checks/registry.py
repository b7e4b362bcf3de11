"""Every check, in one place: the codes that it reports, the module that reports them, and what it needs to be asked.

A check is a module with a function `check`, which takes what all checks of its tuple take and yields what it finds.
Checks run in the order of their tuple. Modules are imported from here alone, each once it is asked for the first time:
builds are spared the engine, and programs without manifests what reads these.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from netpolc.diagnostics.model import Diagnostic

Needs = Literal[
    "nothing",
    "no namespace given",
    "program",
    "assertions",
    "thorough run",
    "policies",
    "both ends",
    "workloads",
    "every policy",
]
"""What has to be known so that a check can be asked, or its answer relied on.

- `nothing`: a statement, or an object, by itself
- `no namespace given`: the same, and that nobody says which namespace is meant where none is written
- `program`: all statements, each resolved
- `assertions`: the same, of a program that asserts something, and a run that has it proved
- `thorough run`: the same as for `program`, and the time that the engine takes
- `policies`: all policies together, whoever wrote them
- `both ends`: the same, and that no policy is missing, as is one that could not be read
- `workloads`: all policies together, and the workloads that there are
- `every policy`: the same, and that no policy is missing
"""


class Check(msgspec.Struct, frozen=True):
    """The codes that a check reports, its module below `netpolc.checks`, and what it needs."""

    codes: tuple[str, ...]
    module: str
    needs: Needs

    def check(self, checked: object) -> Iterator[Diagnostic]:
        """Yield what the check finds in what its tuple is about."""
        found: Iterator[Diagnostic] = _module(self.module).check(checked)
        return found


class Fixer(msgspec.Struct, frozen=True):
    """Codes that the reader of policies reports, and the module with a function `fixed` that adds fixes to them."""

    codes: tuple[str, ...]
    module: str

    def fixed(self, found: Diagnostic, written: object) -> Diagnostic:
        """Return a finding with its fixes, as far as there are any (`WrittenPolicy`)."""
        fixed: Diagnostic = _module(self.module).fixed(found, written)
        return fixed


PROGRAMS = (
    Check(("NP501", "NP502"), "programs.no_effect", "program"),
    Check(("NP512",), "programs.port_name_of_addresses", "program"),
    Check(("NP603",), "programs.unstated_labels", "program"),
    Check(("NP649",), "programs.stray_statement", "program"),
    Check(("NP530",), "programs.undeclared_environment", "nothing"),
    Check(("NP601", "NP602"), "programs.expiry", "nothing"),
    Check(("NP701", "NP702"), "programs.assertions", "assertions"),
    Check(("NP505",), "programs.covered_flow", "thorough run"),
    Check(("NP521", "NP522", "NP523"), "programs.idle_guardrail", "thorough run"),
    Check(("NP605",), "programs.no_dns", "thorough run"),
    Check(("NP606",), "programs.whole_world", "thorough run"),
    Check(("NP635",), "programs.undone_exception", "thorough run"),
    Check(("NP609",), "programs.block_with_pods", "thorough run"),
    Check(("NP607",), "programs.look_alike", "thorough run"),
    Check(("NP653",), "programs.misleading_name", "thorough run"),
    Check(("NP654",), "programs.near_name", "thorough run"),
    Check(("NP655",), "programs.names_as_labels", "thorough run"),
)
"""What is asked of a program that is compiled (`CheckedProgram`)."""

COMPILED = (Check(("NP604",), "policies.large_policy", "program"),)
"""What is asked of the policies that a program becomes."""

POLICIES = (
    Check(("NP505",), "policies.covered_flow", "policies"),
    Check(("NP606",), "policies.whole_world", "policies"),
    Check(("NP635",), "policies.undone_exception", "policies"),
    Check(("NP636",), "policies.own_labels_elsewhere", "policies"),
    Check(("NP605",), "policies.no_dns", "policies"),
    Check(("NP609",), "policies.block_with_pods", "policies"),
)
"""What is asked of the policies of manifests, all together (`CheckedPolicies`)."""

CONNECTIONS = (
    Check(("NP518", "NP519"), "connections.lone_half", "both ends"),
    Check(("NP630",), "connections.selected_api_server", "policies"),
)
"""What is asked of the rules of policies and programs, whose connections have two ends (`CheckedConnections`)."""

CLUSTERS = (
    Check(("NP608",), "workloads.host_network", "workloads"),
    Check(("NP516",), "workloads.stated_otherwise", "policies"),
    Check(("NP517",), "workloads.no_common_namespace", "workloads"),
)
"""What is said of a program beside manifests, whatever somebody wants to know of these (`CheckedCluster`)."""

TIERS = (
    Check(("NP437",), "tiers.equal_priorities", "policies"),
    Check(("NP660", "NP661"), "tiers.unknown_peers", "policies"),
)
"""What is said of cluster-wide policies, whatever somebody wants to know (`CheckedTiers`)."""

TIER_RULES = (
    Check(("NP520",), "tiers.shadowed_rule", "policies"),
    Check(("NP662",), "tiers.switched_off", "policies"),
)
"""What is asked of cluster-wide policies by who checks them (`CheckedTiers`)."""

PLATFORMS = (
    Check(("NP670",), "platforms.port_name_opens_all", "policies"),
    Check(("NP671",), "platforms.denied_exception", "policies"),
    Check(("NP672",), "platforms.too_many_ports", "policies"),
    Check(("NP673",), "platforms.hidden_label", "policies"),
    Check(("NP674",), "platforms.undeclared_rules_count", "policies"),
    Check(("NP675",), "platforms.block_without_pods", "policies"),
    Check(("NP676",), "platforms.other_dns", "policies"),
    Check(("NP679",), "platforms.unenforced_kind", "policies"),
    Check(("NP680",), "platforms.protocol_off", "policies"),
    Check(("NP681",), "platforms.admits_nodes", "policies"),
    Check(("NP685",), "platforms.opened_exception", "policies"),
)
"""What is asked of policies where a platform makes something else of them (`CheckedPlatform`)."""

PLATFORMS_BESIDE = (
    Check(("NP678",), "platforms.other_port_name", "policies"),
    Check(("NP682",), "platforms.service_before_pods", "workloads"),
    Check(("NP683",), "platforms.peer_on_nodes", "workloads"),
    Check(("NP675",), "platforms.block_of_a_pod", "policies"),
    Check(("NP686",), "platforms.block_of_nodes", "policies"),
)
"""The same of policies beside workloads, those of programs as well."""

UNSTATED = (Check(("NP677",), "platforms.shown_platform", "workloads"),)
"""What is asked of manifests where nobody says what enforces policies (`Manifests`)."""

WORKLOADS = (
    Check(("NP525",), "workloads.name_of_service", "workloads"),
    Check(("NP526",), "workloads.address_of_service", "workloads"),
    Check(("NP506", "NP507", "NP646"), "workloads.selectors", "workloads"),
    Check(("NP506",), "workloads.namespaces", "workloads"),
    Check(("NP508", "NP509", "NP510"), "workloads.ports", "workloads"),
    Check(("NP515",), "workloads.ambiguous_port_name", "workloads"),
    Check(("NP659",), "workloads.port_of_a_sidecar", "workloads"),
    Check(("NP616", "NP617"), "workloads.unselected", "every policy"),
    Check(("NP628",), "workloads.cut_off_call", "every policy"),
    Check(("NP658",), "workloads.closed_to_the_mesh", "every policy"),
    Check(("NP684",), "workloads.probes_in_the_mesh", "every policy"),
    Check(("NP629",), "workloads.cut_off_account", "every policy"),
    Check(("NP619",), "workloads.cut_off_caller", "every policy"),
    Check(("NP618", "NP631"), "workloads.unreachable_service", "every policy"),
)
"""What is asked of policies and programs beside the workloads that there are (`CheckedWorkloads`)."""

YAML = (
    Check(("NP416",), "yaml.empty_value", "nothing"),
    Check(("NP511", "NP513", "NP610"), "yaml.types", "nothing"),
    Check(("NP503",), "yaml.matches_nothing", "nothing"),
    Check(("NP512", "NP611"), "yaml.ports", "nothing"),
    Check(("NP615",), "yaml.plugin_dependent", "nothing"),
    Check(("NP612",), "yaml.split_peer", "nothing"),
    Check(("NP634",), "yaml.split_rule", "nothing"),
    Check(("NP613",), "yaml.blocks", "nothing"),
    Check(("NP420",), "yaml.stale_status", "nothing"),
    Check(("NP421",), "yaml.ipv6_spelling", "nothing"),
    Check(("NP614",), "yaml.unstated_namespace", "no namespace given"),
)
"""What is asked of each policy of a manifest, as it is written (`CheckedPolicy`)."""

NAMESPACES = (Check(("NP514",), "yaml.dead_annotation", "nothing"),)
"""What is asked of each namespace of a manifest, as it is written."""

CHECKS = (
    *PROGRAMS,
    *COMPILED,
    *POLICIES,
    *CONNECTIONS,
    *CLUSTERS,
    *TIERS,
    *TIER_RULES,
    *PLATFORMS,
    *PLATFORMS_BESIDE,
    *UNSTATED,
    *WORKLOADS,
    *YAML,
    *NAMESPACES,
)
"""Every check there is."""

FIXERS = (
    Fixer(("NP404",), "yaml.label_values"),
    Fixer(("NP406", "NP407", "NP410"), "yaml.spellings"),
    Fixer(("NP409",), "yaml.blocks"),
    Fixer(("NP411",), "yaml.wrong_type"),
    Fixer(("NP412",), "yaml.unknown_field"),
    Fixer(("NP416",), "yaml.empty_value"),
)
"""What adds fixes to the findings of the reader of policies, each to those of its codes."""


def codes_that_need(*needs: Needs) -> frozenset[str]:
    """Return the codes of all checks that need one of some things."""
    return frozenset(code for check in CHECKS if check.needs in needs for code in check.codes)


@cache
def _module(name: str) -> ModuleType:
    return import_module(f"{__package__}.{name}")
