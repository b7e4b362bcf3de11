"""Near-misses in the words that begin statements: misspelt, or without what follows them."""

from __future__ import annotations

import re

from netpolc.diagnostics.closest import closest
from netpolc.language.syntax.mistakes.model import ErrorContext, NearMiss, end_of_block, spanned
from netpolc.source import SUFFIX, Span

FORMS = {
    "import": ("a quoted path", 'import "../platform/services.netpol" as platform'),
    "names": ("`by` and a label key", "names by app.kubernetes.io/name"),
    "strict": ("`names`", "strict names"),
    "namespace": ("a name, or several in braces", "namespace shop"),
    "env": ("names and a block", "env prod { … }"),
    "baseline": ("`deny` or `assume deny`", "baseline deny ingress"),
    "always": ("`allow` or `deny`", "always deny */* -> 169.254.169.254/32:*"),
    "default": ("`allow` or `deny`", "default deny */* -> shop/*:*"),
    "pods": ("a name and `=`", "pods database = [app=database]"),
    "group": ("a name and `=`", "group backends = {orders, payments}"),
    "net": ("a name and `=`", "net office = 203.0.113.0/24"),
    "port": ("a name and `=`", "port metrics = 9090"),
    "service": ("a name and `=`", "service postgres = [app=postgres]:5432"),
    "policy": ("a name and `=`", "policy allow-to-orders = orders"),
    "param": ("`net`, `pods` or `port`, and a name", "param net vpn"),
    "assert": ("`allow`, `deny` or `only`", "assert deny * -> database:22"),
}
"""Of each keyword: what follows it, and an example."""

UNFINISHED = (
    (re.compile(r"baseline[ \t]+(?:assume[ \t]+)?(deny)(?![^\s#])[ \t]*(?=#|$)"), "`ingress`, `egress` or `all`"),
    (re.compile(r"baseline[ \t]+(assume)(?![^\s#])[ \t]*(?=#|$)"), "`deny`"),
    (re.compile(r"param[ \t]+(net|port|pods)(?![^\s#])[ \t]*(?=#|$)"), "a name"),
    (re.compile(r"(?:always|default)[ \t]+(allow|deny)(?![^\s#])[ \t]*(?=#|$)"), "an endpoint"),
    (re.compile(r"assert[ \t]+(allow|deny|only)(?![^\s#])[ \t]*(?=#|$)"), "an endpoint"),
)
WORD = re.compile(r"[A-Za-z]+")
QUOTED_NAME = re.compile(r"[\"']([A-Za-z0-9_][A-Za-z0-9_-]*)[\"']")
TAKE_NAMES = {"namespace", "env", "pods", "group", "net", "port", "service", "policy"}
VERDICT = re.compile(r"(allow|deny|permit|block|reject|drop)[ \t]+(?=[A-Za-z0-9_\[{*])", re.IGNORECASE)
VERDICT_BEHIND = re.compile(
    r"[ \t]+(?P<word>(?P<gives>allow(?:ed)?|permit(?:ted)?|accept(?:ed)?)|deny|denied|block(?:ed)?|drop|reject)"
    r"(?=[ \t]*(?:#|\r|\n|\}|$))",
    re.IGNORECASE,
)
DENY = r"(?:deny|block|isolate|close)"
BASELINE = re.compile(
    rf"(?:(?:default|baseline)[ \t:=-]++)?(?:(?P<first>ingress|egress)[ \t]+)?{DENY}"
    r"(?:[ \t:=-]++(?P<direction>(?:all[ \t-]+)?(?:ingress|egress)|all))?"
    r"(?=[ \t]*(?:#|\r|\n|$)|[ \t]+on[ \t])",
    re.MULTILINE,
)
OPEN_BASELINE = re.compile(r"baseline[ \t]+(allow|permit|open|none|accept)(?![^\s#])")
BOTH_DIRECTIONS = re.compile(
    r"baseline[ \t]+(?:assume[ \t]+)?deny[ \t]+"
    r"((?:ingress|egress)(?:[ \t]*[,&|+/]+[ \t]*|[ \t]+(?:(?:and|or)[ \t]+)?)(?:ingress|egress)"
    r"|both|any|every|everything|\*)(?![^\s#])"
)
ENVIRONMENTS = re.compile(r"env[ \t]+[A-Za-z0-9_-]+(?:\s*+,\s*+[A-Za-z0-9_-]++)*+\s*+\{")
POLICY_BLOCK = re.compile(r"policy[ \t]+([\"']?)[A-Za-z0-9_-]+\1[ \t]*(?=\{)")
BLOCK_NAMES = re.compile(r"[A-Za-z0-9_-]+|\{[A-Za-z0-9_, -]+\}")
UNNAMED = re.compile(r"=(?![=>])")
OTHER_WORDS = {
    "ns": "namespace",
    "project": "namespace",
    "environment": "env",
    "environments": "env",
    "stage": "env",
    "pod": "pods",
    "workload": "pods",
    "deployment": "pods",
    "selector": "pods",
    "cidr": "net",
    "cidrs": "net",
    "ip": "net",
    "ips": "net",
    "ipblock": "net",
    "network": "net",
    "networks": "net",
    "svc": "service",
    "include": "import",
    "use": "import",
    "using": "import",
    "require": "import",
    "load": "import",
    "parameter": "param",
    "expect": "assert",
    "test": "assert",
    "verify": "assert",
}
"""What other tools call what a statement begins with."""

SIGN_BEHIND = re.compile(r"[:=][ \t]*(?![>=])")
UNSIGNED = re.compile(r"(?:pods|group|net|port|service)[ \t]+[A-Za-z0-9_-]+")
CLAIM = re.compile(
    r"(?:assert|expect|test|verify)[ \t]+(?:(?P<no>not|no|never|none|forbid)[ \t]+)?(?=[A-Za-z0-9_./-]+[ \t]*->|[\[{*])"
)

WITHOUT_WORD = frozenset({"policies", "networkpolicy", "rule", "rules", "flow", "connection", "connections"})
"""What other tools write before connections, which stand by themselves."""

NEGATED = re.compile(r"(?:^|(?<=>)[ \t]*)(not)\Z", re.IGNORECASE)
FROM_IMPORT = re.compile(r"from[ \t]+[\"']?(?P<path>[A-Za-z0-9_./-]+)[\"']?[ \t]+import(?:[ \t]+[^\s#]+)+")
STRICT_NAMES = re.compile(
    r"(?:strict(?P<joint>[-_]?)names|strict[ \t]+names(?=[ \t]*[:=]))(?P<value>[ \t]*[:=]?[ \t]*(?:true|yes|on|1))?"
    r"(?=[ \t]*(?:#|\r|\n|$))",
    re.IGNORECASE | re.MULTILINE,
)
UNQUOTED_PATH = re.compile(r"import[ \t]+(?P<path>[A-Za-z0-9_./-]+)(?=[ \t]*(?:#|\r|\n|$|as[ \t]))", re.MULTILINE)


def form_of(context: ErrorContext) -> str | None:
    """Return an example of the statement that a keyword begins."""
    match = WORD.match(context.text, context.start)
    if match is None or match[0] not in FORMS or context.text[match.end() : match.end() + 1] not in {" ", "\t"}:
        return None
    return None if context.past_arrow else FORMS[match[0]][1]


def unfinished_keyword(context: ErrorContext) -> NearMiss | None:
    """Recognize `baseline deny` and the like at the end of a line."""
    for pattern, what in UNFINISHED:
        match = pattern.match(context.text, context.start, context.line_end)
        if match is not None:
            message = f"`{match[1]}` is followed by {what}"
            return NearMiss(
                "NP101", message, Span(match.start(1), match.end(1)), f"write it as in `{form_of(context)}`"
            )
    return None


def quoted_name(context: ErrorContext) -> NearMiss | None:
    """Recognize `namespace "shop"`."""
    match = QUOTED_NAME.match(context.text, context.at)
    if match is None or context.head not in TAKE_NAMES:
        return None
    return NearMiss("NP101", "names stand without quotes", spanned(match), f"use `{match[1]}`", match[1])


def verdict(context: ErrorContext) -> NearMiss | None:
    """Recognize `deny a -> b:80`, where the parser takes `deny` for a name that another name follows."""
    match = VERDICT.match(context.text, context.start)
    if match is None or match.end() != context.at or "->" not in context.line:
        return None
    if match[1].lower() in {"allow", "permit"}:
        return NearMiss("NP101", "a flow stands by itself", spanned(match), "write the flow alone", "")
    return _takes_away(Span(match.start(), match.start() + len(match[1])))


def verdict_behind(context: ErrorContext) -> NearMiss | None:
    """Recognize `a -> b:80 allow`."""
    match = None if context.opened or not context.past_arrow else VERDICT_BEHIND.match(context.text, context.head_end)
    if match is None or context.at != match.start("word"):
        return None
    word = Span(match.start("word"), match.end("word"))
    if match["gives"] is None:
        return _takes_away(word)
    return NearMiss("NP101", "a flow stands by itself", word, "write the flow alone", "", replaced=spanned(match))


def negation(context: ErrorContext) -> NearMiss | None:
    """Recognize `!legacy -> b:80`, `not legacy -> b:80` and `a !-> b:80`."""
    word = NEGATED.search(context.head) if not context.opened and re.match(r"[\w\[{*]", context.character) else None
    if word is not None:
        begin = context.head_end - len(word[1])
        return _not_negated(Span(begin, context.head_end))
    if context.character != "!" or context.bracket in {"[", "("}:
        return None
    span = Span(context.at, context.at + 1)
    if context.text[context.at + 1 : context.at + 2] in {"-", "="}:
        return _takes_away(span)
    return _not_negated(span)


def _not_negated(span: Span) -> NearMiss:
    return NearMiss("NP101", "endpoints cannot be negated", span, "say it of the labels: `[app!=legacy]`")


def _takes_away(span: Span) -> NearMiss:
    return NearMiss(
        "NP101",
        "a flow takes no connection away",
        span,
        "what no flow opens is denied where a baseline closes, and `assert deny` proves it; "
        "`always deny` denies it in the whole cluster",
    )


def bare_baseline(context: ErrorContext) -> NearMiss | None:
    """Recognize `deny all`, `default deny ingress`, `deny-all` and `baseline: deny all`."""
    match = BASELINE.match(context.text, context.start)
    if match is None or not context.start < context.at <= match.end() or match[0] == "baseline deny":
        return None
    message = "a baseline begins with `baseline deny`"
    if match["direction"] is None and match["first"] is None:
        return NearMiss("NP101", message, spanned(match), "write `baseline deny all`, or `ingress` or `egress`")
    right = f"baseline deny {match['first'] or match['direction'].split()[-1].removeprefix('all-')}"
    return NearMiss("NP101", message, spanned(match), f"use `{right}`", right)


def open_baseline(context: ErrorContext) -> NearMiss | None:
    """Recognize `baseline allow all`."""
    match = OPEN_BASELINE.match(context.text, context.start)
    if match is None or not context.start < context.at <= match.end():
        return None
    advice = "a namespace without one closes ingress alone, which flows open, as in `any -> webapp:*`"
    return NearMiss("NP101", "a baseline denies", Span(match.start(1), match.end(1)), advice)


def both_directions(context: ErrorContext) -> NearMiss | None:
    """Recognize `baseline deny ingress, egress`, `baseline deny ingress egress` and `baseline deny both`."""
    match = BOTH_DIRECTIONS.match(context.text, context.start)
    if match is None or not match.start(1) <= context.at < match.end(1):
        return None
    span = Span(match.start(1), match.end(1))
    return NearMiss("NP101", "both directions are `all`", span, "use `all`", "all")


def sign_behind_keyword(context: ErrorContext) -> NearMiss | None:
    """Recognize `namespace: shop`, `env = prod {` and `namespace shop:`."""
    behind = SIGN_BEHIND.match(context.text, context.at) if not context.opened else None
    words = context.head.split()
    if behind is None or not words or words[0] not in {"namespace", "env", "import"}:
        return None
    if words[0] == "env" and "{" not in context.line:
        return None
    ends = context.text[behind.end() : behind.end() + 1] in {"", "\r", "\n", "#"}
    if len(words) > 1 and not (ends and words[0] == "namespace"):
        return None
    span = Span(context.at, context.at + 1)
    replaced = Span(context.head_end, behind.end())
    message = f"no sign stands behind `{words[0]}`" if len(words) == 1 else "a section ends where the next one begins"
    return NearMiss("NP101", message, span, "remove it", "" if ends else " ", replaced=replaced)


def missing_equals(context: ErrorContext) -> NearMiss | None:
    """Recognize `pods db [app=db]`, `group g {a, b}` and `port http 80`."""
    if context.opened or UNSIGNED.fullmatch(context.head) is None or not re.match(r"[\[{0-9*\"]", context.character):
        return None
    span = Span(context.head_end, context.at)
    return NearMiss(
        "NP101", "a declaration is written with `=`", Span(context.at, context.at), "add `=`", " = ", replaced=span
    )


def missing_quantifier(context: ErrorContext) -> NearMiss | None:
    """Recognize `assert a -> b:80`, `assert not a -> b:80` and `expect a -> b:80`."""
    match = None if context.opened else CLAIM.match(context.text, context.start)
    if match is None or not context.start < context.at <= match.end() or "->" not in context.line:
        return None
    right = f"assert {'deny' if match['no'] else 'allow'} "
    message = "`assert` is followed by `allow`, `deny` or `only`"
    return NearMiss("NP101", message, spanned(match), f"use `{right.strip()}`", right)


def keyword_alone(context: ErrorContext) -> NearMiss | None:
    """Recognize a keyword that was read as a name, since nothing follows that would make it a keyword."""
    if context.opened or context.head not in FORMS:
        return None
    if context.head not in {"import", "names", "strict"} and (context.character.isalnum() or context.character == "_"):
        return None
    what, form = FORMS[context.head]
    span = Span(context.start, context.start + len(context.head))
    return NearMiss("NP101", f"`{context.head}` is followed by {what}", span, f"write it as in `{form}`")


def policy_block(context: ErrorContext) -> NearMiss | None:
    """Recognize `policy allow-web { … }` and `policy "allow-web" { … }`."""
    match = POLICY_BLOCK.match(context.text, context.start)
    if match is None or not match.start() < context.at <= match.end():
        return None
    advice = (
        "write flows by themselves, of which netpolc makes policies; `policy allow-web = web` names the one on `web`"
    )
    return NearMiss(
        "NP101", "a policy is no block", Span(match.start(), len(match[0].rstrip()) + match.start()), advice
    )


def unquoted_path(context: ErrorContext) -> NearMiss | None:
    """Recognize `import std` and `import ../platform/services.netpol`."""
    match = None if context.opened else UNQUOTED_PATH.match(context.text, context.start)
    if match is None or not context.start < context.at <= match.end():
        return None
    path = match["path"]
    if not _is_library(path) and "/" not in path and not path.endswith(SUFFIX):
        return None
    right = f'"{"std" if _is_library(path) else path}"'
    span = Span(match.start("path"), match.end("path"))
    return NearMiss("NP101", "`import` is followed by a quoted path", span, f"use `import {right}`", right)


def _is_library(path: str) -> bool:
    return path.casefold() in {"std", "stdlib"} or path.startswith("std.")


def from_import(context: ErrorContext) -> NearMiss | None:
    """Recognize `from std import dns`."""
    match = None if context.opened else FROM_IMPORT.match(context.text, context.start)
    if match is None or not context.start < context.at <= match.end():
        return None
    path = match["path"]
    right = 'import "std"' if _is_library(path) else f'import "{path}" as …'
    advice = "and write its names as in `std.dns`" if _is_library(path) else "and write its names behind a dot"
    message = "a file is imported as a whole"
    return NearMiss("NP101", message, spanned(match), f"use `{right}`, {advice}")


def strict_names(context: ErrorContext) -> NearMiss | None:
    """Recognize `strict-names`, `strictNames` and `strict names = true`."""
    match = None if context.opened else STRICT_NAMES.match(context.text, context.start)
    if match is None or not context.start < context.at <= match.end():
        return None
    message = "`strict names` is two words, and says all"
    return NearMiss("NP101", message, spanned(match), "use `strict names`", "strict names")


def misspelt_keyword(context: ErrorContext) -> NearMiss | None:
    """Recognize `namespac shop`, and `ns shop` as others would write it."""
    word = context.head
    if (
        context.opened
        or WORD.fullmatch(word) is None
        or not (context.character.isalnum() or context.character in set('[_{"'))
    ):
        return None
    span = Span(context.start, context.start + len(word))
    if word.casefold() in WITHOUT_WORD:
        advice = "write flows by themselves, as in `webapp -> database:5000`; netpolc makes and names the policies"
        return NearMiss("NP101", f"netpol has no `{word}`", span, advice)
    near = OTHER_WORDS.get(word.casefold()) or closest(word, FORMS)
    if near is None:
        return None
    if context.character == '"' and near != "import":
        return NearMiss("NP101", f"unknown statement `{word}`", span, f"write it as in `{FORMS[near][1]}`")
    return NearMiss("NP101", f"unknown statement `{word}`", span, f"use `{near}`", near)


def broken_environments(context: ErrorContext) -> NearMiss | None:
    """Recognize `env prod,` or `env prod` with the rest of its head on the next line; its block is passed over."""
    match = ENVIRONMENTS.match(context.text, context.start) if context.character in {"\r", "\n"} else None
    if match is None or context.opened or match.end() <= context.at:
        return None
    head = match[0]
    right = f"env {', '.join(re.findall('[A-Za-z0-9_-]+', head)[1:])} {{"
    end = end_of_block(context.text, match.end() - 1)
    message = "the names of environments and their `{` stand on one line"
    return NearMiss("NP101", message, spanned(match), f"use `{right}`", right, end)


def bare_block(context: ErrorContext) -> NearMiss | None:
    """Recognize `shop { … }` and `{shop, data} { … }`."""
    if context.opened or context.character != "{" or re.fullmatch(BLOCK_NAMES, context.head) is None:
        return None
    if closest(context.head, ("namespace",)) is not None:
        return None  # a misspelt keyword
    span = Span(context.start, context.start + len(context.head))
    right = f"namespace {context.head}"
    return NearMiss("NP101", "a block belongs to `namespace` or `env`", span, f"use `{right}`", right)


def bare_declaration(context: ErrorContext) -> NearMiss | None:
    """Recognize `database = [app=database]`, where the kind is missing."""
    if context.opened or UNNAMED.match(context.text, context.at) is None:
        return None
    if re.fullmatch(r"[A-Za-z0-9_-]+", context.head) is None or context.head in FORMS:
        return None
    return NearMiss(
        "NP101",
        "a declaration begins with its kind",
        Span(context.start, context.start + len(context.head)),
        f"write `pods {context.head} = …`, or `group`, `net`, `port` or `service`",
    )
