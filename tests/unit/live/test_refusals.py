"""What kubectl 1.32 and 1.37 wrote to standard error, run against kube-apiserver 1.37, and what is told by it."""

import pytest

from netpolc.live.refusals import FieldConflict, refusal
from tests.rows import each_row

SERVER = "Error from server"
NAMED = 'networkpolicies.networking.k8s.io "web"'

TOLD = {
    "error: current-context is not set": ("no context", "current-context is not set"),
    'error: context "prod" does not exist': ("no context", 'context "prod" does not exist'),
    "error: You must be logged in to the server (Unauthorized)": (
        "no credentials",
        "you must be logged in to the server (Unauthorized)",
    ),
    "Unable to connect to the server: getting credentials: exec: executable login not found": (
        "no credentials",
        "unable to connect to the server: getting credentials: exec: executable login not found",
    ),
    "The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?": (
        "no server",
        "the connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?",
    ),
    "Unable to connect to the server: dial tcp: lookup api.example.com: no such host": (
        "no server",
        "unable to connect to the server: dial tcp: lookup api.example.com: no such host",
    ),
    f'{SERVER} (Forbidden): pods is forbidden: User "me" cannot list resource "pods" in API group ""': (
        "forbidden",
        'pods is forbidden: User "me" cannot list resource "pods" in API group ""',
    ),
    f"{SERVER} (NotFound): {NAMED} not found": ("not found", f"{NAMED} not found"),
    f"{SERVER} (Expired): The provided continue parameter is too old to display a consistent list result.": (
        "expired",
        "the provided continue parameter is too old to display a consistent list result.",
    ),
    f"{SERVER} (Conflict): Operation cannot be fulfilled on {NAMED}: the UID in the precondition (1) does not match": (
        "moved on",
        f"operation cannot be fulfilled on {NAMED}: the UID in the precondition (1) does not match",
    ),
    'The NetworkPolicy "web" is invalid: \n* spec.policyTypes[0]: Unsupported value: "Foo"\n': (
        "invalid",
        'the NetworkPolicy "web" is invalid: * spec.policyTypes[0]: Unsupported value: "Foo"',
    ),
    f"{SERVER}: failed to create typed patch object (shop/web): .spec.ingres: field not declared in schema": (
        "invalid",
        "failed to create typed patch object (shop/web): .spec.ingres: field not declared in schema",
    ),
    "Warning: v1alpha1 is deprecated\nerror: unexpected EOF": ("cut off", "unexpected EOF"),
    f"{SERVER} (ServiceUnavailable): the server is currently unable to handle the request": (
        "other",
        "the server is currently unable to handle the request",
    ),
    "E1130 06:11:23.1 1 memcache.go:265] could not get the list\nerror: nobody\x1b[31m knows": (
        "other",
        "nobody\\x1b[31m knows",
    ),
    "": ("silence", "it ends with 1"),
}


@each_row("complaint", TOLD)
def test_a_cause_is_told_by_what_kubectl_says(complaint):
    error = refusal(complaint, "it ends with 1", asked="cannot list pods", context="prod")
    assert (error.cause, error.said) == TOLD[complaint]


@pytest.mark.parametrize(
    ("complaint", "conflicts"),
    [
        (
            'error: Apply failed with 1 conflict: conflict with "netpolc:shop": .spec.ingress\nPlease review',
            [("netpolc:shop", ".spec.ingress")],
        ),
        (
            "error: Apply failed with 2 conflicts: conflicts with "
            '"kubectl-edit" using networking.k8s.io/v1:\n- .spec.egress\n- .spec.ingress\nPlease review',
            [("kubectl-edit", ".spec.egress"), ("kubectl-edit", ".spec.ingress")],
        ),
        (
            'error: Apply failed with 2 conflicts: conflicts with "a":\n- .spec.egress\nconflicts with "b" using '
            "networking.k8s.io/v1:\n- .spec.ingress\n",
            [("a", ".spec.egress"), ("b", ".spec.ingress")],
        ),
    ],
)
def test_a_conflict_has_each_field_and_its_manager(complaint, conflicts):
    error = refusal(complaint, "it ends with 1", asked="cannot apply an object", context="prod")
    assert error.cause == "conflict"
    assert error.conflicts == tuple(FieldConflict(*each) for each in conflicts)


@pytest.mark.parametrize(
    "complaint", [f"{SERVER}: etcdserver: request is too large", f"{SERVER} (RequestEntityTooLarge): limit is 3145728"]
)
def test_an_object_beyond_the_limits_of_a_server_is_told(complaint):
    error = refusal(complaint, "it ended with 1", asked="cannot apply an object", context="prod")
    assert error.cause == "too large"


@pytest.mark.parametrize(
    ("failure", "cause"), [("it takes more than 60 seconds", "too slow"), ("it makes more than 64 MiB", "too large")]
)
def test_what_is_bounded_says_so_whatever_was_complained_of(failure, cause):
    error = refusal("error: unexpected EOF", failure, asked="cannot list pods", context="prod", bounded=True)
    assert (error.cause, error.said) == (cause, failure)


@pytest.mark.parametrize(
    ("complaint", "code", "advice"),
    [
        ("error: You must be logged in to the server (Unauthorized)", "NP830", "log in again"),
        (f"{SERVER} (Forbidden): pods is forbidden", "NP831", "`netpolc pull --rbac`"),
        ("error: unexpected EOF", "NP832", "run it again"),
    ],
)
def test_a_finding_names_the_context_and_the_way_out(complaint, code, advice):
    found = refusal(complaint, "it ends with 1", asked="cannot list pods", context="prod").diagnostic()
    assert found.code == code
    assert found.message.startswith("cannot list pods of `prod`: ")
    assert found.help is not None
    assert advice in found.help


def test_a_message_has_no_passwords():
    error = refusal(
        'error: Get "https://me:secret@api.example.com/": EOF', "it ends with 1", asked="cannot get", context="prod"
    )
    assert "secret" not in str(error)
