"""What is suggested beside policies: in their words, never against them, and nothing that they say already."""

import pytest

from netpolc.adopt.importer.proof import compilation_of
from netpolc.adopt.starting.beside import DENIED, MARK, beside
from netpolc.engine.comparison import differences
from netpolc.engine.from_policies import rules_of_policies
from netpolc.manifests.model import Workload
from netpolc.source import Location, Source, Span

PLACE = Location(Source("k8s.yaml", ""), Span(0, 0))
DNS_PORT = 53


def workloads(*names, key="app"):
    return [
        Workload(kind="Deployment", name=name, namespace="shop", labels={key: name, "tier": "any"}, location=PLACE)
        for name in names
    ]


def is_of(box):
    """Whether a workload is the destination of a box, as far as pods of this namespace are."""
    return lambda workload: box.destination.pods.matches(workload.labels)


def together(imported, suggested, pods):
    """The text below the mark, of a file that compiles and opens nothing but DNS which is closed today."""
    imported = f"namespace shop\n\n{imported}"
    text = beside("shop.netpol", imported, f"# Proposed.\n# Places are below `k8s/`.\n\n{suggested}", pods)
    both, today = compilation_of({"shop.netpol": text}), compilation_of({"shop.netpol": imported})
    assert both.ok
    opened = [
        each.box
        for each in differences(rules_of_policies(today.policies, {}), rules_of_policies(both.policies, {}))
        if each.allowed_by == "other" and each.box.ports.first != DNS_PORT and any(map(is_of(each.box), pods))
    ]
    assert opened == []
    return text.partition(f"{MARK}\n# Places are below `k8s/`.\n\n")[2]


SUGGESTED = """\
import "std"

namespace shop

baseline deny all
* -> std.dns

# Between workloads.
api -> db:5432  # k8s.yaml:1 env DB
# k8s.yaml:2 env API
web -> api:8080
"""


@pytest.mark.parametrize(
    ("imported", "suggested", "expected"),
    [
        pytest.param(
            "baseline deny all on db\napi -> db:5432\n",
            SUGGESTED,
            """\
baseline deny all
* -> std.dns

# Between workloads.
# k8s.yaml:2 env API
web -> api:8080
""",
            id="what is open stays open, what is said is not said again",
        ),
        pytest.param(
            "baseline deny all\nweb -> api:8080\n",
            SUGGESTED,
            f"{DENIED}\n# api -> db:5432  # k8s.yaml:1 env DB\n",
            id="what is closed stays closed",
        ),
        pytest.param(
            "baseline deny ingress on db\napi -> db:5432\n",
            SUGGESTED,
            "baseline deny ingress\n\n# Between workloads.\n# k8s.yaml:2 env API\nweb -> api:8080\n",
            id="a direction that no policy closes stays open",
        ),
        pytest.param("baseline deny all\napi -> db:5432\nweb -> api:8080\n", SUGGESTED, "", id="nothing is left"),
        pytest.param(
            "baseline deny ingress on {api, cache, db, web}\napi -> db:5432\nweb -> api:8080\n",
            SUGGESTED,
            "",
            id="by name",
        ),
        pytest.param(
            "pods store = [app=db, tier=any]\nbaseline deny ingress on store\nweb -> store:1\n",
            SUGGESTED,
            """\
baseline deny ingress

# Between workloads.
# k8s.yaml:2 env API
web -> api:8080

"""
            f"{DENIED}\n# api -> store:5432  # k8s.yaml:1 env DB\n",
            id="by the name that policies have",
        ),
        pytest.param(
            "pods api = [app=db]\nbaseline deny ingress on api\n",
            SUGGESTED.replace("web -> api:8080", "web -> cache:6379"),
            """\
baseline deny ingress

# Between workloads.
# k8s.yaml:2 env API
web -> cache:6379

"""
            f"{DENIED}\n# [app=api] -> api:5432  # k8s.yaml:1 env DB\n",
            id="never by a name that means other pods",
        ),
    ],
)
def test_what_stands_below(imported, suggested, expected):
    assert together(imported, suggested, workloads("api", "db", "web", "cache")) == expected


def test_what_does_not_compile_beside_the_policies_is_shown_as_comments():
    declared = "namespace shop\n\nbaseline deny all\n\nnet db = 10.0.0.0/8\n\nweb -> db:1\n"
    text = together("pods db = [app=db]\nbaseline deny ingress on db\n", declared, workloads("db", "web"))
    assert text == "# baseline deny all\n\n# net db = 10.0.0.0/8\n\n# web -> db:1\n"


def test_names_by_another_key_are_written_as_labels():
    suggested = (
        "names by name\n\nnamespace shop\n\nbaseline deny all\n\npods x = [name=x]\n\nfar/y -> {x, z}:1  # why\n"
    )
    pods = [*workloads("db"), *workloads("x", "z", key="name")]
    text = together("baseline deny ingress on db\n", suggested, pods)
    assert text == "baseline deny ingress\n\npods x = [name=x]\n\nfar/[name=y] -> {x, [name=z]}:1  # why\n"
