"""What could stand at a place, in the words of users: from the parser's own terminals, never by their names."""

from __future__ import annotations

STATEMENT = "a statement"
ENDPOINT = "an endpoint (a name, `[labels]`, `*`, `{…}` or an address block)"

WORDS = {
    "$END": "the end of the file",
    "_NL": "the end of the line",
    "NAME": "a name",
    "KEY": "a label key",
    "VALUE": "a label value",
    "STRING": "a quoted string",
    "DATE": "a date",
    "ADDRESS": "an address block",
    "NUMBER": "a port",
    "RANGE": "a range of ports",
    "PROTOCOL": "a protocol",
    "TO": "`->`",
    "BOTH": "`<->`",
    "_COLON": "`:` and ports",
    "_EQUALS": "`=`",
    "EQUAL": "`=` or `!=`",
    "IN": "`in (…)`",
    "NOTIN": "`notin (…)`",
    "NOT": "`!`",
    "AT": "an annotation",
    "STAR": "`*`",
    "LBRACE": "`{`",
    "RBRACE": "`}`",
    "LSQB": "`[`",
    "RSQB": "`]`",
    "LPAR": "`(`",
    "RPAR": "`)`",
    "COMMA": "`,`",
    "SLASH": "`/`",
    "DOT": "`.`",
    "_AS": "`as`",
    "ASSUME": "`assume`",
    "_DENY": "`deny`",
    "DIRECTION": "`ingress`, `egress` or `all`",
    "HALF": "`ingress` or `egress`",
    "_ON": "`on`",
    "KIND": "`net`, `port` or `pods`",
    "QUANTIFIER": "`allow`, `deny` or `only`",
    "_EXCEPT": "`except`",
}

GROUPS: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"KW_ENV", "KW_NAMESPACE", "KW_BASELINE", "KW_PODS", "NAME", "LSQB", "STAR", "STRING"}), STATEMENT),
    (frozenset({"NAME", "LSQB", "STAR", "LBRACE", "ADDRESS", "STRING"}), ENDPOINT),
    (frozenset({"NUMBER", "RANGE", "NAME", "STRING", "STAR", "LBRACE"}), "ports (`80`, `8000-8100/udp`, `{…}` or `*`)"),
    (frozenset({"NUMBER", "RANGE", "NAME", "STRING", "STAR"}), "a port"),
    (frozenset({"NAME", "LSQB", "STAR"}), "pods (a name, `[labels]` or `*`)"),
)
"""Terminals that users think of as one thing; a group counts when all of its terminals are accepted."""

ABSORBED = {
    STATEMENT: frozenset({"LBRACE", "ADDRESS", "AT"}),
}
"""What a group makes needless to say, beyond its own terminals."""

ORDER = tuple(WORDS.values())


def in_words(accepted: set[str]) -> tuple[str, ...]:
    """What could stand there, the most telling first."""
    rest = set(accepted)
    said: list[str] = []
    for terminals, words in GROUPS:
        if terminals <= rest:
            said.append(words)
            rest -= terminals | ABSORBED.get(words, frozenset())
    rest -= {name for name in rest if name.startswith("KW_")}
    said += sorted({WORDS[name] for name in rest}, key=ORDER.index)
    return tuple(said)


def sentence(words: tuple[str, ...]) -> str:
    """Words as an enumeration: `a`, `b` or `c`."""
    if len(words) <= 1:
        return "".join(words)
    return f"{', '.join(words[:-1])} or {words[-1]}"
