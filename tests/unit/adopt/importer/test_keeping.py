import pytest

from netpolc.adopt.importer.importing import import_manifests
from netpolc.adopt.importer.proof import compilation_of
from tests.unit.adopt.importer.written import manifests, policy


def kept(*documents, apart=False):
    """What is written, and the names, subjects and labels of what that builds."""
    result = import_manifests(manifests(*documents), apart=apart, keep_names=True)
    assert result.diagnostics == ()
    compilation = compilation_of(result.files)
    assert compilation.diagnostics == ()
    return result, {(each.namespace, each.name) for each in compilation.policies}


@pytest.mark.parametrize(
    ("documents", "lines"),
    [
        ([policy("web", "app=web", {"app=a": 1})], []),
        ([policy("allow-web", "app=web", {"app=a": 1})], ["policy allow-web = web"]),
        ([policy("allow-from-a", "app=web, x=y", {"app=a": 1})], ["policy allow-from-a = web"]),
        ([policy("default-deny", "*", {})], []),
        ([policy("deny-all", "*", {})], ["policy deny-all = *"]),
        # All pods of the namespace are closed and let through by one object.
        ([policy("same-namespace", "*", {"*": None})], ["policy same-namespace = *"]),
        # What lists names is one policy.
        ([policy("clients", "app=a|b", None, {"app=web": 1})], ["policy clients = [app in (a, b)]"]),
    ],
)
def test_names(documents, lines):
    result, built = kept(*documents)
    (text,) = result.files.values()
    assert [line for line in text.splitlines() if line.startswith("policy ")] == lines
    if lines:
        assert built == {("shop", each["metadata"]["name"]) for each in documents}


def test_labels():
    labels = {"app.kubernetes.io/managed-by": "Helm", "part-of": "shop"}
    documents = [
        policy("web", "app=web", {"app=a": 1}, labels={**labels, "tier": "front"}),
        policy("db", "app=db", {"app=web": 1}, labels=labels),
    ]
    result, _ = kept(*documents)
    assert "policy web [tier=front] = web\n" in result.files["imported.netpol"]
    assert result.labels == {"part-of": "shop"}
    assert result.left_out == ("left out, since source has no word for them: labels `app.kubernetes.io/managed-by`",)


def test_annotations():
    people = {"example.com/contact": "shop@example.com", "helm.sh/hook": "post-install", "notes": 'a = "b"\n#c'}
    tools = {"meta.helm.sh/release-name": "shop", "argocd.argoproj.io/tracking-id": "shop:/x:y/z"}
    copy = {"kubectl.kubernetes.io/last-applied-configuration": "{}", "netpolc/owner": "shop"}
    documents = [
        policy("web", "app=web", {"app=a": 1}, annotations={**people, **tools, **copy}),
        policy("allow-db", "app=db", {"app=web": 1}, annotations={"netpolc/made-by": "hand"}),
        policy("deny-all", "*", {}, annotations={"Example.com/Empty": ""}),
    ]
    result, built = kept(*documents)
    assert built == {("shop", "web"), ("shop", "allow-db"), ("shop", "deny-all")}
    compilation = compilation_of(result.files)
    assert {each.name: dict(each.annotations) for each in compilation.policies} == {
        "web": {**people, "netpolc/owner": "shop"},
        "allow-db": {},
        "deny-all": {"Example.com/Empty": ""},
    }
    assert result.left_out == (
        "left out, since tools set them by themselves: annotations "
        "`argocd.argoproj.io/tracking-id`, `meta.helm.sh/release-name`",
        "left out, since source has no word for them: annotations `netpolc/made-by`",
    )


def test_policies_on_the_same_pods_keep_what_all_of_them_have():
    documents = [
        policy(name, "app=web", {f"app={name}": 1}, annotations={"both": "x", "one": name, name: "y"}) for name in "ab"
    ]
    result, _ = kept(*documents)
    assert '@annotation("both=x")\npolicy a = web\n' in result.files["imported.netpol"]
    assert result.left_out[-1] == "`a`, `b` are on the same pods, and become one policy"
    assert result.left_out[0] == "left out, since source has no word for them: annotations `a`, `one`, `b`"


@pytest.mark.parametrize(("names", "built"), [(("allow-a", "allow-b"), "allow-a"), (("allow-a", "web"), "web")])
def test_policies_on_the_same_pods_are_one(names, built):
    result, found = kept(*(policy(name, "app=web", {f"app={name}": 1}) for name in names))
    assert found == {("shop", built)}
    listed = " and ".join(names).replace(" and ", "`, `")
    assert result.left_out == (f"`{listed}` are on the same pods, and become one policy",)


def test_a_name_that_source_cannot_write_is_said():
    result, found = kept(policy("web.v1", "app=web", {"app=a": 1}))
    assert found == {("shop", "web-v1")}
    why = "since source can write no name with dots, and none that is a number"
    assert result.left_out == (f"`web.v1` is called otherwise, {why}",)
    # Another one of that name, what closes the namespace, and one that would have its name.
    documents = [
        policy("web.v1", "*", {"app=b": 1}),
        policy("web-v1", "app=web", {"app=a": 1}),
        policy("default-deny", "app=db", {"app=a": 1}),
        policy("2048", "app=game", {"app=a": 1}),
        policy("x.y.z", "app=x", {"app=a": 1}),
        policy("x-y.z", "app=y", {"app=a": 1}),
    ]
    assert kept(*documents)[1] == {
        ("shop", name) for name in ("policy-web-v1", "web-v1", "default-deny", "policy-2048", "x-y-z", "policy-x-y-z")
    }


def test_each_namespace_keeps_its_own():
    documents = [policy("one", "app=web", {"app=a": 1}, namespace="a"), policy("two", "app=web", {}, namespace="b")]
    for apart in (False, True):
        assert kept(*documents, apart=apart)[1] == {("a", "one"), ("b", "two")}
