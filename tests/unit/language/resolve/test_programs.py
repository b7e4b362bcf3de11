import datetime
import itertools
import random

import pytest

from netpolc.language.resolve.modules import LoadedFile
from netpolc.language.resolve.outline import outline
from netpolc.language.resolve.programs import resolve
from netpolc.language.syntax.parser import parse
from netpolc.source import Source
from tests.rows import each_row
from tests.unit.language.resolve.sources import MAIN, load, ports, program, resolved, said, shown


def owned(text, others=None, **circumstances):
    return {each.name: each.labels for each in program(text, others, **circumstances).namespaces}


def baselines(text, others=None, **circumstances):
    """Namespace, directions, selector, and whether it is assumed; the one that is taken for granted has no origin."""
    return [
        (
            each.namespace,
            "+".join(each.directions),
            None if each.on is None else shown(each.on),
            each.assumed,
            each.origin is not None,
        )
        for each in program(text, others, **circumstances).baselines
    ]


def flows(text, others=None, **circumstances):
    return [
        (
            " ".join(map(shown, flow.sources)),
            " ".join(f"{shown(d.peer)}:{ports(d)}" for d in flow.destinations),
            "+".join(flow.directions),
        )
        for flow in program(text, others, **circumstances).flows
    ]


# Ownership.

NAME = "kubernetes.io/metadata.name"


@each_row(
    "text, namespaces",
    [
        ("", []),
        ("a -> b:1", [None]),
        ("data/a -> data/b:1", []),
        ("*/a -> any:1", []),
        ("10.0.0.0/8 -> data/b:1", []),
        ("data/a -> b:1", [None]),
        ("a -> data/b:1", [None]),
        ("{data/a, b} -> data/b:1", [None]),
        ("group g = a\ng -> data/b:1", [None]),
        ("group g = data/a\ng -> data/b:1", []),
        ("namespace shop", ["shop"]),
        ("namespace shop\na -> b:1\nnamespace data { }", ["shop", "data"]),
        ("namespace shop { }\na -> b:1", ["shop", None]),
        ("baseline deny all", [None]),
        ("baseline deny all\nnamespace shop", ["shop"]),
        ("baseline deny all\nnamespace shop { }\na -> b:1", ["shop", None]),
        ("baseline deny all\nenv prod { namespace shop { } }", []),
        ("env prod { namespace shop { a -> b:1 } }\nnamespace data", ["data"]),
        ("env prod { a -> b:1 }", []),
        ("pods x = [a=b]\nassert deny a -> b:1", []),
        ("[a, !a] -> b:1", [None]),
        ("[a, !a] -> data/b:1", []),
    ],
)
def test_the_namespaces_that_a_program_owns(text, namespaces):
    assert list(owned(text)) == namespaces


def test_environments_open_namespaces():
    text = "env prod { namespace shop [team=a] { a -> b:1 } }\nenv dev { namespace lab { a -> b:1 } }"
    assert list(owned(text, env="prod")) == ["shop"]
    assert list(owned(text, env="dev")) == ["lab"]
    assert list(owned(text)) == []


def test_a_file_wide_baseline_is_for_no_other_namespace_where_its_own_are_left_out():
    """It would close whatever namespace kubectl happens to be in."""
    text = "baseline deny all\nenv prod { namespace shop { a -> b:1 } }"
    assert baselines(text) == []
    assert baselines(text, env="prod") == [("shop", "egress+ingress", None, False, True)]


def test_a_namespace_that_is_given_names_the_unnamed_one():
    assert list(owned("a -> b:1", namespace="shop")) == ["shop"]
    assert list(owned("namespace shop { a -> b:1 }\na -> b:1", namespace="shop")) == ["shop"]
    assert list(owned("namespace data { a -> shop/b:1 }", namespace="shop")) == ["data"]


def test_files_that_are_only_imported_own_nothing():
    others = {"p": "namespace data\na -> b:1\n", "q": "namespace ops\na -> b:1\n"}
    assert list(owned('import "p"\nnamespace shop', others, sources=["q"])) == ["shop", "ops"]


# Labels that namespaces state.


def test_stated_labels():
    text = "namespace shop [team=a, env==b]\nnamespace data\nnamespace shop [tier=c, team=a] { }"
    assert owned(text) == {"shop": {NAME: "shop", "team": "a", "env": "b", "tier": "c"}, "data": {NAME: "data"}}
    assert owned(f"namespace shop [{NAME}=shop]") == {"shop": {NAME: "shop"}}
    assert owned("namespace shop { }\nenv prod { namespace shop [a=b] { } }") == {"shop": {NAME: "shop"}}
    assert owned("namespace shop { }\nenv prod { namespace shop [a=b] { } }", env="prod") == {
        "shop": {NAME: "shop", "a": "b"}
    }


@each_row(
    "text, expected",
    [
        ("namespace shop [team=a]\nnamespace shop [team=b]", ("NP201", "[team=b]")),
        ("namespace shop [team=a, team=b]", ("NP201", "[team=a, team=b]")),
        (f"namespace shop [{NAME}=data]", ("NP201", f"[{NAME}=data]")),
        ("namespace shop [team]", ("NP406", "team")),
        ("namespace shop [!team]\nnamespace shop [team=a]", ("NP201", "[team=a]")),
        ("namespace {data, shop} [team=a]\nnamespace shop [!team]", ("NP201", "[!team]")),
        (f"namespace shop [!{NAME}]", ("NP201", f"[!{NAME}]")),
        ("namespace {shop, Data}", ("NP402", "Data")),
        ("namespace {shop, data} [team]", ("NP406", "team")),
        ("namespace shop [team in (a)]", ("NP406", "team in (a)")),
        ("namespace shop [team!=a]", ("NP406", "team!=a")),
        ("namespace shop [-x=a]", ("NP403", "-x=a")),
        ("namespace shop [x=-a]", ("NP404", "x=-a")),
        ("namespace Shop", ("NP402", "Shop")),
        ("namespace shop_1", ("NP402", "shop_1")),
        (f"namespace {'n' * 64}", ("NP402", "n" * 64)),
    ],
)
def test_namespaces_that_cannot_be(text, expected):
    assert said(text) == [expected]
    assert said("namespace other\na -> b:1", {"p": text}, sources=["p"]) == [expected]
    assert said("namespace other\na -> b:1", {"p": text}) == []


def test_labels_are_judged_over_all_files():
    others = {"p": "namespace shop [team=b]\n"}
    found = resolved("namespace shop [team=a]", others, sources=["p"]).diagnostics
    assert [(d.code, d.location.source.name, d.labels[0].location.source.name) for d in found] == [("NP201", "p", MAIN)]


# Baselines.

DEFAULT = ("shop", "ingress", None, False, False)


@each_row(
    "text, expected",
    [
        ("namespace shop", [DEFAULT]),
        ("namespace shop\nbaseline deny egress", [("shop", "egress", None, False, True)]),
        ("namespace shop\nbaseline assume deny all", [("shop", "egress+ingress", None, True, True)]),
        (
            "namespace shop\nbaseline deny ingress\nbaseline assume deny egress",
            [("shop", "ingress", None, False, True), ("shop", "egress", None, True, True)],
        ),
        ("namespace shop\nbaseline deny all on db", [("shop", "egress+ingress", "shop/app=db", False, True)]),
        (
            "namespace shop\nbaseline deny ingress on {db, [a=b], *}",
            [("shop", "ingress", f"shop/{s}", False, True) for s in ("app=db", "a=b", "")],
        ),
        ("namespace shop\nenv prod { baseline deny egress }", [DEFAULT]),
        ("baseline deny egress\nnamespace shop\nnamespace shop", [("shop", "egress", None, False, True)]),
        (
            "baseline deny egress\nnamespace shop\nbaseline deny ingress\nnamespace data",
            [
                ("shop", "ingress", None, False, True),
                ("shop", "egress", None, False, True),
                ("data", "egress", None, False, True),
            ],
        ),
        (
            "pods db = [a=b]\nbaseline deny egress on db\nnamespace shop\nnamespace data",
            [("shop", "egress", "shop/a=b", False, True), ("data", "egress", "data/a=b", False, True)],
        ),
        (
            "baseline deny egress\nnamespace shop { }\na -> b:1",
            [("shop", "egress", None, False, True), (None, "egress", None, False, True)],
        ),
        (
            "service s = {db:1, x:2}\nnamespace shop\nbaseline deny egress on s",
            [("shop", "egress", "shop/app=db", False, True), ("shop", "egress", "shop/app=x", False, True)],
        ),
        ("namespace shop\nbaseline deny egress on shop/db", [("shop", "egress", "shop/app=db", False, True)]),
    ],
)
def test_baselines(text, expected):
    assert baselines(text) == expected


def test_an_environment_may_add_a_baseline():
    text = "namespace shop\nenv prod { baseline deny egress }"
    assert baselines(text, env="prod") == [("shop", "egress", None, False, True)]
    assert baselines(text, env=None) == [DEFAULT]


def test_file_wide_baselines_of_several_files_hold_for_the_namespaces_of_each():
    others = {
        "p": "baseline deny egress\nnamespace shop\nnamespace data\n",
        "q": "baseline assume deny ingress\nnamespace shop\n",
    }
    found = baselines("namespace ops\nnamespace shop", others, sources=["p", "q"])
    assert sorted(found, key=str) == sorted(
        [
            ("ops", "ingress", None, False, False),
            ("shop", "egress", None, False, True),
            ("data", "egress", None, False, True),
            ("shop", "ingress", None, True, True),
        ],
        key=str,
    )


def test_a_baseline_closes_a_namespace_once_however_it_is_named():
    text = "baseline deny egress\nnamespace shop { }\na -> b:1"
    assert baselines(text, namespace="shop") == [("shop", "egress", None, False, True)]


def test_baselines_of_imported_files_count_for_nothing():
    others = {"p": "baseline deny all\nnamespace shop\nbaseline deny all\n"}
    assert baselines('import "p"\nnamespace shop', others) == [DEFAULT]


def test_a_file_wide_baseline_knows_the_names_of_each_section():
    text = "baseline deny all on db\nnamespace shop\npods db = [role=db]\nnamespace data"
    assert baselines(text) == [
        ("shop", "egress+ingress", "shop/role=db", False, True),
        ("data", "egress+ingress", "data/app=db", False, True),
    ]


@pytest.mark.parametrize("text", ["namespace shop\nbaseline deny all on {}", "baseline deny all on {}\nnamespace shop"])
def test_a_baseline_that_closes_nothing_opens_no_namespace(text):
    assert said(text.format("[a, !a]")) == [("NP217", "[a, !a]"), ("NP503", "[a, !a]")]
    assert said(text.format("{[a, !a], db}")) == [("NP503", "[a, !a]")]


@each_row(
    "on, place",
    [
        ("any", "any"),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("data/pg", "data/pg"),
        ("*/db", "*/db"),
        ("[team=a]/*", "[team=a]/*"),
        ("{db, data/x}", "data/x"),
        ("g", "g"),
        ("p.db", "p.db"),
    ],
)
def test_a_baseline_closes_pods_of_its_own_namespace(on, place):
    text = f'import "p"\ngroup g = {{db, any}}\nnamespace shop\nbaseline deny all on {on}'
    assert said(text, {"p": "namespace data\npods db = [a=b]\n"}) == [("NP217", place)]
    wide = f'import "p"\ngroup g = {{db, any}}\nbaseline deny all on {on}\nnamespace shop\nnamespace ops'
    assert said(wide, {"p": "namespace data\npods db = [a=b]\n"}) == [("NP217", place)]


def test_pods_of_another_file_may_be_closed_where_they_are_relative():
    text = 'import "p"\nnamespace shop\nbaseline deny all on p.db'
    assert baselines(text, {"p": "pods db = [a=b]\n"}) == [("shop", "egress+ingress", "shop/a=b", False, True)]


# Flows.

TCP80 = "TCP80-80"


@each_row(
    "text, expected",
    [
        ("a -> b:80", [("/app=a", f"/app=b:{TCP80}", "egress+ingress")]),
        ("a -> b:80 ingress", [("/app=a", f"/app=b:{TCP80}", "ingress")]),
        ("a -> b:80 egress", [("/app=a", f"/app=b:{TCP80}", "egress")]),
        (
            "a <-> b:80",
            [
                ("/app=a", f"/app=b:{TCP80}", "egress+ingress"),
                ("/app=b", f"/app=a:{TCP80}", "egress+ingress"),
            ],
        ),
        ("a <-> b:80 ingress", [("/app=a", f"/app=b:{TCP80}", "ingress"), ("/app=b", f"/app=a:{TCP80}", "ingress")]),
        (
            "{a, b} <-> {c:80, s}",
            [
                ("/app=a /app=b", f"/app=c:{TCP80} data/app=pg:UDP53-53", "egress+ingress"),
                ("/app=c", f"/app=a:{TCP80} /app=b:{TCP80}", "egress+ingress"),
                ("data/app=pg", "/app=a:UDP53-53 /app=b:UDP53-53", "egress+ingress"),
            ],
        ),
        ("any <-> any:80", [("any", f"any:{TCP80}", "egress+ingress")] * 2),
        (
            "a <-> 10.0.0.0/8:80",
            [("/app=a", f"10.0.0.0/8:{TCP80}", "egress+ingress"), ("10.0.0.0/8", f"/app=a:{TCP80}", "egress+ingress")],
        ),
        ("a <-> a:80", [("/app=a", f"/app=a:{TCP80}", "egress+ingress")] * 2),
    ],
)
def test_flows(text, expected):
    assert flows(f"service s = data/pg:53/udp\n{text}") == expected


def test_flows_count_under_their_environments():
    text = "a -> b:1\nenv prod { a -> c:1 }\nenv dev, prod { a -> d:1 }"
    assert [len(flows(text, env=env)) for env in (None, "dev", "prod")] == [1, 2, 3]


def test_nothing_is_left_of_a_flow_without_an_end():
    """No source is not any source."""
    for text in ("[a, !a] -> b:1", "b -> [a, !a]:1", "b <-> [a, !a]:1", "{[a, !a], [b, !b]} <-> {[c, !c]:1}"):
        assert flows(text) == []


# Annotations and texts.


def test_origins_know_place_text_and_annotations():
    text = """\
@owner("payments")
@reason("a # b")
@ticket("T-1")
@expires(2030-02-28)
{
  a, # why
  "x # y.example"
  b
} -> c:80 ingress # because
"""
    found = resolved(text).program.flows[0].origin
    assert found.text == '{ a, "x # y.example", b } -> c:80 ingress'
    assert found.location.line == 5
    notes = found.annotations
    assert (notes.owner, notes.reason, notes.ticket) == ("payments", "a # b", "T-1")
    assert notes.expires == datetime.date(2030, 2, 28)


def test_annotated_declarations_of_sources_are_remembered():
    text = '@expires(2030-01-01)\nnet n = 10.0.0.0/8\npods x = [a=b]\nenv prod {\n@owner("a")\npods y = x\n}\na -> b:1'
    others = {"p": '@owner("b")\npods z = [a=b]\n'}
    assert [o.text for o in program(text, others).declarations] == ["net n = 10.0.0.0/8"]
    assert len(program(text, others, sources=["p"], env="prod").declarations) == 3


def test_a_date_that_cannot_be_is_the_parsers_to_report():
    source = Source("f", "@expires(2030-02-30)\na -> b:1")
    file = LoadedFile("f", outline(source, parse(source).tree), {}, is_source=True)
    assert resolve([file], None, None).program.flows[0].origin.annotations.expires is None


# Parts.


def test_the_flows_of_a_part_are_those_of_the_whole_by_their_numbers_among_statements():
    text = (
        "namespace shop\na -> b:1\nbaseline deny all\nb -> c:2\nassert deny a -> c:1\na <-> d:3\nenv prod { a -> e:1 }"
    )
    files = load(text, {"p": "x -> y:1\nz -> y:1\n"}, ["p"])
    whole = resolve(files, None, None).program
    for chosen in ({}, {files[0].key: {0}}, {files[0].key: (2, 4)}, {files[0].key: {0, 2, 4, 5, 9}, "p": {1}}):
        found = resolve(files, None, None, flows=chosen).program
        texts = [flow.origin.text for flow in found.flows]
        numbers = {"a -> b:1": 0, "b -> c:2": 2, "a <-> d:3": 4}
        expected = [text for text, number in numbers.items() if number in chosen.get(files[0].key, ())]
        assert list(dict.fromkeys(texts)) == expected + ["z -> y:1"] * ("p" in chosen)
        assert [flow for flow in whole.flows if flow.origin.text in texts] == list(found.flows)
        assert (found.baselines[:1], found.assertions) == (whole.baselines[:1], whole.assertions)


# Assertions.


def test_assertions_of_all_files_are_resolved():
    others = {"p": "namespace data\nassert only x -> {y:1, z:2}\nenv prod { assert deny x -> y:1 }\n"}
    found = program('import "p"\nassert allow a -> b:1', others).assertions
    assert [(a.quantifier, len(a.sources), len(a.destinations)) for a in found] == [("allow", 1, 1), ("only", 1, 2)]
    assert shown(found[1].sources[0]) == "data/app=x"
    assert said("assert deny gone.x -> b") == [("NP210", "gone.x"), ("NP301", "b")]


def test_an_assertion_opens_and_owns_nothing():
    assert owned("assert allow a -> b:1") == {}
    assert flows("assert allow a -> b:1") == []


# Laws.

STATEMENTS = """\
pods db = [app=db]
group g = {db, web, data/x}
namespace shop { g -> db:1 }
namespace data { baseline deny egress }
namespace shop { baseline deny all on db }
env prod { namespace shop { a -> b:2 } }
baseline deny ingress
namespace shop [team=a] { }
a -> g:3
"""


def test_order_changes_nothing():
    lines = STATEMENTS.splitlines()
    random_ = random.Random(1)
    expected = facts(lines)
    for _ in range(20):
        assert facts(random_.sample(lines, len(lines))) == expected


def facts(lines):
    text = "\n".join(lines)
    labels = {name: tuple(sorted(known.items())) for name, known in owned(text, env="prod").items()}
    return (
        sorted(labels.items(), key=str),
        sorted(set(baselines(text, env="prod")), key=str),
        sorted(flows(text, env="prod")),
    )


def test_one_file_or_many_are_the_same_program():
    sections = [
        "namespace a\nx -> y:1\n",
        "namespace b\nbaseline deny all\nx -> a/y:1\n",
        "namespace a\nbaseline deny egress\n",
    ]
    whole = "".join(sections)
    for order in itertools.permutations(sections):
        others = {"p": order[1], "q": order[2]}
        assert sorted(flows(order[0], others, sources=others)) == sorted(flows(whole))
        assert set(baselines(order[0], others, sources=others)) == set(baselines(whole))
        assert owned(order[0], others, sources=others) == owned(whole)
