import pytest

from tests.rows import each_row
from tests.unit.language.resolve.sources import helps, resolved, said

# A bare name that another section declares otherwise.


@pytest.mark.parametrize(
    ("declared", "conflict"),
    [
        ("pods pg = [role=pg]", True),
        ("pods pg = [app=pg, role=db]", True),
        ("pods pg = [app!=pg]", True),
        ("pods pg = [app in (pg, other)]", True),
        ("pods pg = [pg]", True),
        ("pods pg = elsewhere/[app=pg]", True),
        ("pods pg = *", True),
        ("group pg = {[app=pg], x}", True),
        ("net pg = 10.0.0.0/8", True),
        ("service pg = [role=pg]:1", True),
        ("service pg = {[app=pg]:1, x:2}", True),
        ("param pods pg", True),
        ("pods pg = [app=pg]", False),
        ("pods pg = [app==pg]", False),
        ("pods pg = [app in (pg)]", False),
        ("pods pg = data/[app=pg]", False),
        ("service pg = [app=pg]:5432", False),
        ("service pg = data/[app=pg]:5432", False),
        ("port pg = 5432", False),
        ("env prod { pods pg = [role=pg] }", False),
    ],
)
@pytest.mark.parametrize("is_source", [True, False])
@pytest.mark.parametrize("use", ["namespace shop\ndata/pg -> x:1", "namespace data\npg -> x:1"])
def test_a_name_that_another_file_declares_otherwise(declared, conflict, is_source, use):
    others = {"data.netpol": f"namespace data\n{declared}\n"}
    text = use if is_source else f'import "data.netpol"\n{use}'
    expected = [("NP211", "data/pg" if "data/pg" in use else "pg")] if conflict else []
    assert said(text, others, sources=others if is_source else ()) == [(code, "pg") for code, _ in expected]


def test_an_imported_file_of_an_imported_file_counts():
    others = {"a": 'import "b"\n', "b": "namespace data\npods pg = [role=pg]\n"}
    assert said('import "a"\ndata/pg -> x:1', others) == [("NP211", "pg")]


def test_the_key_of_names_decides_what_means_the_same():
    others = {"data.netpol": "namespace data\npods pg = [team=pg]\npods web = [app=web]\n"}
    text = "names by team\ndata/pg -> data/web:1"
    assert said(text, others, sources=others) == [("NP211", "web")]


@pytest.mark.parametrize("use", ["data/pg -> x:1", "x -> data/pg:1\nx -> data/pg:2\ny -> data/pg:3"])
def test_every_use_is_reported_with_the_way_out(use):
    others = {"data.netpol": "namespace data\npods pg = [role=pg]\n"}
    count = use.count("data/pg")
    assert helps(use, others, sources=others) == ['add `import "data.netpol" as data` and use `data.pg`'] * count
    assert helps(f'import "data.netpol" as d\n{use}', others) == ["use `d.pg`"] * count


def test_other_namespaces_and_the_unnamed_one_are_not_meant():
    others = {"data.netpol": "pods web = [role=web]\nnamespace data\npods pg = [role=pg]\n"}
    text = "namespace shop\npg -> x:1\nother/pg -> x:1\n*/pg -> web:1\n[a=b]/pg -> x:1"
    assert said(text, others, sources=others) == []
    assert said("pg -> x:1", others, sources=others) == []
    assert said("pg -> x:1", others, sources=others, namespace="data") == [("NP211", "pg")]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("group g = {pg, x}\nnamespace data\npods pg = [role=pg]\ng -> x:1", "pg"),
        ("group g = {pg, x}\nnamespace data\npods pg = [role=pg]\nnamespace shop\ndata/g -> x:1", "pg"),
    ],
)
def test_a_name_outside_of_a_section_does_not_pass_for_the_one_inside(text, place):
    """A baseline that closes `app=pg`, where the section declares pg as other pods, would leave those open."""
    assert said(text) == [("NP211", place)]
    assert helps(text) == ["use `data/pg`, or `[app=pg]` if the label is meant"]
    assert said(text.replace("[role=pg]", "[app=pg]")) == []


# Close names.


@pytest.mark.parametrize(
    ("name", "near"),
    [("databse", "database"), ("Database", "database"), ("databases", "database"), ("dat", None), ("metrics9", None)],
)
def test_close_names(name, near):
    text = f"pods database = [a=b]\nport metrics = 9\n{name} -> x:1\n"
    assert said(text) == ([("NP204", name)] if near else [])


def test_close_names_are_those_that_could_stand_there():
    text = "port databases = 5\nnamespace a\npods database = [a=b]\nnamespace b\n{} -> x:1\n"
    assert said(text.format("databse")) == []
    assert said(text.format("a/databse")) == [("NP204", "databse")]


def test_every_use_of_a_close_name_is_reported():
    text = "pods database = [a=b]\ndatabse -> x:1\ny -> {databse:1, x:1}"
    assert [d.location.line for d in resolved(text).diagnostics] == [2, 3]


def test_what_is_declared_by_a_close_name_is_none():
    assert said("pods workers = worker\nworkers -> x:1") == []
    assert said("pods workers = [a=b]\npods others = worker\nothers -> x:1") == [("NP204", "worker")]


@pytest.mark.parametrize("section", ["", "namespace shop\n"])
@pytest.mark.parametrize("declared", ["net x = 10.0.0.0/8", "pods x = [a=b]", "group x = {a, b}"])
def test_a_name_of_other_environments_is_told_where_it_means_pods(section, declared):
    text = f"{section}env prod {{ {declared} }}\nenv staging {{ }}\n{section}a -> x:1"
    assert said(text, env="staging") == [("NP204", "x")]
    assert said(text, env="prd") == [("NP213", "")]
    assert said(text) == [("NP204", "x")]
    assert said(text, env="prod") == []


# Strict names.


@each_row(
    "use, expected",
    [
        ("web -> db:1", []),
        ("a/inner -> db:1", []),
        ("inner -> db:1", ["inner"]),
        ("[app=x] -> db:1", []),
        ("data/x -> db:1", ["x"]),
        ("*/web -> db:1", []),
        ("*/x -> db:1", ["x"]),
        ("{x, y, x} -> db:1\nx -> db:2", ["x", "y"]),
        ("any -> db:1", []),
        ("p.relative -> db:1", []),
    ],
)
def test_strict_names(use, expected):
    text = f"""\
import "p"
strict names
pods web = [app=web]
pods db = [app=db]
namespace a
pods inner = [a=b]
namespace shop
{use}
"""
    others = {"p": "pods relative = undeclared\n"}
    assert said(text, others) == [("NP203", name) for name in expected]


def test_strict_names_report_every_use():
    assert len(resolved("strict names\nx -> x:1\nx -> x:2").diagnostics) == 4


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("databse", "use `database`"),
        ("databaes", "use `database`"),
        ("metrixs", "declare it: `pods metrixs = [team=metrixs]`"),
        ("inners", "declare it: `pods inners = [team=inners]`"),
        ("a/other", "declare it in the section of `a`: `pods other = [team=other]`"),
        ("c/other", "declare it: `pods other = [team=other]`"),
        ("api-server", "declare its addresses: `net api-server = 203.0.113.10/32`"),
    ],
)
def test_advice_for_unknown_names(name, advice):
    text = "strict names\nnames by team\npods database = [a=b]\nport metrics = 1\n"
    sections = f"namespace a\npods inner = [a=b]\nnamespace b\n{name} -> database:1"
    assert helps(text + sections) == [advice]


def test_the_way_out_of_unknown_imports_and_names_in_them():
    others = {"platform": "pods database = [a=b]\nport metrics = 1\n"}
    text = 'import "platform"\n'
    assert helps(f"{text}platfrom.database -> x:1", others) == ["use `platform`"]
    assert helps(f"{text}zz.database -> x:1", others) == ["use `platform`"]
    (advice,) = helps(f"{text}zz.zz -> x:1", others)
    assert advice.endswith('; a name of another file takes an import: `import "…" as zz`')
    assert helps(f"{text}platform.databse -> x:1", others) == ["use `platform.database`"]
    assert helps(f"{text}platform.metrix -> x:1", others) == ["declare it in `platform`"]
    assert helps(f"{text}x -> y:platform.metrcis", others) == ["use `platform.metrics`"]


# Parameters.


def test_parameters_under_environments():
    text = "param net vpn\nenv prod, live { net vpn = 10.0.0.0/8 }\nenv dev { a -> b:1 }\nvpn -> x:1"
    assert said(text, env="prod") == said(text, env="live") == []
    assert said(text, env="dev") == said(text) == [("NP212", "vpn")]


def test_an_unbound_parameter_that_nobody_uses_is_fine():
    assert said("param net vpn\na -> b:1") == []


def test_a_parameter_of_an_imported_file_is_bound_there():
    others = {"p": "param net vpn\nenv prod { net vpn = 10.0.0.0/8 }\n"}
    assert said('import "p"\np.vpn -> x:1', others, env="prod") == []
    assert said('import "p"\np.vpn -> x:1', others) == [("NP212", "p.vpn")]
    assert said('import "p"\nenv prod { net vpn = 10.0.0.0/8 }\np.vpn -> x:1', others, env="prod") == []


def test_a_parameter_of_a_section_is_bound_in_the_section():
    text = "namespace shop {\nparam net vpn\nvpn -> x:1\n}\nenv prod { net vpn = 10.0.0.0/8 }"
    assert said(text, env="prod") == [("NP212", "vpn")]
    assert helps(text, env="prod") == ["bind it in the section of `shop`: `env prod { net vpn = 203.0.113.0/24 }`"]
    bound = text.replace("param net vpn", "param net vpn\nenv prod { net vpn = 10.0.0.0/8 }")
    assert said(bound, env="prod") == []


@pytest.mark.parametrize(
    ("kind", "env", "advice"),
    [
        ("net", None, "bind it: `env NAME { net v = 203.0.113.0/24 }`"),
        ("pods", "prod", "bind it: `env prod { pods v = [app=…] }`"),
        ("port", None, "bind it: `env NAME { port v = 443 }`"),
    ],
)
def test_the_way_out_of_an_unbound_parameter(kind, env, advice):
    use = "a -> b:v" if kind == "port" else "v -> b:1"
    assert helps(f"param {kind} v\nenv prod {{ }}\n{use}", env=env) == [advice]


def test_an_unknown_environment_is_one_error_and_not_one_more_for_each_parameter():
    text = "param net vpn\nenv prod { net vpn = 10.0.0.0/8 }\nvpn -> x:1"
    assert said(text, env="prd") == [("NP213", "")]
    assert helps(text, env="prd") == ["use `prod`"]
    assert helps(text, env="zzz") == ["the files know `prod`"]
    assert said("a -> b:1", env="anything") == []


def test_what_the_library_has_is_listed_as_nobody_can_declare_more_in_it():
    others = {"std": "service dns = [a=b]:53\nnet private = 10.0.0.0/8\n"}
    text = 'import "std"\n'
    advice = "each cluster has its own, so declare its addresses: `net kube-apiserver = 203.0.113.10/32`"
    assert helps(f"{text}x -> std.kube-apiserver:443", others) == [advice]
    assert helps(f"{text}a -> std.dsn:1", others) == ["use `std.dns`"]
    assert helps(f"{text}a -> std.zz:1", others) == ["it has `dns`, `private`"]
    assert helps(f"{text}a -> b:std.zz", others) == ["it declares no ports"]
