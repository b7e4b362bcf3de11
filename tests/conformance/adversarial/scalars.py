"""Cases 1 to 19 and 53 to 62: what a scalar is, as the value of a label, as a port, as an address block."""

from tests.conformance.adversarial.case import case

HEAD = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\nspec:\n"


def labelled(written):
    """A policy whose subject has a label of this value, as it is written."""
    return f"{HEAD}  podSelector:\n    matchLabels:\n      app: {written}\n"


def with_port(written):
    """A policy of one port, as it is written."""
    return f"{HEAD}  podSelector: {{}}\n  ingress:\n    - ports:\n        - protocol: TCP\n          port: {written}\n"


def with_block(written):
    """A policy of one address block, as it is written."""
    return f"{HEAD}  podSelector: {{}}\n  ingress:\n    - from:\n        - ipBlock:\n            cidr: {written}\n"


NO_TEXT = "NP411"
NO_LABEL = "NP404"
NO_PORT = "NP407"
NO_BLOCK = "NP409"
UNREADABLE = "NP120"
EMPTY = "NP416"

BOOLEANS = [(1, "no"), (2, "on"), (2, "off"), (3, "y"), (3, "N")]
NUMBERS = [
    (4, "1e3", 1000),
    (4, "12e03", 12000),
    (5, "0o10", 8),
    (5, "0O7", 7),
    (6, "012", 10),
    (7, "08", 8),
    (8, "0x1F", 31),
    (8, "0b11", 3),
    (9, "1_000", 1000),
    (11, "5.", 5),
    (19, "80.0", 80),
    (19, "8e1", 80),
]
"""What go-yaml takes for a number that JSON writes without a fraction; it is a port, and no label."""

FRACTIONS = [(10, "1.10"), (11, ".5")]
TEXTS = [(12, "1:30", NO_LABEL), (13, "2024-01-02", None), (16, "=", NO_LABEL), (16, "<<", NO_LABEL)]
"""What stays text, although other readers take it for a time, a date, or a sign of YAML."""

QUOTED = [(number, written) for number, written in BOOLEANS]
QUOTED += [(number, written) for number, written, _ in NUMBERS] + [(10, "1.10"), (13, "2024-01-02"), (14, "null")]

CASES = [
    *(case(n, f"`{w}` is a boolean, no label", labelled(w), codes=NO_TEXT) for n, w in BOOLEANS),
    *(case(n, f"`{w}` is a boolean, no port", with_port(w), codes=NO_TEXT) for n, w in [*BOOLEANS, (18, "true")]),
    *(case(n, f"`{w}` is a number, no label", labelled(w), codes=NO_TEXT) for n, w, _ in NUMBERS),
    *(case(n, f"`{w}` is the port {port}", with_port(w), port=port) for n, w, port in NUMBERS),
    *(case(n, f"`{w}` is no label", labelled(w), codes=NO_TEXT) for n, w in FRACTIONS),
    *(case(n, f"`{w}` is no port", with_port(w), codes=NO_TEXT) for n, w in FRACTIONS),
    *(
        case(n, f"`{w}` is text", labelled(w), codes=code or (), labels=None if code else {"app": w})
        for n, w, code in TEXTS
    ),
    *(case(n, f"`{w}` is the name of a port, and a wrong one", with_port(w), codes=NO_PORT) for n, w, _ in TEXTS),
    *(case(n, f'`"{w}"` is text', labelled(f'"{w}"'), labels={"app": w}) for n, w in QUOTED if w[-1] != "."),
    *(
        case(14, f"`{w}` is null, and null is the empty text", labelled(w), labels={"app": ""})
        for w in ("null", "~", "", "Null", "# nothing")
    ),
    *(case(14, f"the port `{w}` is every port", with_port(w), codes=EMPTY) for w in ("null", "~", "")),
    *(
        case(15, f"`{w}` is nothing that JSON could say", labelled(w), codes=UNREADABLE)
        for w in (".nan", ".inf", "-.Inf")
    ),
    case(15, "`.infinity` is text", labelled(".infinity"), codes=NO_LABEL),
    case(17, "a number in quotes is the name of a port", with_port('"80"'), codes=NO_PORT),
    case(17, "a word is the name of a port", with_port("http"), port="http"),
    *(case(53, f"the port {w}", with_port(w), codes=NO_PORT) for w in ("0", "65536", "-1")),
    case(53, "a port of more than 32 bits", with_port("2147483648"), codes=NO_PORT),
    *(case(53, f"the port {w}", with_port(w), port=w) for w in (1, 65535)),
    case(54, "digits of another script are no number", with_port("\N{FULLWIDTH DIGIT EIGHT}0"), codes=NO_PORT),
    case(54, "space around a number is none of it", with_port(" 80 "), port=80),
    case(54, "space in quotes is", with_port('" 80 "'), codes=NO_PORT),
    case(54, "a sign belongs to a number", with_port("+80"), port=80),
    case(55, "an end before the port", with_port("80\n          endPort: 79"), codes=NO_PORT),
    case(55, "an end that is the port", with_port("80\n          endPort: 80"), port=80, last=80),
    case(55, "an end to a name", with_port("http\n          endPort: 80"), codes=NO_PORT),
    case(55, "an end to nothing", with_port("80").replace("port:", "endPort:"), codes=NO_PORT),
    case(55, "an end in quotes", with_port('80\n          endPort: "90"'), codes=NO_TEXT),
    *(
        case(number, f"`{w}` is no block", with_block(w), codes=NO_BLOCK)
        for number, w in [
            (56, "10.0.0.5/24"),
            (56, "2001:db8::1/64"),
            (57, "10.0.0.1"),
            (57, '"2001:db8::1"'),
            (58, "10.0.0.0/255.0.0.0"),
            (58, "10.0.0.0/0.255.255.255"),
            (59, "10.0.0.0/08"),
            (59, "010.0.0.0/8"),
            (60, '"::ffff:10.0.0.0/104"'),
            (61, "fe80::%eth0/64"),
            (65, "0.0.0.0/33"),
            (65, '"::/129"'),
        ]
    ),
    case(62, "upper case and zeros written out", with_block("FE80:0:0:0::/64"), peers=1),
    *(
        case(65, f"`{w}` is a block", with_block(f'"{w}"'), peers=1)
        for w in ("0.0.0.0/0", "1.2.3.4/32", "::/0", "::1/128")
    ),
]
