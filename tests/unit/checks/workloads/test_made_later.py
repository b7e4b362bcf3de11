from netpolc.checks.workloads.made_later import MadeLater
from netpolc.checks.workloads.workloads import Workloads
from netpolc.engine.regions import EVERY_POD, PodSet, in_namespace
from netpolc.manifests.model import Binding, Manifests, PodMaker
from netpolc.sets.labels import LabelRequirement, selector_of
from tests.rows import each_row
from tests.unit.checks.workloads.worlds import PLACE, workload


def pods(where, **labels):
    selector = selector_of(LabelRequirement(key, "In", (value,)) for key, value in labels.items())
    return PodSet(in_namespace(where), selector)


def binding(role, where, *accounts, kind="RoleBinding"):
    return Binding(kind=kind, name="b", namespace=where, accounts=accounts, role=role, location=PLACE)


def maker(kind, name, where=None):
    return PodMaker(kind=kind, name=name, namespace=where, location=PLACE)


def shown(made_later, where):
    found = made_later.maker(pods(where, app="x"))
    return None if found is None else found.shown


def of(makers=(), bindings=(), known=()):
    there = [workload("storage/manager", service_account="manager")]
    return MadeLater(known, Manifests(makers=tuple(makers), bindings=tuple(bindings)), Workloads(there, {}))


CLUSTER, OWN = ("ClusterRole", "m"), ("Role", "m")
MANAGER = ("storage", "manager")


@each_row(
    "makers, bindings, wanted",
    [
        ([], [], (None, None)),
        ([maker("Prometheus", "main", "storage")], [], ("the operator of Prometheus `main`", None)),
        ([maker(*CLUSTER)], [], (None, None)),
        ([maker(*CLUSTER)], [binding(CLUSTER, None, MANAGER, kind="ClusterRoleBinding")], ("`storage/manager`", None)),
        ([maker(*CLUSTER)], [binding(CLUSTER, "data", MANAGER)], (None, "`storage/manager`")),
        ([maker(*OWN, "data")], [binding(OWN, "data", ("data", "pipeline"), MANAGER)], (None, "`storage/manager`")),
        ([maker(*OWN, "data")], [binding(OWN, "data", ("data", "pipeline"))], (None, None)),
        ([maker(*OWN, "data")], [binding(OWN, "storage", MANAGER)], (None, None)),
        ([maker(*OWN, "data")], [binding(CLUSTER, "data", MANAGER)], (None, None)),
    ],
)
def test_who_makes_pods_where(makers, bindings, wanted):
    made_later = of(makers, bindings)
    assert (shown(made_later, "storage"), shown(made_later, "data")) == wanted
    assert made_later.maker(EVERY_POD) is None


def test_known_pods_are_there_and_are_all_of_their_namespace():
    made_later = of(
        [maker("Prometheus", "main", "data"), maker("Kafka", "k", "storage")], known=["data/[app=x, tier=y]"]
    )
    assert made_later.holds(pods("data", app="x"))
    assert made_later.holds(pods("data", app="x", zone="z"))
    assert not made_later.holds(pods("data", app="z"))
    assert not made_later.holds(pods("data", zone="z"))
    assert not made_later.holds(pods("storage", app="x"))
    assert (shown(made_later, "data"), shown(made_later, "storage")) == (None, "the operator of Kafka `k`")
    assert of(known=["data/*"]).holds(pods("data", zone="z"))
