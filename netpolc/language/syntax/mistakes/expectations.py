"""The words for what could stand at a place, derived from the terminals that the parser would accept there."""

from __future__ import annotations

STATEMENT = "a statement"
ENDPOINT = "an endpoint (a name, `[labels]`, `*`, `{…}` or an address block)"
END_OF_LINE = "the end of the line"

WORDS: dict[str, tuple[str, ...]] = {
    "NAME": ("a name",),
    "KEY": ("a label key",),
    "VALUE": ("a label value",),
    "STRING": ("a quoted string",),
    "DATE": ("a date",),
    "ADDRESS": ("an address block",),
    "NUMBER": ("a port",),
    "RANGE": ("a range of ports",),
    "PROTOCOL": ("`tcp`", "`udp`", "`sctp`"),
    "TO": ("`->`",),
    "BOTH": ("`<->`",),
    "_COLON": ("`:` and ports",),
    "_EQUALS": ("`=`",),
    "EQUAL": ("`=`", "`!=`"),
    "IN": ("`in (…)`",),
    "NOTIN": ("`notin (…)`",),
    "NOT": ("`!`",),
    "AT": ("an annotation",),
    "STAR": ("`*`",),
    "LBRACE": ("`{`",),
    "LSQB": ("`[`",),
    "LPAR": ("`(`",),
    "_AS": ("`as`",),
    "ASSUME": ("`assume`",),
    "_DENY": ("`deny`",),
    "DIRECTION": ("`ingress`", "`egress`", "`all`"),
    "HALF": ("`ingress`", "`egress`"),
    "_ON": ("`on`",),
    "KIND": ("`net`", "`port`", "`pods`"),
    "QUANTIFIER": ("`allow`", "`deny`", "`only`"),
    "ACTION": ("`allow`", "`deny`"),
    "_EXCEPT": ("`except`",),
    "_EXCEPT_BELOW": ("`except`",),
    "COMMA": ("`,`",),
    "SLASH": ("`/`",),
    "DOT": ("`.`",),
    "RBRACE": ("`}`",),
    "RSQB": ("`]`",),
    "RPAR": ("`)`",),
    "_NL": (END_OF_LINE,),
    "$END": ("the end of the file",),
}
"""The words for each terminal, the most telling first; keywords that begin statements are statements."""

GROUPS: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"KW_ENV", "KW_NAMESPACE", "KW_BASELINE", "KW_PODS", "NAME", "LSQB", "STAR", "STRING"}), STATEMENT),
    (frozenset({"NAME", "LSQB", "STAR", "LBRACE", "ADDRESS", "STRING"}), ENDPOINT),
    (frozenset({"NUMBER", "RANGE", "NAME", "STRING", "STAR", "LBRACE"}), "ports (`80`, `8000-8100/udp`, `{…}` or `*`)"),
    (frozenset({"NUMBER", "RANGE", "NAME", "STRING", "STAR"}), "a port"),
    (frozenset({"NAME", "LSQB", "STAR"}), "pods (a name, `[labels]` or `*`)"),
)
"""Terminals that users think of as one thing; a group counts when all of its terminals are accepted."""

ABSORBED = {STATEMENT: frozenset({"LBRACE", "ADDRESS", "AT", "_NL", "$END"})}
"""What a group makes needless to say, beyond its own terminals."""

CLOSING = frozenset({"RBRACE", "RSQB", "RPAR"})
WITHIN_ENDPOINT = frozenset({"SLASH", "DOT"})


def in_words(accepted: set[str]) -> tuple[str, ...]:
    """Put accepted terminals into words, the most telling first; what is always possible only where nothing else is."""
    rest = {name for name in accepted if not name.startswith("KW_")}
    said: list[str] = []
    for terminals, words in GROUPS:
        if terminals <= (accepted if words == STATEMENT else rest):
            said.append(words)
            rest -= terminals | ABSORBED.get(words, frozenset())
    if rest & CLOSING:
        rest -= {"_NL"}
    if "_NL" in rest:
        rest -= {"$END"}
    rest = rest - WITHIN_ENDPOINT or rest
    return tuple(dict.fromkeys([*said, *(word for name, words in WORDS.items() if name in rest for word in words)]))


def sentence(words: tuple[str, ...]) -> str:
    """Join words to an enumeration: `a`, `b` or `c`."""
    if len(words) <= 1:
        return "".join(words)
    return f"{', '.join(words[:-1])} or {words[-1]}"
