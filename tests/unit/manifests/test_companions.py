from netpolc.manifests.companions import beside_companions
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source

POD = "kind: Pod\napiVersion: v1\nmetadata: {name: web, namespace: a, labels: {app: web, tier: x}}\nspec: {}\n"
SERVICE = "kind: Service\napiVersion: v1\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n"


def read(*texts):
    return read_manifests(Source("a.yaml", "---\n".join(texts)))


def put(*texts):
    return [(each.name, each.namespace) for each in beside_companions(read(*texts))[1]]


def test_what_leads_to_pods_is_put_beside_them():
    assert put(POD, SERVICE) == [("web", "a")]
    assert put(POD, SERVICE.replace("app: web", "app: web, tier: x")) == [("web", "a")]


def test_nothing_is_put_anywhere_without_labels_in_common():
    assert put(POD, SERVICE.replace("app: web", "app: web, tier: y")) == []
    assert put(POD, SERVICE.replace("selector: {app: web}, ", "")) == []
    assert put(POD, SERVICE.replace("{app: web}", "{}")) == []


def test_manifests_of_which_nothing_is_open_stay_as_they_are():
    for texts in ((POD,), (POD.replace(", namespace: a", ""), SERVICE), (SERVICE,)):
        manifests = read(*texts)
        assert beside_companions(manifests)[0] is manifests


def test_a_pod_of_a_services_file_is_put_beside_it():
    assert put(POD.replace(", namespace: a", ""), SERVICE.replace("name: web", "name: s, namespace: a")) == [
        ("web", "a")
    ]
