"""A picture whose every text is hostile: what it is called would end a string, a comment or a tag where it could."""

from netpolc.engine.peers import Peer
from netpolc.engine.verdicts import Pod
from netpolc.manifests.model import Workload
from netpolc.queries.deciding_rules import DecidingRule, SourceLine
from netpolc.queries.pictures.model import Drawing, DrawnEdge, DrawnNode, NameSources
from netpolc.results import Picture
from netpolc.sets.ports import NamedPort, PortSet
from netpolc.source import Location, Source, Span

TEXTS = (
    '"',
    "'",
    "\\",
    '\\"',
    "\\N \\G \\l",
    "<b>bold</b><script>alert(1)</script>",
    "&lt; &amp; &#65; #35; #quot;",
    '"]; n9 [label="x',
    '"] --> n9["x',
    "]] end subgraph x",
    "%%{init: {'theme': 'dark'}}%%",
    "%% %%%% --- ```",
    "`*_$$x^2$$_*`",
    "a -> b; c -- d { e: f } | ${g} \\{h}",
    "1. one",
    "\n\r\t\x1b[31m\u202e\u200b",
    "é 漢字 🙂",
)
HERE = Location(Source("", ""), Span(0, 0))


def _peer(name, namespace):
    known = {"kind": "Deployment", "name": name, "namespace": namespace, "labels": {}, "location": HERE}
    return Peer(id=f"{namespace}/{name}", end=Pod(namespace=namespace, labels={}), workload=Workload(**known))


def picture(text):
    """A picture of two workloads that are called by a text, in a namespace of that name, and a rule of that text."""
    source, destination = _peer(f"a{text}", text), _peer(f"b{text}", text)
    rule = DecidingRule(text, text, SourceLine(text, 1, text))
    edge = DrawnEdge(
        source=0,
        destination=1,
        ports=PortSet(names=(NamedPort("TCP", text),)),
        way="inside",
        rules=(rule,),
    )
    nodes = (DrawnNode(box=text, peers=(source,)), DrawnNode(box=text, peers=(destination,)))
    return Picture(Drawing(nodes=nodes, edges=(edge,)), NameSources((source, destination)))
