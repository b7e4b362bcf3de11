"""What is remarked on a policy, and what its fixes make of it."""

from tests.unit.manifests.layouts import applied, judged

HEAD = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\nspec:\n"


def text_of(spec):
    return HEAD + "".join(f"  {line}\n" for line in spec.splitlines())


def said(spec, *codes):
    """Code, severity, message and place of each finding of some codes, and the specs that its fixes make."""
    text = text_of(spec)
    return [
        (one.severity, one.message, one.location.text, [_spec(applied(text, fix)) for fix in one.fixes])
        for one in judged(text).diagnostics
        if one.code in codes
    ]


def codes(spec):
    return [one.code for one in judged(text_of(spec)).diagnostics]


def _spec(text):
    assert text.startswith(HEAD)
    return "\n".join(line[2:] for line in text[len(HEAD) :].splitlines())
