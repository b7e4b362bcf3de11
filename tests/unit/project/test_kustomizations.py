from pathlib import Path

from netpolc.project.kustomizations import MOST, Kustomization, Kustomizations, read_kustomization
from netpolc.source import Source
from tests.rows import each_row

SHOP = Path("/shop")


def kustomization(text, folder=SHOP):
    return read_kustomization(Source("kustomization.yaml", text), folder)


@each_row(
    "text, parts",
    [
        (
            "patches: [{path: a.yaml}, {path: b/c.json, target: {kind: Deployment}}, {patch: '- op: add'}]",
            ["a.yaml", "b/c.json"],
        ),
        ("patches: [old.yaml]", ["old.yaml"]),
        ("patchesStrategicMerge:\n- a.yaml\n- |-\n  kind: Deployment\n  metadata: {}\n", ["a.yaml"]),
        ("patchesJson6902: [{target: {}, path: a.json}]", ["a.json"]),
        ("replacements: [{path: a.yaml}, {source: {}}]\nconfigurations: [b.yaml]", ["a.yaml", "b.yaml"]),
        ("crds: [a.json]\nopenapi: {path: b.json}", ["a.json", "b.json"]),
        ("generators: [a.yaml]\ntransformers: [b.yaml]\nvalidators: [c.yaml]", ["a.yaml", "b.yaml", "c.yaml"]),
        ("helmCharts: [{name: x, valuesFile: a.yaml, additionalValuesFiles: [b.yaml]}]", ["a.yaml", "b.yaml"]),
        ("helmChartInflationGenerator: [{values: a.yaml}]", ["a.yaml"]),
        ("configMapGenerator: [{files: [a.yaml, key.yaml=b.yaml], envs: [c.env]}]", ["a.yaml", "b.yaml", "c.env"]),
        ("secretGenerator: [{env: a.env, literals: [x=y]}]", ["a.env"]),
        ("patches: [{path: ../common/a.yaml}]", ["../common/a.yaml"]),
        ("patches: [{path: https://example.com/a.yaml}, {path: ''}]", []),
        ("patches: {path: a.yaml}\nconfigurations: a.yaml\nopenapi: [a]\ncrds: [[a], {b: c}, ~]", []),
        ("- patches", []),
        ("patches: [{", []),
        ("", []),
    ],
)
def test_files_that_are_no_resources_are_parts(text, parts):
    found = kustomization(text)
    assert found.parts == {str(SHOP / path) if ".." not in path else "/common/a.yaml" for path in parts}
    assert found.resources == frozenset()


def test_a_file_that_anybody_has_for_a_resource_is_one():
    each = Kustomizations(
        [
            kustomization("patches: [{path: a.yaml}, {path: b.yaml}]\nresources: [c.yaml]"),
            kustomization("resources: [../shop/b.yaml]", Path("/other")),
        ]
    )
    assert [each.is_part(f"/shop/{name}.yaml") for name in "abcd"] == [True, False, False, False]


def test_a_chain_of_kustomizations_is_followed_so_far():
    chain = [
        Kustomization(f"/n{number}", frozenset((f"/n{number - 1}", f"/n{number}/a.yaml")), frozenset(), ("x", "", ""))
        for number in range(1, 1501)
    ]
    each = Kustomizations(chain)
    assert len(each.including("/n1/a.yaml")) == MOST
    assert (each.namespaces_of("/n1/a.yaml"), each.namespaces_of("/n1400/a.yaml")) == (frozenset(), {"x"})


def test_what_includes_a_file_is_found_through_others_and_in_circles():
    each = Kustomizations(
        [
            kustomization("resources: [a.yaml, ../top]", Path("/base")),
            kustomization("bases: [../base]\nnamespace: shop\nnamePrefix: x-", Path("/dev")),
            kustomization("components: [../dev]", Path("/top")),
        ]
    )
    assert each.including("/base/a.yaml") == {"/base", "/dev", "/top"}
    assert each.including("/base/b.yaml") == frozenset()
    assert each.each["/dev"].renames == ("shop", "x-", "")
    assert each.namespaces_of("/base/a.yaml") == {"shop"}
    assert each.namespaces_of("/base/b.yaml") == frozenset()
