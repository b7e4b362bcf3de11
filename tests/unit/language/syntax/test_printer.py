import json
import re
from random import Random

import msgspec
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from netpolc.language.syntax import tree as syntax
from netpolc.language.syntax.layout import WIDTH
from netpolc.language.syntax.parser import parse
from netpolc.language.syntax.printer import canonical_block, print_tree, quoted
from netpolc.language.syntax.tree import Node, Tree
from netpolc.source import Source, Span
from tests.rows import each_row
from tests.strategies.scribbles import Scribbler
from tests.strategies.trees import trees

TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|#[^\n]*|\w+|[^\s\w]')


def read(text):
    parsed = parse(Source("x.netpol", text))
    assert parsed.diagnostics == (), text
    return parsed.tree


def laid_out(text):
    return print_tree(read(text), text)


def said(text):
    """What a text says and remarks, in order: its tokens and comments without the marks that layout decides on."""
    tokens = (token for token in TOKEN.findall(text) if token not in {"{", "}", ",", '""'})
    return [json.loads(token) if token[0] == '"' else token.rstrip() for token in tokens]


scribbled = st.builds(lambda tree, seed: Scribbler(Random(seed)).file(tree), trees(), st.integers(0, 2**32))


@given(trees())
def test_reading_what_was_printed_gives_the_tree(tree):
    assert read(print_tree(tree)) == tree


@given(trees())
def test_printing_what_was_printed_changes_nothing(tree):
    assert laid_out(print_tree(tree)) == print_tree(tree)


@given(trees(), st.integers(0, 2**32))
def test_any_layout_reads_as_the_tree(tree, seed):
    assert read(Scribbler(Random(seed)).file(tree)).items == tree.items


@given(trees(), st.integers(0, 2**32))
def test_without_comments_the_lines_depend_on_the_tree_alone(tree, seed):
    text = Scribbler(Random(seed), commenting=False).file(tree)
    assert [line for line in laid_out(text).splitlines() if line] == [
        line for line in print_tree(tree).splitlines() if line
    ]


@given(scribbled)
def test_every_word_and_comment_is_kept_in_order(text):
    assert said(laid_out(text)) == said(text)


@given(scribbled)
def test_a_second_layout_changes_nothing(text):
    once = laid_out(text)
    assert laid_out(once) == once


@given(scribbled)
def test_comments_keep_their_kind_of_line(text):
    """Comments at the end of a line stay there; others keep a line of their own.

    One behind a comma that opens its line can do either.
    """

    def kinds(text):
        return {match[2]: match[1].strip(" \t") for match in re.finditer(r"(?m)^(.*?)(# \d+\.)", text)}

    before, after = kinds(text), kinds(laid_out(text))
    assert before.keys() == after.keys()
    assert all(bool(before[each]) == bool(after[each]) for each in before if before[each] != ",")


@given(scribbled)
def test_blank_lines_and_line_ends(text):
    printed = re.sub(r"# \d+\.[^\n]*[^\s]", "#", laid_out(text))
    assert printed == "" or (printed.endswith("\n") and printed[0] != "\n")
    assert not re.search(r"[ \t\r]$|\n\n\n|\n\n\Z|[{\[(]\n\n|\n\n *[}\])]", printed, re.MULTILINE)


@given(trees())
def test_a_line_passes_the_width_only_where_nothing_can_be_broken(tree):
    for line in print_tree(tree).split("\n"):
        bare = re.sub(r'"(?:[^"\\]|\\.)*"', lambda string: "x" * len(string[0]), line)
        assert len(line) <= WIDTH or not re.search(r"[\[{(][^\]})]+[\]})]", bare), line


def test_every_class_of_node_is_generated():
    wanted = {
        each for each in vars(syntax).values() if isinstance(each, type) and issubclass(each, Node) and each is not Node
    }
    seen = set()

    def visit(part):
        if isinstance(part, msgspec.Struct):
            seen.add(type(part))
            for name in part.__struct_fields__:
                visit(getattr(part, name))
        elif isinstance(part, tuple):
            for each in part:
                visit(each)

    def all_seen(tree):
        visit(tree)
        return wanted - seen <= {syntax.Comment}

    find(trees(), all_seen, settings=settings(max_examples=400, phases=[Phase.generate], derandomize=True))


LAYOUTS = {
    "empty": ("\n \n", ""),
    "only comments": ("\n\n  #a\n\n\n\t#  b  \n\n", "#a\n\n#  b\n"),
    "signs": (
        "pods  database=[ app = database,role != replica,x==y ]",
        "pods database = [app=database, role!=replica, x=y]\n",
    ),
    "operators": (
        "[ tier in(a,b),env   notin ( dev ),canary,! legacy,x= ]->*:*",
        '[tier in (a, b), env notin (dev), canary, !legacy, x=""] -> *:*\n',
    ),
    "ports": (
        'a->b : { 80 ,443/TCP,8000-8000,1-2/Udp,"http",m,*/sctp , }',
        'a -> b:{80, 443/tcp, 8000, 1-2/udp, "http", m, */sctp}\n',
    ),
    "one port needs no braces": ("a->b:{80,}", "a -> b:80\n"),
    "one member needs its braces": ("{ a }<->{b:80 , }  ", "{a} <-> {b:80}\n"),
    "addresses": (
        "net n={10.0.0.0/8   except {10.1.0.0/16,},2001:DB8:0::/32 except{2001:db8::/64,2001:db8:1::/64}}",
        "net n = {10.0.0.0/8 except 10.1.0.0/16, 2001:db8::/32 except {2001:db8::/64, 2001:db8:1::/64}}\n",
    ),
    "halves": ("*/*->postgres:5432\tingress", "*/* -> postgres:5432 ingress\n"),
    "both ways and half": ("a<->b:80   egress", "a <-> b:80 egress\n"),
    "strings": (r'import "A\/\u00e9\u200b\"\t"  as   b', 'import "A/é\\u200b\\"\\t" as b\n'),
    "annotations": (
        '@owner( "a" )@expires(2027-01-31)   a->b:80 # c',
        '@owner("a")\n@expires(2027-01-31)\na -> b:80  # c\n',
    ),
    "comments between annotations": (
        '@owner("a") # x\n\n# y\n\n\n@reason("b")\n\n# z\na -> b:80',
        '@owner("a")  # x\n# y\n@reason("b")\n# z\na -> b:80\n',
    ),
    "blank lines": ("a->b:80\n\n\n\nc->d:80\n# x\ne->f:80", "a -> b:80\n\nc -> d:80\n# x\ne -> f:80\n"),
    "heads stand apart": (
        "a->b:80\nnamespace x\na->b:80\nenv p{}\nnamespace y{ a->b:80 }\nc->d:80",
        "a -> b:80\n\nnamespace x\na -> b:80\n\nenv p {\n}\n\nnamespace y {\n  a -> b:80\n}\nc -> d:80\n",
    ),
    "heads and the comments that belong to them": (
        'a->b:80 # a\n# x\n\n# y\n# z\n@owner("o")\nnamespace x\n# end',
        'a -> b:80  # a\n# x\n\n# y\n# z\n@owner("o")\nnamespace x\n# end\n',
    ),
    "a comment that belongs to a head goes with it": (
        "a->b:80\n# y\nenv p { # o\n# first\nnamespace x { }\n\n\n# last\n\n} # after",
        "a -> b:80\n\n# y\nenv p {  # o\n  # first\n  namespace x {\n  }\n\n  # last\n}  # after\n",
    ),
    "no indentation after an open head": ("namespace x\n  a->b:80", "namespace x\na -> b:80\n"),
    "comments in a set": (
        "{a,b # of b\n# above c\n\n,c, # of c\n# last\n} -> {d:80, # of d\n e:{80,443}} # end",
        "{\n  a,\n  b,  # of b\n"
        "  # above c\n  c,  # of c\n  # last\n} -> {\n  d:80,  # of d\n  e:{80, 443},\n}  # end\n",
    ),
    "comments in the innermost list only": (
        "{a, {b, c, # c\n}, d} -> e:80",
        "{\n  a,\n  {\n    b,\n    c,  # c\n  },\n  d,\n} -> e:80\n",
    ),
    "a comment after a bracket": ("{ # x\n a} -> b:80", "{  # x\n  a,\n} -> b:80\n"),
    "a comment keeps the braces of one port": ("a -> b:{80 # x\n}", "a -> b:{\n  80,  # x\n}\n"),
    "a comment keeps the braces of one exception": (
        "net a = 10.0.0.0/8 except { # x\n10.1.0.0/16}",
        "net a = 10.0.0.0/8 except {  # x\n  10.1.0.0/16,\n}\n",
    ),
    "comments in a selector and its values": (
        '[a in ( # a, (b)\nb, # c\n# "d\nc) # e\n, f] -> b:80',
        '[\n  a in (  # a, (b)\n    b,  # c\n    # "d\n    c\n  ),  # e\n  f,\n] -> b:80\n',
    ),
    "comments in the labels of a head": (
        "namespace x [ # a\n b=c] { # d\n}",
        "namespace x [  # a\n  b=c,\n] {  # d\n}\n",
    ),
    "a hash in a string is no comment": ('a -> "#b":"#c" # d', 'a -> "#b":"#c"  # d\n'),
    "windows line ends": ("a->b:80 # x\r\n\r\n\r\n# y\r\nc->d:80\r\n", "a -> b:80  # x\n\n# y\nc -> d:80\n"),
}


@pytest.mark.parametrize(("text", "expected"), LAYOUTS.values(), ids=LAYOUTS)
def test_layout(text, expected):
    assert laid_out(text) == expected
    assert laid_out(expected) == expected


def test_a_statement_is_broken_past_the_width():
    name = "z" * (WIDTH - len("{x, y} -> :8080"))
    fits = f"{{x, y}} -> {name}:8080\n"
    assert laid_out(fits) == fits
    assert laid_out(f"{{x, y}} -> {name}z:8080") == f"{{\n  x,\n  y,\n}} -> {name}z:8080\n"


def test_a_comment_does_not_count_towards_the_width():
    text = f"a -> {{b, c}}:80  # {'x' * WIDTH}\n"
    assert laid_out(text) == text


def test_the_longest_list_is_broken_first():
    members = ["m" * 40, "n" * 40]
    broken = [f"  {each}," for each in members]
    long = f"{{{', '.join(members)}}}"
    assert laid_out(f"{{a, b}} -> {long}:{{80, 443}}").splitlines() == ["{a, b} -> {", *broken, "}:{80, 443}"]
    assert laid_out(f"{long} -> {{a, b}}:{{80, 443}}").splitlines() == ["{", *broken, "} -> {a, b}:{80, 443}"]
    members = ["m" * 50, "n" * 50]
    broken = [f"  {each}," for each in members]
    long = f"{{{', '.join(members)}}}"
    assert laid_out(f"{long} -> {long}:80").splitlines() == ["{", *broken, "} -> {", *broken, "}:80"]


def test_a_comment_in_one_list_leaves_the_others_whole():
    text = "{a, b} -> {\n  c,  # c\n}:{80, 443}\n"
    assert laid_out(text) == text
    long = f"{{{'m' * 40}, {'n' * (WIDTH - len('{, } -> c:{') - 40)}}}"
    assert laid_out(f"{long} -> c:{{80 # c\n}}").startswith(f"{long} -> c:{{\n")
    assert laid_out(f"{long} -> cc:{{80 # c\n}}").startswith("{\n")


def test_outer_lists_are_broken_before_inner_ones():
    values = ["v" * 20, "w" * 20]
    name = "p" * 50
    text = f"pods {name} = [app=x, tier in ({', '.join(values)})]\n"
    assert laid_out(text).splitlines() == [f"pods {name} = [", "  app=x,", f"  tier in ({', '.join(values)}),", "]"]
    values = ["v" * 60, "w" * 60]
    text = f"pods p = [tier in ({', '.join(values)})]\n"
    assert laid_out(text) == f"pods p = [\n  tier in (\n    {values[0]},\n    {values[1]}\n  ),\n]\n"


def test_indentation_counts_towards_the_width():
    line = f"{{a, {'b' * (WIDTH - len('{a, } -> c:80'))}}} -> c:80"
    assert laid_out(line) == line + "\n"
    assert laid_out(f"namespace x {{\n{line}\n}}").startswith("namespace x {\n  {\n    a,\n")


def test_a_comment_where_no_line_could_end_is_kept_all_the_same():
    text = "a # x\n# y\n"
    span = Span(0, 8)
    ref = syntax.Ref(None, "a", span)
    port = syntax.Ports((syntax.PortRange(80, 80, None, span),), span)
    flow = syntax.Flow(source=ref, both=False, destination=syntax.Target(ref, port, span), half=None, span=span)
    printed = print_tree(Tree((syntax.Item((), flow, span),)), text)
    assert re.findall("# .", printed) == ["# x", "# y"]


@each_row(
    "text, expected",
    [
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("2001:DB8:0:0::/64", "2001:db8::/64"),
        ("::FFFF:1.2.3.4/128", "::ffff:1.2.3.4/128"),
        ("::ffff:102:304/128", "::ffff:1.2.3.4/128"),
        ("::/0", "::/0"),
        ("10.0.0.1/8", "10.0.0.1/8"),
        ("10.0.0.1", "10.0.0.1"),
        ("999.0.0.0/8", "999.0.0.0/8"),
        ("010.0.0.0/8", "010.0.0.0/8"),
        ("10.0.0.0/08", "10.0.0.0/08"),
        ("0.0.0.0/0.0.0.0", "0.0.0.0/0.0.0.0"),
        ("10.1.0.0/255.255.0.0", "10.1.0.0/255.255.0.0"),
        ("172.16.0.0/0.15.255.255", "172.16.0.0/0.15.255.255"),
        ("2001:0db8::/32", "2001:db8::/32"),
        ("2001:00db8::/32", "2001:00db8::/32"),
    ],
)
def test_canonical_block(text, expected):
    assert canonical_block(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", '""'),
        ('a"b\\c/d', r'"a\"b\\c/d"'),
        ("\b\f\n\r\t\0\x7f\x85", r'"\b\f\n\r\t\u0000\u007f\u0085"'),
        ("é 漢 😀", '"é 漢 😀"'),
        ("\u200d\u202e\u2028\ufeff\U000e0041", r'"\u200d\u202e\u2028\ufeff\udb40\udc41"'),
    ],
)
def test_quoted(text, expected):
    assert quoted(text) == expected


def test_printing_is_linear():
    text = "a -> {\n" + "  b,  # c\n" * 20_000 + "}:80\n" + "c -> d:80  # e\n# f\n" * 10_000
    tree = read(text)
    assert print_tree(tree, text) == text


FOLDED = {
    '@reason( # 1.\n  "x" # 2.\n)\na -> b:1': '@reason("x")  # 1.\n# 2.\na -> b:1\n',
    "[k # wow!\n = v] -> b:1": "[\n  k=v,  # wow!\n] -> b:1\n",
    "[k in # (1.\n (x, y)] -> b:1": None,
    "[k # 1.\n in (x)] -> b:1": None,
    "{data/ # 1.\n pg, b} -> b:1": None,
    "a -> {b: # 1.\n 80}": None,
    "net n = {\n 10.0.0.0/8 # 1.\n  except # 2.\n 10.1.0.0/16\n}": None,
}


@each_row("text, expected", FOLDED.items())
def test_comments_within_what_stands_on_one_line_are_kept(text, expected):
    printed = laid_out(text)
    assert re.findall(r"# ?[^\n]*", printed) == re.findall(r"# ?[^\n]*", text)
    assert laid_out(printed) == printed
    assert expected in {None, printed}
