import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from yamllint import linter
from yamllint.config import YamlLintConfig

from netpolc.cache import Cache
from netpolc.policy.model import IPBlock, MatchExpression, PodPeer, Policy, PolicyPort, Rule, Selector
from netpolc.policy.validity import validate
from netpolc.targets.layout import NETWORK_POLICY, TemplateFault
from netpolc.targets.render import Renderer, header
from netpolc.targets.users import LARGEST_TEMPLATE
from tests import schemas
from tests.strategies.models import LINES, POLICIES

STRICT = YamlLintConfig(file=str(Path(__file__).parents[2] / "yamllint.yaml"))
VERSIONS = ("1.25", "1.29", "1.33", "1.37")
RENDERER = Renderer()


def app(value):
    return Selector((("app", value),))


SAMPLE = Policy(
    name="database",
    namespace="shop",
    labels=(("app.kubernetes.io/managed-by", "netpolc"),),
    annotations=(("netpolc/owner", "payments"),),
    pod_selector=app("database"),
    policy_types=("Ingress",),
    ingress=(
        Rule(
            (
                PodPeer(app("webapp"), None),
                PodPeer(
                    Selector((), (MatchExpression("tier", "In", ("a", "b")),)),
                    Selector((("kubernetes.io/metadata.name", "data"),)),
                ),
                IPBlock("10.0.0.0/8", ("10.1.0.0/16",)),
            ),
            (PolicyPort("TCP", 5000, 5010),),
            comments=("shop.netpol:7: webapp -> database:5000",),
        ),
    ),
)

SAMPLE_TEXT = """\
# Written by netpolc from shop.netpol.
# Do not edit: change the source and build again.
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: database
  namespace: shop
  labels:
    app.kubernetes.io/managed-by: netpolc
  annotations:
    netpolc/owner: payments
spec:
  podSelector:
    matchLabels:
      app: database
  policyTypes:
    - Ingress
  ingress:
    # shop.netpol:7: webapp -> database:5000
    - from:
        - podSelector:
            matchLabels:
              app: webapp
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: data
          podSelector:
            matchExpressions:
              - key: tier
                operator: In
                values:
                  - a
                  - b
        - ipBlock:
            cidr: 10.0.0.0/8
            except:
              - 10.1.0.0/16
      ports:
        - protocol: TCP
          port: 5000
          endPort: 5010
"""


def test_the_layout():
    assert RENDERER.render(SAMPLE, ("shop.netpol",)) == SAMPLE_TEXT


def test_the_least_policy():
    policy = Policy(name="x", namespace=None, pod_selector=Selector(), policy_types=("Ingress", "Egress"))
    assert RENDERER.render(policy, ()) == (
        "# Written by netpolc.\n# Do not edit: change the source and build again.\n"
        "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: x\n"
        "spec:\n  podSelector: {}\n  policyTypes:\n    - Ingress\n    - Egress\n"
    )


def test_wide_rules():
    policy = Policy(
        name="x",
        namespace=None,
        comments=("one\ntwo", "three"),
        pod_selector=Selector(),
        policy_types=("Ingress", "Egress"),
        ingress=(Rule((), ()), Rule((), (PolicyPort("UDP"), PolicyPort("TCP", "80")))),
        egress=(Rule((PodPeer(None, Selector()), PodPeer(Selector(), Selector())), ()),),
    )
    assert RENDERER.render(policy, ("a", "b")) == (
        "# Written by netpolc from a, b.\n# Do not edit: change the source and build again.\n"
        "---\n# one\\u000Atwo\n# three\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: x\n"
        "spec:\n  podSelector: {}\n  policyTypes:\n    - Ingress\n    - Egress\n"
        '  ingress:\n    - {}\n    - ports:\n        - protocol: UDP\n        - protocol: TCP\n          port: "80"\n'
        "  egress:\n    - to:\n"
        "        - namespaceSelector: {}\n        - namespaceSelector: {}\n          podSelector: {}\n"
    )


def test_a_file_has_one_header_and_each_document_its_mark():
    one = RENDERER.render_file((SAMPLE,), ("shop.netpol",))
    three = RENDERER.render_file((SAMPLE,) * 3, ("shop.netpol",))
    head, document = one.split("---\n")
    assert three == head + ("---\n" + document) * 3
    assert RENDERER.render_file((), ("shop.netpol",)) == head


@pytest.mark.parametrize(
    ("sources", "text"),
    [
        (("a\nb: c",), "# Written by netpolc from a\\u000Ab: c.\n# Do not edit: change the source and build again.\n"),
        (
            tuple("abcdefghij"),
            "# Written by netpolc from a, b, c, d, e, f, g, h and 2 more.\n"
            "# Do not edit: change the source and build again.\n",
        ),
    ],
)
def test_headers(sources, text):
    assert header(sources) == text


def selector_content(selector):
    content = {}
    if selector.match_labels:
        content["matchLabels"] = dict(selector.match_labels)
    if selector.match_expressions:
        content["matchExpressions"] = [
            {"key": e.key, "operator": e.operator} | ({"values": list(e.values)} if e.values else {})
            for e in selector.match_expressions
        ]
    return content


def peer_content(peer):
    if isinstance(peer, IPBlock):
        return {"ipBlock": {"cidr": peer.cidr} | ({"except": list(peer.excepts)} if peer.excepts else {})}
    selectors = {"namespaceSelector": peer.namespace_selector, "podSelector": peer.pod_selector}
    return {field: selector_content(selector) for field, selector in selectors.items() if selector is not None}


def port_content(port):
    fields = {"protocol": port.protocol, "port": port.port, "endPort": port.end_port}
    return {field: value for field, value in fields.items() if value is not None}


def rule_content(rule, field):
    content = {}
    if rule.peers:
        content[field] = [peer_content(peer) for peer in rule.peers]
    if rule.ports:
        content["ports"] = [port_content(port) for port in rule.ports]
    return content


def content_of(policy):
    metadata = {"name": policy.name}
    if policy.namespace is not None:
        metadata["namespace"] = policy.namespace
    if policy.labels:
        metadata["labels"] = dict(policy.labels)
    if policy.annotations:
        metadata["annotations"] = dict(policy.annotations)
    spec = {"podSelector": selector_content(policy.pod_selector), "policyTypes": list(policy.policy_types)}
    if policy.ingress is not None:
        spec["ingress"] = [rule_content(rule, "from") for rule in policy.ingress] or None
    if policy.egress is not None:
        spec["egress"] = [rule_content(rule, "to") for rule in policy.egress] or None
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


@settings(max_examples=15)
@given(POLICIES, POLICIES, st.lists(LINES, max_size=3).map(tuple))
def test_rendered_policies_read_as_themselves_and_are_strict_yaml(one, two, sources):
    assert not validate(one)
    text = RENDERER.render_file((one, two), sources)
    for loader in (yaml.SafeLoader, yaml.CSafeLoader):
        assert list(yaml.load_all(text, loader)) == [content_of(one), content_of(two)]
    assert [str(problem) for problem in linter.run(text, STRICT)] == []


def test_an_annotation_of_any_length_is_strict_yaml():
    for length in range(35, 50):
        annotated = msgspec.structs.replace(SAMPLE, annotations=(("netpolc/reason", f"{'x' * 30} {'y' * length}"),))
        assert [str(problem) for problem in linter.run(RENDERER.render(annotated, ()), STRICT)] == []


@settings(max_examples=6)
@given(POLICIES)
def test_rendered_policies_fit_the_schemas_of_kubernetes(policy):
    document = yaml.safe_load(RENDERER.render(policy, ()))
    for version in VERSIONS:
        schemas.check(document, version)


def test_the_strict_configuration_is_strict():
    bad = "a: 1\na: yes\nb:\n- {c: ,d: 012}\n\n\n"
    rules = {problem.rule for problem in linter.run(bad, STRICT)}
    assert rules >= {"document-start", "key-duplicates", "truthy", "indentation", "empty-values", "octal-values"}


# Templates of users.


@pytest.fixture
def rendered(tmp_path):
    def render(template, policy=SAMPLE):
        (tmp_path / NETWORK_POLICY).write_bytes(template if isinstance(template, bytes) else template.encode())
        return Renderer(tmp_path).render(policy, ()).split("---\n", 1)[1]

    return render


def test_a_users_template_overrides_the_bundled_one(rendered):
    assert rendered("{{ policy.name | quote }}") == "database\n"


def test_a_folder_without_the_template_leaves_the_bundled_one(tmp_path):
    assert Renderer(tmp_path).render(SAMPLE, ("shop.netpol",)) == SAMPLE_TEXT


def test_user_text_is_never_a_template(rendered):
    policy = Policy(name="{{ 7 * 7 }}", namespace=None, pod_selector=Selector(), policy_types=())
    assert rendered("{{ policy.name }}", policy) == "{{ 7 * 7 }}\n"


def test_a_template_may_include_its_neighbours(tmp_path):
    (tmp_path / "head.j2").write_text("name: {{ policy.name }}\n", "utf-8")
    (tmp_path / NETWORK_POLICY).write_text("{% include 'head.j2' %}", "utf-8")
    assert Renderer(tmp_path).render(SAMPLE, ()).endswith("---\nname: database\n")


def test_includes_are_bounded(tmp_path):
    (tmp_path / NETWORK_POLICY).write_text("{% include 'a0.j2' %}", "utf-8")
    for index in range(40):
        (tmp_path / f"a{index}.j2").write_text(f"{{% include 'a{index + 1}.j2' %}}" * 2, "utf-8")
    (tmp_path / "a40.j2").write_text("", "utf-8")
    with pytest.raises(TemplateFault, match="more than 1000000 steps"):
        Renderer(tmp_path).render(SAMPLE, ())


def test_filters_and_arithmetic_of_templates(rendered):
    template = (
        "{{ policy.policy_types | join(', ') }} {{ 2 + 3 * 4 }} {{ policy.name | upper }} {{ [3, 1] | sort | first }}"
    )
    assert rendered(template) == "Ingress 14 DATABASE 1\n"


@pytest.mark.parametrize(
    ("template", "line", "message"),
    [
        ("a\n{% if %}", 2, "Expected an expression"),
        ("a\n{{ policy.nome }}", 2, "'netpolc.policy.model.Policy object' has no attribute 'nome'"),
        ("a\nb\n{{ absent }}", 3, "'absent' is undefined"),
        ("{{ policy.__class__ }}", 1, "access to attribute '__class__' of 'Policy' object is unsafe"),
        ("{{ policy.name.__class__.__mro__ }}", 1, "access to attribute '__class__' of 'str' object is unsafe"),
        ("{{ policy | attr('__class__') }}", 1, "No filter named 'attr'"),
        ("\n{{ policy.name | tojson }}", 2, "No filter named 'tojson'"),
        ("{{ 1 / 0 }}", 1, "division by zero"),
        ("{{ policy.name.ljust(9) }}", 1, "cannot be called here"),
        ("{{ '{:>99}'.format(1) }}", 1, "cannot be called here"),
        ("{{ lipsum() }}", 1, "'lipsum' is undefined"),
        ("a\n{% include 'none.j2' %}", 2, "there is no template `none.j2`"),
        ("{% include '../secret.j2' %}", 1, "there is no template `../secret.j2`"),
        ("{% include '/etc/passwd' %}", 1, "there is no template `/etc/passwd`"),
        ("{% include '..' %}", 1, "there is no template `..`"),
        ("{% include 'networkpolicy.yaml.j2' %}", 1, "nested too deeply"),
        ("{{ " + "(" * 5000 + " }}", None, "nested too deeply"),
        ("{% for a in policy.labels recursive %}{% endfor %}", 1, "loops cannot be recursive here"),
        ("{{ policy.name ~ policy.name }}", 1, "`~` is not available here"),
        ("{{ policy }}", 1, "only text and numbers can be written, not a `Policy`"),
        ("{{ policy | upper }}", 1, "'Policy' object"),
        ("{% for a in none %}{% endfor %}", 1, "has no len()"),
        ("{{ [policy.name] | first }}", 1, "a list, tuple or dictionary can hold only constants here"),
        ("{% macro f() %}{{ varargs }}{% endmacro %}{{ f(1) }}", 1, "`varargs` is not available here"),
        ("{{ policy.name + policy.name }}", 1, "`+` is for small numbers only here"),
    ],
)
def test_faults_of_templates(rendered, tmp_path, template, line, message):
    with pytest.raises(TemplateFault) as raised:
        rendered(template)
    assert message in raised.value.message
    if line is not None:
        assert (raised.value.file, raised.value.line) == (str(tmp_path / NETWORK_POLICY), line)


@pytest.mark.parametrize(
    "template",
    [
        "{% for i in range(10**9) %}{% endfor %}",
        "{% for i in range(1000000000) %}{% endfor %}",
        "{% for i in range(10000000000000000000000) %}{% endfor %}",
        "{% for i in range(-999999999) %}x{% endfor %}",
        "{% for i in range(9999) %}{% for j in range(9999) %}{% endfor %}{% endfor %}",
        "{% for i in range(9999) %}{% for j in range(9999) %}x{% endfor %}{% endfor %}",
        "{% for i in range(9999) if i > 9998 %}{% for j in range(9999) if j < 0 %}{% endfor %}{% endfor %}" * 200,
        "{% for i in range(99999) %}" + "x" * 9999 + "{% endfor %}",
        "{% set y %}{% for i in range(99999) %}" + "x" * 9999 + "{% endfor %}{% endset %}",
        "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}",
        "{% macro f(n) %}{{ f(n) }}{% endmacro %}{{ f(1) }}",
        "{% set a = 'aaaaaaaaaa' %}" + "{% set a %}{{ a }}{{ a }}{% endset %}" * 60,
        "{% set a = 'aaaaaaaaaa' %}" + "{% set a = [a, a] | join %}" * 60,
        "{% set a = 'a' %}" + "{% set a = [a, a] %}" * 60 + "{{ a }}",
        "{% set a = 'a' %}" + "{% set a = (a, a) %}" * 60 + "{{ a | upper }}",
        "{% set a = 'a' %}" + "{% set a = {1: a, 2: a} %}" * 60 + "{{ a }}",
        "{% macro f() %}{{ f(varargs, varargs) }}{% endmacro %}{{ f() }}",
        "{% for i in range(99999) %}{{ policy.policy_types | join('x' * 99) }}{% endfor %}",
        "{{ 'a' * 10000000000 }}",
        "{{ [0] * 10000000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ '%9999999999d' % 1 }}",
        "{{ 'a' | center(9999999999) }}",
        "{{ [] | batch(9999999999, 1) | list }}",
        "{{ range(9223372036854775807) | list }}",
    ],
)
def test_templates_are_bounded(rendered, template):
    with pytest.raises(TemplateFault):
        rendered(template)


def test_each_document_has_a_budget_of_its_own(tmp_path):
    (tmp_path / NETWORK_POLICY).write_text("{% for i in range(300000) %}{% endfor %}x", "utf-8")
    text = Renderer(tmp_path).render_file((SAMPLE,) * 5, ())
    assert text.count("---\nx\n") == 5


def test_unreadable_templates(rendered):
    for content, message in ((b"\xff", "cannot be read as UTF-8 text"), (b"a" * (LARGEST_TEMPLATE + 1), "characters")):
        with pytest.raises(TemplateFault, match=message):
            rendered(content)


def test_a_link_out_of_the_folder_is_refused(tmp_path):
    (tmp_path / "secret").write_text("secret", "utf-8")
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / NETWORK_POLICY).symlink_to(tmp_path / "secret")
    with pytest.raises(TemplateFault, match="leaves its folder"):
        Renderer(folder).render(SAMPLE, ())


def test_a_template_that_is_no_file_is_refused(tmp_path):
    (tmp_path / NETWORK_POLICY).mkdir()
    with pytest.raises(TemplateFault, match="no file"):
        Renderer(tmp_path).render(SAMPLE, ())


def test_compiled_templates_are_kept(tmp_path):
    texts = [Renderer(cache=Cache(tmp_path)).render(SAMPLE, ("shop.netpol",)) for _ in range(2)]
    assert texts == [SAMPLE_TEXT] * 2
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(kept.read_bytes()[:-9])
    assert Renderer(cache=Cache(tmp_path)).render(SAMPLE, ("shop.netpol",)) == SAMPLE_TEXT


def test_a_cache_that_cannot_be_written_costs_nothing(tmp_path):
    assert Renderer(cache=Cache(tmp_path / "missing")).render(SAMPLE, ("shop.netpol",)) == SAMPLE_TEXT


def test_importing_does_not_load_jinja():
    command = [sys.executable, "-c", "import sys, netpolc.targets.render; print('jinja2' in sys.modules)"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "False\n"
