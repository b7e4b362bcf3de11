from netpolc.adopt.importer.library import standard_library
from netpolc.adopt.importer.model import BlockEnd, PodsEnd
from netpolc.compiler.loading import LIBRARY
from netpolc.ir.model import InNamespace
from netpolc.language.resolve.outline import outline, outline_on
from netpolc.language.syntax.parser import parse
from netpolc.sets.labels import LabelRequirement, LabelSelector
from netpolc.sets.ports import PortInterval, ports_of
from netpolc.source import Source


def test_every_name_of_the_library_is_known_by_what_it_stands_for():
    library = standard_library()
    text = Source("std", (LIBRARY / "std.netpol").read_text("utf-8"))
    declared = outline_on(outline(text, parse(text).tree), "kubernetes").declarations
    names = {f"std.{each.statement.name.text}" for each in declared}
    assert {*library.services.values(), *library.ends.values()} == names


def test_only_what_is_the_same_has_the_name():
    library = standard_library()
    dns = PodsEnd(InNamespace("kube-system"), LabelSelector((LabelRequirement("k8s-app", "In", ("kube-dns",)),)))
    udp, tcp = PortInterval("UDP", 53, 53), PortInterval("TCP", 53, 53)
    assert library.services[frozenset((dns,)), ports_of((udp, tcp))] == "std.dns"
    assert (frozenset((dns,)), ports_of((udp,))) not in library.services
    assert frozenset((BlockEnd("10.0.0.0/8"),)) not in library.ends
