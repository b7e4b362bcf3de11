import pytest

from netpolc.live import kubectl
from netpolc.live.refusals import ClusterError
from tests.stand_in import StandIn

CURRENT = {"config current-context": [0, "prod\n", ""]}
APPLY = "apply --server-side --field-manager=netpolc:shop --validate=strict -o json --show-managed-fields"


@pytest.fixture
def stand_in(tmp_path, monkeypatch):
    made = StandIn(tmp_path / "bin", CURRENT)
    monkeypatch.setenv("NETPOLC_KUBECTL", str(made.program))
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    return made


def test_the_context_is_asked_for_once_and_named_in_each_call(stand_in):
    found = kubectl.find()
    assert found.context == "prod"
    stand_in.answer({"get --raw /api": [0, "{}", ""]})
    assert found.get("/api") == b"{}"
    assert found.get("/api") == b"{}"
    assert [words for words, _ in stand_in.calls] == [
        ["config", "current-context"],
        ["--context=prod", "get", "--raw", "/api"],
        ["--context=prod", "get", "--raw", "/api"],
    ]


def test_a_context_that_is_named_is_not_asked_for(stand_in):
    assert kubectl.find("staging").context == "staging"
    assert stand_in.calls == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, ""),
        ({"dry_run": True}, " --dry-run=server"),
        ({"dry_run": True, "force": True}, " --dry-run=server --force-conflicts"),
    ],
)
def test_an_object_is_applied_through_standard_input(stand_in, options, words):
    stand_in.answer({f"{APPLY}{words} -f -": [0, "{}", "Warning: this is old\nanything else\n"]})
    applied = kubectl.find("prod").apply(b"{1}", manager="netpolc:shop", **options)
    assert applied == kubectl.Applied(b"{}", ("this is old",))
    assert stand_in.calls[0][1] == "{1}"


def test_several_objects_are_applied_as_a_list(stand_in):
    found = kubectl.find("prod")
    stand_in.answer({f"{APPLY} --dry-run=server -f -": [0, '{"kind": "List", "items": [{"a": 1}, {"b": 2}]}', ""]})
    assert found.apply_all([b"{1}", b"{2}"], manager="netpolc:shop", dry_run=True) == (b'{"a": 1}', b'{"b": 2}')
    assert stand_in.calls[0][1] == '{"apiVersion":"v1","kind":"List","items":[{1},{2}]}'
    stand_in.answer({f"{APPLY} -f -": [0, '{"kind": "NetworkPolicy"}', ""]})
    assert found.apply_all([b"{1}"], manager="netpolc:shop") == (b'{"kind": "NetworkPolicy"}',)
    for answer in ([0, '{"kind": "NetworkPolicy"}', ""], [0, '{"items": [{}]}', ""], [1, "", "error: no"]):
        stand_in.answer({f"{APPLY} -f -": answer})
        with pytest.raises(ClusterError):
            found.apply_all([b"{1}", b"{2}"], manager="netpolc:shop")


def test_which_of_several_objects_are_there_is_asked_at_once(stand_in):
    # kubectl 1.37 and 1.32
    there = "networkpolicy.networking.k8s.io/web\nnetworkpolicy.networking.k8s.io/db\n"
    stand_in.answer({"get -f - --ignore-not-found -o name": [[0, there, ""], [0, "", ""]]})
    found = kubectl.find("prod")
    assert found.existing([b"{1}", b"{2}"]) == ("web", "db")
    assert found.existing([b"{1}"]) == ()


def test_what_is_to_be_deleted_has_its_conditions_in_the_body(stand_in):
    stand_in.answer({"delete --raw /apis/a -f -": [0, "{}", ""]})
    assert kubectl.find("prod").delete("/apis/a", b'{"dryRun":["All"]}') == b"{}"
    assert stand_in.calls[0][1] == '{"dryRun":["All"]}'


def test_a_patch_has_its_conditions_in_the_body(stand_in):
    stand_in.answer(
        {
            "patch networkpolicy web -n shop --type=json --patch-file=/dev/stdin -o json --show-managed-fields": [
                0,
                "{}",
                "",
            ]
        }
    )
    assert kubectl.find("prod").patch("networkpolicy", "web", "shop", b"[]") == b"{}"
    assert stand_in.calls[0][1] == "[]"


@pytest.mark.parametrize(
    ("answer", "cause", "said"),
    [
        ([1, "", "error: current-context is not set\n"], "no context", "current-context is not set"),
        ([0, "\n", ""], "no context", "none is set"),
    ],
)
def test_no_context(stand_in, answer, cause, said):
    stand_in.answer({"config current-context": answer})
    with pytest.raises(ClusterError) as caught:
        kubectl.find()
    assert (caught.value.cause, caught.value.said) == (cause, said)


def test_no_kubectl(monkeypatch):
    monkeypatch.setenv("NETPOLC_KUBECTL", "kubectl-of-nobody")
    with pytest.raises(ClusterError, match="`kubectl-of-nobody` is not installed") as caught:
        kubectl.find()
    assert caught.value.cause == "no kubectl"


def test_a_kubectl_that_hangs_is_ended(stand_in, monkeypatch):
    monkeypatch.setattr(kubectl, "PATIENCE_SECONDS", 0.2)
    stand_in.answer({"get --raw /api": [0, "{", "", 30]})
    with pytest.raises(ClusterError) as caught:
        kubectl.find("prod").get("/api")
    assert caught.value.cause == "too slow"


def test_an_answer_that_does_not_end_is_given_up(stand_in):
    stand_in.answer({"get --raw /api": [0, "x" * 1000, ""]})
    with pytest.raises(ClusterError) as caught:
        kubectl.find("prod").get("/api", limit=100)
    assert caught.value.cause == "too large"
