from netpolc.engine import varying
from netpolc.engine.regions import PodSet, in_namespace
from netpolc.engine.varying import OTHER, Division, may_have, must_have, number_in
from netpolc.manifests.model import VaryingLabel, Whole, Workload
from netpolc.sets.addresses import EVERY_ADDRESS
from netpolc.sets.labels import LabelRequirement, selector_of
from netpolc.source import Location, Source, Span
from tests.rows import each_row

NAME, INDEX, HASH = "statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index", "controller-revision-hash"
HERE = Location(Source("pods.yaml", "text"), Span(0, 1))


def workload(name="db", first=0, namespace="shop", **fields):
    given = (VaryingLabel(NAME, f"{name}-", first), VaryingLabel(INDEX, "", first), VaryingLabel(HASH))
    whole = {"kind": "StatefulSet", "labels": {"app": name}, "varying": given, "location": HERE, **fields}
    return Workload(name=name, namespace=namespace, **whole)


def asking(*requirements, namespace="shop"):
    return PodSet(in_namespace(namespace), selector_of([LabelRequirement(*each) for each in requirements]))


def parts(one, *regions):
    return {each.name: each.labels for each in Division([one], regions).parts(one)}


@each_row(
    "value, number",
    [("db-0", 0), ("db-12", 12), ("db-01", None), ("db-", None), ("db--1", None), ("db", None), ("web-0", None),
     ("xx-0", None), ("db-2147483647", 2147483647), ("db-2147483648", None),
     ("db-٣", None), ("db-99999999999", None), ("db-" + "9" * 5000, None)],
)  # fmt: skip
def test_numbers_are_written_as_a_controller_writes_them(value, number):
    assert number_in(VaryingLabel(NAME, "db-"), value) == number


def test_a_label_whose_value_nobody_knows_has_no_number():
    assert number_in(VaryingLabel(HASH), "0") is None


def test_no_pod_is_before_the_first():
    assert number_in(VaryingLabel(NAME, "db-", 3), "db-2") is None
    assert number_in(VaryingLabel(NAME, "db-", 3), "db-3") == 3


@each_row(
    "operator, values, may, must",
    [
        ("In", ("db-1",), True, False),
        ("In", ("web-1",), False, False),
        ("NotIn", ("db-1",), True, False),
        ("NotIn", ("web-1",), True, True),
        ("Exists", (), True, True),
        ("DoesNotExist", (), False, False),
    ],
)
def test_what_some_and_all_pods_meet(operator, values, may, must):
    label, asked = VaryingLabel(NAME, "db-"), LabelRequirement(NAME, operator, values)
    assert (may_have(label, asked), must_have(label, asked)) == (may, must)


def test_nothing_is_divided_without_a_rule_that_asks():
    for regions in ((), [asking(("app", "In", ("db",)))], [asking((NAME, "In", ("db-0",)), namespace="lab")]):
        assert parts(workload(), *regions) == {"db": {"app": "db"}}


def test_blocks_of_addresses_divide_nothing():
    assert parts(workload(), EVERY_ADDRESS, asking((NAME, "In", ("db-0",)))) == {
        "db-0": {"app": "db", NAME: "db-0", INDEX: "0"},
        "db (other pods)": {"app": "db", NAME: OTHER},
    }


def test_a_name_of_a_pod_may_be_any_where_nobody_knows_how_they_are_numbered():
    one = workload(varying=(VaryingLabel(NAME),))
    assert list(parts(one, asking((NAME, "In", ("x-0",))))) == ["db (other pods)", f"db ({NAME}=x-0)"]


def test_names_of_workloads_may_have_dashes():
    one = workload("my-db")
    assert list(parts(one, asking((NAME, "In", ("my-db-0",))))) == ["my-db (other pods)", "my-db-0"]


def test_others_are_left_as_they_are_and_so_is_what_is_known_twice():
    web = workload("web", varying=())
    assert list(Division([workload()], [asking((NAME, "In", ("db-0",)))]).parts(web)) == [web]
    twice = Division([workload(), workload()], [asking((NAME, "Exists"))])
    assert [(each.name, each.part_of) for each in twice.parts(workload())] == [("db", None)]


def test_what_no_pod_has_at_all_divides_nothing():
    assert list(parts(workload(), asking((INDEX, "In", ("x",)), (HASH, "In", ("a",))))) == ["db"]


def test_each_number_that_rules_ask_for_is_a_pod():
    found = parts(workload(), asking((NAME, "In", ("db-2", "web-1"))), asking((INDEX, "NotIn", ("0",))))
    assert found == {
        "db-0": {"app": "db", NAME: "db-0", INDEX: "0"},
        "db-2": {"app": "db", NAME: "db-2", INDEX: "2"},
        "db (other pods)": {"app": "db", NAME: OTHER, INDEX: OTHER},
    }


def test_a_label_that_only_has_to_be_there_divides_nothing():
    assert parts(workload(), asking((NAME, "Exists"))) == {"db": {"app": "db", NAME: OTHER}}


def test_labels_that_rules_ask_for_together_with_others_are_those_of_their_workloads():
    assert parts(workload(), asking((INDEX, "In", ("0",)), ("app", "In", ("web",)))) == {"db": {"app": "db"}}
    assert list(parts(workload(), asking((INDEX, "In", ("0",)), (NAME, "In", ("web-0",))))) == ["db"]


def test_values_that_nobody_knows_are_those_of_some_pods():
    found = parts(workload(), asking((HASH, "In", ("a", "b"))), asking((NAME, "In", ("db-0",))))
    assert list(found) == [
        "db (other pods)",
        f"db ({HASH}=a)",
        f"db ({HASH}=b)",
        "db-0 (other labels)",
        f"db-0 ({HASH}=a)",
        f"db-0 ({HASH}=b)",
    ]


def test_parts_are_of_their_workload_and_divided_once():
    division = Division([workload()], [asking((NAME, "In", ("db-0",)))])
    others, pod = division.parts(workload())
    assert (pod.kind, others.kind) == ("Pod", "StatefulSet")
    assert pod.part_of == others.part_of == Whole("StatefulSet", "db")
    assert list(division.parts(pod)) == [pod]


def test_a_workload_is_divided_as_it_is_elsewhere():
    other = workload(labels={"app": "data"})
    asked = asking((NAME, "In", ("db-0",)), ("app", "In", ("data",)))
    assert [each.name for each in Division([workload(), other], [asked]).parts(workload())] == [
        "db (other pods)",
        "db-0",
    ]


def test_a_workload_of_another_namespace_is_another_one():
    asked = asking((NAME, "In", ("db-0",)), ("app", "In", ("data",)))
    division = Division([workload(), workload(namespace="lab", labels={"app": "data"})], [asked])
    assert list(division.parts(workload())) == [workload()]


def test_parts_are_called_by_all_labels_that_rules_ask_for():
    one = workload(varying=(VaryingLabel(HASH), VaryingLabel("color")))
    found = parts(one, asking((HASH, "In", ("a",)), ("color", "In", ("red",))))
    assert list(found) == ["db (other pods)", "db (color=red)", f"db ({HASH}=a)", f"db ({HASH}=a, color=red)"]


def test_what_is_left_of_a_workload_is_called_as_it_is_elsewhere():
    first = asking((NAME, "In", ("db-0",)))
    division = Division([workload(), workload(first=1), workload(varying=())], [first])
    for one in (workload(first=1), workload(varying=())):
        assert [each.name for each in division.parts(one)] == ["db (other pods)"]


def test_pods_on_their_nodes_are_seen_by_no_rule():
    one = workload(host_network=True)
    assert list(Division([one], [asking((NAME, "In", ("db-0",)))]).parts(one)) == [one]


def test_there_is_an_end_to_the_parts_of_all_workloads(monkeypatch):
    monkeypatch.setattr(varying, "MOST_PARTS", 3)
    monkeypatch.setattr(varying, "_FEWEST_PARTS", 2)
    values = [asking((HASH, "In", tuple("abcdef")))]
    for count, most in ((1, 3), (60_000, 2)):
        found = list(Division([workload(f"w{number}") for number in range(count)], values).parts(workload("w0")))
        assert len(found) == most
        assert not any(each.part_of.complete for each in found)


def test_as_many_parts_as_there_may_be_are_all(monkeypatch):
    monkeypatch.setattr(varying, "MOST_PARTS", 3)
    monkeypatch.setattr(varying, "_FEWEST_PARTS", 2)
    for values, complete in (("ab", True), ("abc", False)):
        found = list(Division([workload()], [asking((HASH, "In", tuple(values)))]).parts(workload()))
        assert [each.part_of.complete for each in found] == [complete] * 3


def test_many_workloads_share_the_parts_that_there_may_be(monkeypatch):
    monkeypatch.setattr(varying, "_FEWEST_PARTS", 2)
    monkeypatch.setattr(varying, "_PARTS_ALTOGETHER", 7)
    values = [asking((HASH, "In", tuple("abcdef")))]
    for count, most in ((1, 7), (2, 3), (4, 2)):
        division = Division([workload(f"w{number}") for number in range(count)], values)
        assert len(list(division.parts(workload("w0")))) == most


def test_there_is_an_end_to_the_rules_that_are_looked_at(monkeypatch):
    monkeypatch.setattr(varying, "_FEWEST_SETS", 2)
    monkeypatch.setattr(varying, "_SETS_ALTOGETHER", 2)
    for count, complete in ((2, True), (3, False)):
        sets = [asking((HASH, "In", (str(number),))) for number in range(count)]
        assert {each.part_of.complete for each in Division([workload()], sets).parts(workload())} == {complete}
