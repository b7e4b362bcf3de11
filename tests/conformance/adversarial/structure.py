"""Cases 20 to 40: what a document is, and which objects are in it."""

import codecs
import json

from tests.conformance.adversarial.case import API, case, policy
from tests.conformance.adversarial.scalars import HEAD, labelled

UNREADABLE = "NP120"
PLAIN = labelled("db")
DB = {"app": "db"}


def named(name):
    """A policy of a name."""
    return PLAIN.replace("name: p", f"name: {name}")


def ruled(text):
    """A policy with some rules, as they are written."""
    return f"{HEAD}  podSelector: {{}}\n  ingress:{text}\n"


def listed(kind, *items, api="v1"):
    """A list of objects."""
    return {"apiVersion": api, "kind": kind, "items": list(items)}


LAUGHS = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 12))
BARE = {name: value for name, value in policy().items() if name not in {"apiVersion", "kind"}}

CASES = [
    case(20, "a key that is there twice", labelled("web\n      app: db"), codes="NP121", labels=DB),
    case(
        20,
        "a key that is there twice, in JSON",
        f'{json.dumps(policy())[:-1]}, "metadata": {{"name": "q"}}}}',
        codes="NP121",
    ),
    case(21, "an anchor and its alias", labelled("&a db\n      tier: *a"), labels={"app": "db", "tier": "db"}),
    case(
        21,
        "a merge, which yields to what is written",
        f"x: &x {{app: web, tier: back}}\n{PLAIN.replace('app: db', '<<: *x' + chr(10) + '      app: db')}",
        codes="NP412",
        labels={"app": "db", "tier": "back"},
    ),
    case(21, "an alias of nothing", labelled("*nothing"), codes=UNREADABLE),
    case(22, "a billion laughs", f"l0: &l0 [lol]\n{LAUGHS}\n---\n{PLAIN}", codes=UNREADABLE, policies=("p",)),
    case(23, "an alias of what it is in", labelled("&a [*a]"), codes=UNREADABLE),
    case(23, "a mapping that holds itself", f"{HEAD}  podSelector: &a\n    matchLabels: *a\n", codes=UNREADABLE),
    case(24, "20,000 lists in one another", f"{PLAIN}---\n{'[' * 20_000}{']' * 20_000}\n", codes=UNREADABLE, labels=DB),
    case(24, "20,000 lists without an end", "[" * 20_000, codes=UNREADABLE),
    case(
        24,
        "2,000 mappings in one another, which no object has",
        "\n".join(" " * n + "a:" for n in range(2_000)),
        codes=UNREADABLE,
    ),
    case(25, "a tab that indents", f"{HEAD}\tpodSelector: {{}}\n", codes=UNREADABLE),
    case(25, "a tab after a colon", PLAIN.replace("app: ", "app:\t"), labels=DB),
    case(25, "a tab after a value", PLAIN.replace("db\n", "db\t# the database\n"), labels=DB),
    case(
        26,
        "lines that end as on Windows",
        f"{PLAIN}---\n{named('q')}".replace("\n", "\r\n"),
        policies=("p", "q"),
        labels=DB,
    ),
    case(27, "a mark at the beginning", codecs.BOM_UTF8 + PLAIN.encode(), labels=DB),
    case(
        27, "a mark at the beginning of a document", f"{PLAIN}---\n\ufeff{named('q')}", policies=("p", "q"), labels=DB
    ),
    case(27, "UTF-16", PLAIN.encode("utf-16"), codes="NP105"),
    *(
        case(
            28,
            f"U+{ord(end):04X} ends a line",
            PLAIN.replace("db", f"db{end}      tier: back"),
            labels={**DB, "tier": "back"},
        )
        for end in "\x85\u2028\u2029"
    ),
    *(case(28, f"U+{ord(end):04X} in quotes", labelled(f'"db{end}x: y"'), codes="NP404") for end in "\x85\u2028\u2029"),
    case(29, "text after the separator", f"{named('p')}--- x: y\n{named('q')}", codes=UNREADABLE, policies=("p", "q")),
    case(29, "a comment after the separator", f"{named('p')}--- # next\n{named('q')}", policies=("p", "q")),
    case(30, "documents without anything", f"---\n\n---\n# nothing\n---\n{PLAIN}---\n---\n", policies=("p",)),
    case(30, "the end of a document", f"{named('p')}...\n---\n{named('q')}", policies=("p", "q")),
    case(30, "text after the end of a document", f"{named('p')}...\n{named('q')}", codes=UNREADABLE),
    case(31, "a list", [listed("List", policy("p"), policy("q"))], policies=("p", "q")),
    case(31, "a list in a list", [listed("List", listed("List", policy("p")), policy("q"))], policies=("p", "q")),
    case(31, "a list of a kind", [listed("NetworkPolicyList", BARE, api=API)], policies=("p",)),
    case(31, "a list of nothing", [listed("List")], policies=()),
    case(32, "a template of Helm", PLAIN.replace("name: p", "name: {{ .Release.Name }}"), codes="NP122"),
    case(32, "a template of Helm that is YAML", labelled("'{{ .Values.app }}'"), codes="NP122"),
    case(32, "lines that are all template", f"{{{{- if .Values.on }}}}\n{PLAIN}{{{{- end }}}}\n", codes="NP122"),
    case(33, "JSON", json.dumps(policy(), indent=2), policies=("p",)),
    case(
        33,
        "one value of JSON after another",
        f"{json.dumps(policy('p'))}\n{json.dumps(policy('q'))}",
        policies=("p", "q"),
    ),
    case(33, "JSON with tabs", json.dumps(policy(), indent="\t"), policies=("p",)),
    case(
        34,
        "a tag that would run something elsewhere",
        labelled("!!python/object/apply:os.system [exit]"),
        codes=UNREADABLE,
    ),
    case(34, "a tag of one's own", labelled("!secret db"), labels=DB),
    case(34, "a tag that makes text", labelled("!!str 80"), labels={"app": "80"}),
    case(34, "a tag that does not fit", labelled("!!int db"), codes=UNREADABLE),
    case(35, "a number as a key", labelled("db\n      1: one"), labels={**DB, "1": "one"}),
    case(35, "a boolean as a key", labelled("db\n      yes: one"), labels={**DB, "true": "one"}),
    case(35, "null as a key", labelled("db\n      ~: one"), codes=UNREADABLE),
    case(35, "a list as a key", labelled("db\n      ? [a]\n      : one"), codes=UNREADABLE),
    case(36, "a mapping for the rules", ruled(" {}"), codes="NP411"),
    case(36, "a mapping for the peers", ruled("\n    - from: {}"), codes="NP411"),
    case(36, "a mapping for the ports", ruled("\n    - ports: {port: 80}"), codes="NP411"),
    case(36, "a list for the subject", f"{HEAD}  podSelector: []\n", codes="NP411"),
    case(37, "null for a rule is everything", ruled("\n    -"), codes="NP416", peers=0),
    case(37, "null for a peer is none", ruled("\n    - from: [null]"), codes="NP408"),
    case(37, "null for a port is all of TCP", ruled("\n    - ports: [null]"), codes="NP416", peers=0),
    case(38, "a field in lower case", f"{HEAD}  podselector: {{}}\n", codes="NP412", labels={}),
    case(38, "a kind in lower case", PLAIN.replace("NetworkPolicy", "networkpolicy"), codes="NP413", policies=()),
    case(39, "an API that is gone", PLAIN.replace(API, "extensions/v1beta1"), codes="NP413", policies=()),
    case(
        39,
        "Calico's kind of the same name",
        PLAIN.replace(API, "projectcalico.org/v3"),
        policies=(),
        skipped={"projectcalico.org/v3/NetworkPolicy": 1},
    ),
    case(40, "six million characters", f"{'# nothing to see' * 10}\n" * 37_500 + PLAIN, labels=DB),
    case(40, "more than anybody has", f"{PLAIN}{'#' * (32 * 1024 * 1024)}\n", codes=UNREADABLE, policies=()),
]
