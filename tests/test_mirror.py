"""Each module has its tests where one looks for them.

They are in `tests/unit`, in a file of the same place and name. A command has them in `tests/cli`: `commands/can.py` and
`runs/can.py` in `test_can.py`. What is tested together with another module, by the texts that users see, or in pieces
by all who use it, stands in this one table.
"""

from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "netpolc"

TOGETHER = {
    "test_api.py": (
        "adopt/inputs",
        "api/adopting",
        "api/asking",
        "api/checking",
        "api/compiling",
        "api/observing",
        "api/reading",
        "cluster/sides",
        "compiler/memory",
        "compiler/recollection",
        "compiler/workspace",
        "results",
    ),
    "test_code_pages.py": ("diagnostics/codes",),
    "test_corpus.py": (
        "checks/coverage",
        "checks/exceptions",
        "checks/openings",
        "checks/policies/own_labels_elsewhere",
        "checks/policies/undone_exception",
        "checks/policies/whole_world",
    ),
    "test_golden.py": (
        "checks/programs/block_with_pods",
        "checks/programs/covered_flow",
        "checks/programs/look_alike",
        "checks/programs/namespaces",
        "checks/programs/no_dns",
        "checks/programs/undone_exception",
        "checks/programs/whole_world",
    ),
    "test_plain.py": ("fast_paths",),
    "unit/checks/platforms/test_beside.py": (
        "checks/platforms/admits_nodes",
        "checks/platforms/block_of_a_pod",
        "checks/platforms/block_of_nodes",
        "checks/platforms/other_port_name",
        "checks/platforms/peer_on_nodes",
        "checks/platforms/protocol_off",
        "checks/platforms/service_before_pods",
        "checks/platforms/unenforced_kind",
    ),
    "unit/cluster/test_platforms.py": ("engine/enforced",),
    "unit/checks/platforms/test_run.py": (
        "checks/compiled",
        "checks/platforms/block_without_pods",
        "checks/platforms/checked_platform",
        "checks/platforms/denied_exception",
        "checks/platforms/hidden_label",
        "checks/platforms/opened_exception",
        "checks/platforms/other_dns",
        "checks/platforms/port_name_opens_all",
        "checks/platforms/shown_platform",
        "checks/platforms/too_many_ports",
        "checks/platforms/undeclared_rules_count",
        "policy/blocks",
    ),
    "unit/flows/reading/edges/test_tables.py": (
        "flows/reading/edges/engine",
        "flows/reading/edges/files",
        "flows/reading/edges/hubble",
        "flows/reading/edges/model",
        "flows/reading/edges/reading",
        "flows/reading/edges/vpc",
    ),
    "unit/live/test_pulling.py": ("live/kinds", "live/lists", "live/reduced", "live/served", "live/texts"),
    "cli/test_apply.py": (
        "cli/runs/rollout",
        "project/settings/clusters",
        "rollout/situation",
        "rollout/text",
    ),
    "unit/rollout/test_bearing.py": ("compiler/checked_again", "rollout/comparing"),
    "unit/rollout/test_applying.py": (
        "rollout/drift",
        "rollout/inventory",
        "rollout/marks",
        "rollout/objects",
        "rollout/plan",
        "rollout/saved",
    ),
    "unit/rollout/test_order.py": (
        "rollout/around",
        "rollout/batches",
        "rollout/bridges",
        "rollout/model",
        "rollout/tiers",
        "rollout/waypoint",
    ),
    "cli/test_can.py": (
        "cli/environments",
        "queries/choice",
        "queries/connections",
        "queries/endpoints",
        "queries/everybody",
        "queries/relevant",
        "queries/scopes",
    ),
    "cli/test_check.py": (
        "cli/fixes",
        "cli/known_findings",
        "cli/rewriting",
        "diagnostics/usage",
    ),
    "cli/test_command_line.py": (
        "__main__",
        "cli/app",
        "cli/cluster_options",
        "cli/commands/version",
        "cli/exits",
        "cli/fitting",
        "cli/manifest_options",
        "cli/misuse",
        "cli/options",
        "cli/refusals",
        "cli/relation_options",
        "cli/session",
        "cli/words",
        "version",
    ),
    "cli/test_completion.py": (
        "cli/completing/candidates",
        "cli/completing/contexts",
        "cli/completing/endpoints",
        "cli/completing/inputs",
        "cli/completing/revisions",
        "cli/completing/shells",
    ),
    "cli/test_diff.py": ("cli/runs/sought",),
    "cli/test_explain_and_rules.py": (
        "cli/commands/explain",
        "cli/commands/rules",
        "cli/commands/schema",
    ),
    "cli/test_flows.py": (
        "cli/runs/untold",
        "flows/reading/files",
        "queries/traffic/changed",
        "report/seen_changes",
        "report/traffic",
    ),
    "cli/test_import.py": ("cli/sources",),
    "cli/test_init.py": (
        "adopt/starting/changes",
        "adopt/starting/example",
        "adopt/starting/makefile",
        "cli/beginning",
    ),
    "cli/test_init_from.py": (
        "adopt/starting/beginning",
        "adopt/starting/programs",
    ),
    "cli/test_krm.py": (
        "delivery/compiling",
        "delivery/krm",
        "delivery/namespaces",
        "delivery/results",
        "delivery/settings",
    ),
    "unit/language/highlighting/test_rules.py": (
        "language/highlighting/lexer",
        "language/highlighting/pieces",
        "language/highlighting/textmate",
    ),
    "cli/test_report.py": (
        "report/page/document",
        "report/page/html",
        "report/page/model",
        "report/page/relations",
    ),
    "cli/test_post_render.py": (
        "cli/delivering",
        "delivery/post_rendering",
    ),
    "cli/test_graph.py": ("cli/pictures", "report/pictures/forms"),
    "cli/test_reach.py": ("cli/results",),
    "unit/cluster/test_cluster.py": (
        "checks/workloads/host_network",
        "checks/workloads/no_common_namespace",
        "checks/workloads/stated_otherwise",
        "cluster/consistency",
        "language/resolve/named",
    ),
    "unit/compiler/test_incremental.py": ("compiler/footprints",),
    "unit/compiler/test_inputs.py": (
        "compiler/earlier_builds",
        "compiler/finding",
        "compiler/keeping_going",
        "compiler/nothing_to_read",
    ),
    "unit/compiler/test_pipeline.py": (
        "compiler/cascades",
        "compiler/model",
        "compiler/validation",
    ),
    "unit/diagnostics/test_human.py": (
        "diagnostics/changes",
        "diagnostics/excerpt",
        "diagnostics/marks",
        "diagnostics/paint",
    ),
    "unit/diagnostics/test_sarif.py": ("diagnostics/sarif_rules",),
    "unit/ecosystem/test_ingress_controllers.py": (
        "ecosystem/model",
        "ecosystem/name_labels",
    ),
    "unit/ecosystem/test_library.py": (
        "compiler/library",
        "ecosystem/control_plane",
        "ecosystem/private_networks",
    ),
    "unit/engine/test_from_tier_policies.py": (
        "engine/node_addresses",
        "queries/deciding_tiers",
    ),
    "unit/engine/test_rows.py": ("engine/row_algebra",),
    "unit/ir/test_isolation.py": ("ir/model",),
    "unit/manifests/test_full.py": ("manifests/nodes",),
    "unit/manifests/test_makers.py": ("ecosystem/operators",),
    "unit/manifests/test_plain.py": ("manifests/lines",),
    "unit/manifests/test_policies.py": (
        "manifests/fields",
        "manifests/metadata",
    ),
    "unit/flows/reading/test_front.py": (
        "flows/reading/beginnings",
        "flows/reading/direction",
        "flows/reading/fields",
        "flows/reading/formats",
        "flows/reading/labels",
        "flows/reading/lines",
        "flows/reading/model",
        "flows/reading/opening",
        "flows/reading/recognition",
        "flows/reading/remembered",
        "flows/reading/tally",
        "flows/reading/values",
    ),
    "unit/flows/reading/test_hubble.py": ("flows/reading/hubble_records",),
    "unit/manifests/test_reading.py": ("manifests/objects",),
    "unit/manifests/test_tier_policies.py": (
        "manifests/tier_peers",
        "manifests/tier_ports",
        "policy/tier_model",
    ),
    "unit/manifests/test_wide.py": (
        "manifests/evidence",
        "manifests/model",
        "manifests/monitors",
        "manifests/routes",
        "manifests/webhooks",
    ),
    "unit/policy/test_validity.py": ("policy/model",),
    "unit/queries/pictures/test_drawing.py": ("queries/pictures/model",),
    "unit/project/test_config.py": (
        "project/model",
        "project/settings/endpoints",
        "project/settings/names",
        "project/settings/paths",
        "project/settings/reader",
        "project/settings/values",
        "project/toml",
    ),
    "unit/project/test_files.py": (
        "project/inventory",
        "project/survey",
        "project/writing",
    ),
    "unit/adopt/starting/test_beside.py": (
        "adopt/starting/words",
        "adopt/starting/written",
    ),
    "unit/project/test_rendering.py": ("project/processes",),
    "unit/project/test_schema.py": ("adopt/starting/project_file",),
    "unit/project/test_revisions.py": (
        "project/checkouts",
        "project/commits",
        "project/filesystem",
        "project/git",
        "project/needed_files",
    ),
    "unit/queries/ends/test_choosing.py": (
        "queries/ends/known_names",
        "queries/ends/finding",
        "queries/ends/leading",
        "queries/ends/ports",
    ),
    "unit/queries/test_answers.py": ("queries/deciding_rules",),
    "unit/queries/traffic/test_holding.py": (
        "queries/traffic/addresses",
        "queries/traffic/blocks",
        "queries/traffic/doubts",
        "queries/traffic/joining",
        "queries/traffic/judging",
        "queries/traffic/lines",
        "queries/traffic/model",
        "queries/traffic/services",
    ),
    "unit/queries/traffic/test_unused_lines.py": (
        "queries/traffic/narrower",
        "queries/traffic/placed",
        "queries/traffic/uses",
    ),
    "unit/queries/test_review.py": (
        "queries/change_reasons",
        "queries/comparison",
    ),
    "unit/targets/test_networkpolicy.py": ("targets/policy_parts",),
    "unit/targets/test_render.py": (
        "targets/sandbox",
        "targets/users",
    ),
    "unit/adopt/importer/test_facts.py": ("adopt/importer/model",),
    "unit/adopt/importer/test_importing.py": (
        "adopt/importer/leftovers",
        "adopt/importer/proof",
        "manifests/namespace_default",
    ),
    "unit/adopt/importer/test_naming.py": ("adopt/importer/names",),
    "unit/adopt/importer/test_writing.py": ("adopt/importer/terms",),
    "unit/manifests/test_hosts.py": (
        "ecosystem/clients",
        "ecosystem/url_schemes",
        "manifests/host_texts",
    ),
    "unit/manifests/test_settings.py": ("ecosystem/names_like_hosts",),
    "unit/adopt/suggest/test_calls.py": (
        "adopt/suggest/elsewhere",
        "adopt/suggest/selected",
        "ecosystem/domains",
    ),
    "unit/adopt/suggest/test_ingress.py": ("adopt/suggest/dns",),
    "unit/adopt/suggest/test_named_after.py": ("adopt/suggest/last_words",),
    "unit/adopt/suggest/test_suggesting.py": (
        "adopt/suggest/model",
        "adopt/suggest/sections",
    ),
    "unit/adopt/suggest/test_writing.py": (
        "adopt/suggest/lines",
        "adopt/suggest/questions",
    ),
    "unit/checks/policies/test_run.py": (
        "checks/policies/block_with_pods",
        "checks/dns_advice",
        "checks/policies/checked_policies",
        "checks/policies/no_dns",
    ),
    "unit/checks/programs/test_run.py": (
        "checks/options",
        "checks/programs/checked_program",
        "checks/programs/statements",
        "checks/programs/uses",
    ),
    "unit/checks/workloads/test_cut_off_caller.py": (
        "checks/workloads/access",
        "checks/workloads/callers",
        "checks/workloads/services",
    ),
    "unit/checks/workloads/test_from_policies.py": ("checks/workloads/references",),
    "unit/checks/workloads/test_ports.py": ("ecosystem/meshes",),
    "unit/manifests/test_assumptions.py": ("ecosystem/isolating_kinds",),
    "unit/checks/tiers/test_checked_tiers.py": (
        "checks/tiers/equal_priorities",
        "checks/tiers/shadowed_rule",
        "checks/tiers/switched_off",
        "checks/tiers/unknown_peers",
    ),
    "unit/checks/connections/test_lone_half.py": (
        "checks/connections/checked_connections",
        "checks/connections/run",
    ),
    "unit/checks/workloads/test_closed_to_the_mesh.py": ("checks/workloads/mesh",),
    "unit/checks/workloads/test_unreachable_service.py": ("checks/workloads/strangers",),
    "unit/checks/workloads/test_run.py": (
        "checks/workloads/checked_cluster",
        "checks/workloads/checked_workloads",
    ),
    "unit/checks/workloads/test_selectors.py": (
        "checks/workloads/vocabulary",
        "checks/workloads/workloads",
    ),
    "unit/checks/yaml/test_plugin_dependent.py": ("ecosystem/hidden_labels",),
    "unit/checks/yaml/test_run.py": (
        "checks/yaml/checked_policy",
        "checks/yaml/shapes",
        "checks/yaml/tree",
    ),
    "unit/language/resolve/test_programs.py": ("language/resolve/modules",),
    "unit/language/syntax/test_parser.py": (
        "language/syntax/builder",
        "language/syntax/lark_parser",
        "language/syntax/tokens",
        "language/syntax/tree",
    ),
    "unit/manifests/test_policy_makers.py": ("ecosystem/policy_makers",),
    "unit/language/syntax/test_printer.py": ("language/syntax/layout",),
    "unit/sets/test_ports.py": ("sets/port_model",),
    "unit/queries/suggestions/test_suggest.py": (
        "queries/suggestions/blockers",
        "queries/suggestions/model",
        "queries/suggestions/try_out",
        "queries/suggestions/write",
    ),
    "unit/language/syntax/mistakes/test_recovery.py": (
        "language/syntax/mistakes/brackets",
        "language/syntax/mistakes/describe",
        "language/syntax/mistakes/expectations",
    ),
    "unit/language/syntax/mistakes/test_table.py": (
        "language/syntax/mistakes/annotation_slips",
        "language/syntax/mistakes/apart",
        "language/syntax/mistakes/blocks",
        "language/syntax/mistakes/endings",
        "language/syntax/mistakes/foreign",
        "language/syntax/mistakes/joined",
        "language/syntax/mistakes/label_slips",
        "language/syntax/mistakes/model",
        "language/syntax/mistakes/namespaces",
        "language/syntax/mistakes/patterns",
        "language/syntax/mistakes/programming",
        "language/syntax/mistakes/spoken",
        "language/syntax/mistakes/statements",
        "language/syntax/mistakes/within_statements",
    ),
}
"""Files of tests, and the modules without a file of their own that they test."""


def modules():
    return [path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py") if path.name != "__init__.py"]


def own(module):
    """Where the tests of a module are, if there are any of its own."""
    name = f"test_{module.stem.rstrip('_')}.py"
    unit = ROOT / "tests" / "unit" / module.parent / name
    command = ROOT / "tests" / "cli" / name
    return unit if module.parts[0] != "cli" or unit.exists() else command


def test_each_module_has_tests_of_its_own_or_stands_in_the_table():
    without = {module.with_suffix("").as_posix() for module in modules() if not own(module).exists()}
    told = [name for names in TOGETHER.values() for name in names]
    assert sorted(told) == sorted(without)


def test_the_table_names_files_that_there_are():
    assert [name for name in TOGETHER if not (ROOT / "tests" / name).exists()] == []
