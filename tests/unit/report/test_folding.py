"""Few words for many peers, which say nothing that is not true and leave nobody out."""

import random
import re

import pytest

from netpolc.engine.bits import bits_of, numbers
from netpolc.engine.from_policies import addresses_of
from netpolc.engine.peers import Peer, peer_of
from netpolc.engine.regions import EVERY_POD, IDENTITY, Namespaces, PodSet, in_namespace, is_within
from netpolc.engine.standing import MANY
from netpolc.engine.verdicts import Address, Pod
from netpolc.manifests.model import Workload
from netpolc.report import folding
from netpolc.report.folding import Folding
from netpolc.sets.addresses import NO_ADDRESS, atoms, union
from netpolc.sets.labels import EVERYTHING, LabelRequirement, LabelSelector, selector_of
from netpolc.source import Location, Source, Span
from tests.rows import each_row

HERE = Location(Source("", ""), Span(0, 0))


def workload(name, namespace="shop", **labels):
    known = {"kind": "Deployment", "name": name, "namespace": namespace, "labels": labels, "location": HERE}
    found = Workload(**known)
    return Peer(
        id=name if namespace is None else f"{namespace}/{name}",
        end=Pod(namespace=namespace, labels=labels),
        workload=found,
    )


def pods(namespace="shop", *requirements, **labels):
    asked = [LabelRequirement(key, "In", (value,)) for key, value in labels.items()]
    where = in_namespace(namespace) if isinstance(namespace, str) else namespace
    return peer_of(PodSet(where, selector_of([*requirements, *asked])), Namespaces({}))


def net(*cidrs, without=()):
    held = union([addresses_of(cidr, ()) for cidr in cidrs]) - union([addresses_of(each, ()) for each in without])
    return Peer(id=", ".join(cidrs), end=Address(held))


def elsewhere(*names):
    return LabelSelector((LabelRequirement(IDENTITY, "NotIn", tuple(sorted(names))),))


def named(peers, *chosen, nets=None, most=20):
    """The words for some peers among others, all of them where none is chosen."""
    members = bits_of(peers.index(each) for each in chosen or peers)
    return Folding(peers, nets or {}, most).text(members)


WEB, API, DB = (workload(name, app=name) for name in ("web", "api", "db"))
EVERY, FAR = peer_of(EVERY_POD, Namespaces({})), pods(elsewhere("shop"))
SHOP, LAB = pods("shop"), pods("lab")
V4, V6 = net("0.0.0.0/0"), net("::/0")


@each_row(
    "peers, chosen, expected",
    [
        ([WEB, DB], [DB, WEB], "shop/web, shop/db"),
        ([SHOP, WEB, V4, V6], [], "shop/*, outside"),
        ([SHOP, WEB, V4, V6], [WEB, V4], "shop/web, 0.0.0.0/0"),
        ([EVERY, SHOP, WEB], [], "*/*"),
        ([FAR, WEB], [], "shop/web, [kubernetes.io/metadata.name!=shop]/*"),
        ([FAR, LAB, WEB], [FAR, WEB], "shop/web, [kubernetes.io/metadata.name!=shop]/*"),
        ([pods(elsewhere("x", "shop")), WEB], [], "shop/web, [kubernetes.io/metadata.name notin (shop, x)]/*"),
        ([pods(app="web"), WEB], [], "shop/web"),
        ([pods(app="web"), WEB], [pods(app="web")], "shop/[app=web]"),
        ([pods(app="web"), WEB, DB], [pods(app="web"), DB], "shop/db, shop/[app=web]"),
        ([pods(app="web"), pods(app="web", tier="x")], [], "shop/[app=web]"),
        ([pods(app="web"), pods(app="cache"), WEB], [], "shop/web, shop/[app=cache]"),
        ([net("10.0.0.0/8", "12.0.0.0/8")], [], "10.0.0.0/8, 12.0.0.0/8"),
        ([net("0.0.0.0/0", without=["10.0.0.0/8"]), net("10.0.0.0/8"), V6], [], "outside"),
        ([net("0.0.0.0/0", without=["10.0.0.0/8"]), net("10.0.0.0/8")], [], "0.0.0.0/0"),
        ([net("::/0", without=["fd00::/8"])], [], "::/0 except fd00::/8"),
    ],
)
def test_what_stands_for_others_is_named_alone(peers, chosen, expected):
    assert named(peers, *chosen) == expected


def test_addresses_have_the_names_that_are_given_to_them():
    office, partner = net("203.0.113.0/24"), net("198.51.100.0/24")
    nets = {"office": office.end.addresses, "partner": partner.end.addresses, "nobody": NO_ADDRESS}
    peers = [office, partner, net("10.0.0.0/8"), V6]
    assert named(peers, office, nets=nets) == "office"
    assert named(peers, nets=nets) == "office, partner, 10.0.0.0/8, ::/0"
    assert named(peers, *peers[2:], nets=nets) == "10.0.0.0/8, ::/0"
    half = [net("203.0.113.0/25"), V4]
    assert named(half, half[0], nets=nets) == "203.0.113.0/25"


@pytest.mark.parametrize("count", [MANY - 1, MANY, MANY + 1])
def test_all_workloads_are_counted_where_there_are_many(count):
    here = [workload(f"w{number}") for number in range(count)]
    names = ", ".join(each.id for each in here)
    alone = f"all {count} workloads of shop" if count >= MANY else names
    assert named([*here, workload("x", "lab")], *here) == alone
    assert named([*here, DB], *here) == names
    both = f"all {count + 1} workloads" if count + 1 >= MANY else f"{names}, lab/x"
    assert named([*here, workload("x", "lab")]) == both


def test_the_first_of_very_many_are_listed():
    several = [workload(f"w{number:02}") for number in range(12)]
    peers = [*several, DB]
    assert named(peers, *several, most=3) == "shop/w00, shop/w01, shop/w02 and 9 more"
    assert named(peers, *several[:4], most=3) == "shop/w00, shop/w01, shop/w02, shop/w03"


def test_workloads_of_one_namespace_are_not_said_to_be_all():
    here = [workload(f"w{number}", None) for number in range(MANY)]
    assert named([*here, WEB], *here) == f"all {MANY} workloads without a namespace"
    assert (
        named([*here, DB, WEB, workload("x", "lab")], *here, DB) == f"all {MANY} workloads without a namespace, shop/db"
    )
    assert named(here) == f"all {MANY} workloads"


MANY_APPS = tuple(f"service-{number:02}" for number in range(20))
RECOMMENDED = {f"app.kubernetes.io/{key}": key for key in ("component", "instance", "name", "part-of")}


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (pods("shop", LabelRequirement("app", "In", MANY_APPS)), "shop/[app in (service-00 and 19 more)]"),
        (pods("shop", LabelRequirement("app", "NotIn", MANY_APPS)), "unselected pods of shop"),
        (pods("", LabelRequirement("app", "NotIn", MANY_APPS)), "unselected pods"),
        (pods("", LabelRequirement("app.kubernetes.io/name", "NotIn", MANY_APPS)), "unselected pods"),
        (pods("", LabelRequirement("app.kubernetes.io/name", "NotIn", ("x",))), "[app.kubernetes.io/name!=x]"),
        (
            pods("", LabelRequirement("app", "NotIn", MANY_APPS), tier="dns"),
            "[tier=dns, app notin (service-00 and 19 more)]",
        ),
        (pods("shop", **RECOMMENDED), "shop/[app.kubernetes.io/component=component and 3 more labels]"),
        (pods("shop", **{"a" * 40: "x", "b" * 40: "y"}), f"shop/[{'a' * 40}=x and 1 more label]"),
        (pods("shop", **{"a" * 63: "x", "b": "y"}), f"shop/[{'a' * 60}… and 1 more label]"),
        (pods(LabelSelector((LabelRequirement(IDENTITY, "In", tuple("abcdef")),))), "6 namespaces/*"),
        (pods(elsewhere("", *"abcdef")), "all but 7 namespaces/*"),
        (pods(elsewhere("backend", "frontend", "payments")), "all but 3 namespaces/*"),
        (pods(elsewhere("lab", "shop")), "[kubernetes.io/metadata.name notin (lab, shop)]/*"),
        (
            pods(LabelSelector((LabelRequirement("a.io/team", "In", MANY_APPS),)), app="web"),
            "[a.io/team in (service-00 and 19 more)]/[app=web]",
        ),
    ],
)
def test_long_sets_are_shortened(chosen, expected, monkeypatch):
    monkeypatch.setattr(folding, "LONGEST", 60)
    assert named([chosen, *map(pods, "abcdefg")], chosen) == expected


def test_what_policies_cut_apart_is_told_as_one():
    """Of policies with the recommended labels, each leaves pods that have some of these and lack others."""
    name, part = ({f"app.kubernetes.io/{key}": value} for key, value in (("name", "prom"), ("part-of", "stack")))
    without = LabelRequirement("app.kubernetes.io/part-of", "NotIn", ("stack",))
    cut = [pods("shop", **name, **part), pods("shop", without, **name)]
    assert named([*cut, pods("shop", app="web")], *cut) == "shop/[app.kubernetes.io/name=prom]"
    rest = [
        pods("shop", *(LabelRequirement(f"k{other}", "NotIn", ("x",)) for other in range(n, 6)), app=f"w{n}")
        for n in range(MANY)
    ]
    lacking = pods("shop", LabelRequirement("app", "NotIn", ("web",)))
    assert named([*rest, lacking, pods("shop", app="web")], *rest, lacking) == "shop/[app!=web]"


def test_texts_of_users_act_nowhere():
    assert named([workload("a\x1b[31m\n", "sh\u202eop")]).isprintable()


ATOMS = [
    Peer(id=str(number), end=Address(part)) for number, part in enumerate(atoms([net("10.0.0.0/8").end.addresses]))
]
NAMES = ("shop", "lab")


def world(source):
    """Workloads and sets of two namespaces, and addresses."""
    peers = []
    for name in NAMES:
        count = source.randint(0, 5)
        labels = [{"app": source.choice("ab"), "tier": source.choice("xy")} for _ in range(count)]
        peers += (workload(f"w{number}", name, **carried) for number, carried in enumerate(labels))
        sets = [pods(name), pods(name, app="a"), pods(name, app="b"), pods(name, app="a", tier="x")]
        peers += source.sample(sets, source.randint(0, 4))
    peers += source.sample([EVERY, pods(elsewhere(*NAMES)), pods(EVERYTHING, app="a")], source.randint(0, 3))
    return [*peers, *ATOMS]


WORD = re.compile(r"all \d+ workloads(?: of \w+)?|[^\s,[]*\[[^]]*\](?:/\*)?|[^\s,]+")
"""A name in a text: of pods, of all workloads, of a set with brackets, or of anything else."""


def told(text, peers):
    """The peers that words name, by what the words mean to a reader."""
    by_id = {peer.id: peer for peer in peers}
    workloads = [peer for peer in peers if peer.workload is not None]
    found = []
    for each in WORD.findall(text):
        if each.startswith("all "):
            place = each.partition(" of ")[2]
            counted = [peer for peer in workloads if place in ("", peer.end.namespace)]
            assert each.split()[1] == str(len(counted))
            found += counted
        elif each in by_id:
            found.append(by_id[each])
    return found


@pytest.mark.search(150, block=50)
def test_what_is_named_is_true_and_whole(seeds):
    for seed in seeds:
        source = random.Random(f"folding {seed}")
        peers = world(source)
        members = sum(1 << number for number in range(len(peers)) if source.random() < 0.6)
        chosen = [peers[number] for number in numbers(members)]
        text = Folding(peers, {}, 100).text(members)
        found = told(text, peers)
        assert all(peer in chosen for peer in found), f"seed {seed}: {text}"
        sets = [peer.pods for peer in found if peer.pods is not None]
        workloads = {peer.id for peer in found if peer.workload is not None}
        for peer in chosen:
            if peer.workload is not None:
                assert peer.id in workloads or any(held_in(peer, each) for each in sets), f"seed {seed}: {peer.id}"
            elif peer.pods is not None:
                inside = [other for other in peers if other.workload is not None and held_in(other, peer.pods)]
                stands = inside and all(other in chosen for other in inside)
                assert stands or any(is_within(peer.pods, each) for each in sets), f"seed {seed}: {peer.id}"
        held = union([peer.end.addresses for peer in chosen if isinstance(peer.end, Address)])
        assert addresses_in(text) == held, f"seed {seed}: {text}"


def held_in(workload, pods):
    return pods.pods.matches(workload.end.labels) and pods.namespaces.matches(workload.end.full_namespace_labels)


def addresses_in(text):
    """The addresses that words name."""
    words = text.split(", ")
    if "outside" in words:
        return union([V4.end.addresses, V6.end.addresses])
    held = [NO_ADDRESS]
    for word in words:
        around, _, excepted = word.partition(" except ")
        if around[:1].isdigit() or around.startswith("::"):
            held.append(net(around, without=[excepted] if excepted else []).end.addresses)
    return union(held)
