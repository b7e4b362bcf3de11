from netpolc.adopt.importer.library import standard_library
from netpolc.adopt.importer.model import BlockEnd, PodsEnd
from netpolc.compiler.loading import LIBRARY
from netpolc.ir.model import InNamespace
from netpolc.language.syntax.parser import parse
from netpolc.language.syntax.tree import Declaration
from netpolc.sets.labels import LabelRequirement, LabelSelector
from netpolc.sets.ports import PortInterval, ports_of
from netpolc.source import Source


def test_every_name_of_the_library_is_known_by_what_it_stands_for():
    library = standard_library()
    tree = parse(Source("std", (LIBRARY / "std.netpol").read_text("utf-8"))).tree
    names = {f"std.{item.statement.name.text}" for item in tree.items if isinstance(item.statement, Declaration)}
    assert {*library.services.values(), *library.ends.values()} == names


def test_only_what_is_the_same_has_the_name():
    library = standard_library()
    dns = PodsEnd(InNamespace("kube-system"), LabelSelector((LabelRequirement("k8s-app", "In", ("kube-dns",)),)))
    udp, tcp = PortInterval("UDP", 53, 53), PortInterval("TCP", 53, 53)
    assert library.services[frozenset((dns,)), ports_of((udp, tcp))] == "std.dns"
    assert (frozenset((dns,)), ports_of((udp,))) not in library.services
    assert frozenset((BlockEnd("10.0.0.0/8"),)) not in library.ends
