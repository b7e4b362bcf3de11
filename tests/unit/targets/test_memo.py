import msgspec
import pytest
from msgspec.structs import replace

from netpolc.cache import Cache
from netpolc.policy.model import IPBlock, PodPeer, Policy, PolicyPort, Rule, Selector
from netpolc.source import Location, Source, Span
from netpolc.targets import memo
from netpolc.targets.memo import Memo

PLACE = Location(Source("f", "abc"), Span(0, 1))
OTHER_PLACE = Location(Source("g", "xyz"), Span(1, 3))
RULE = Rule(
    (PodPeer(Selector((("app", "web"),)), None, PLACE),), (PolicyPort("TCP", 80, None, PLACE),), ("why",), PLACE
)
POLICY = Policy(
    name="db",
    namespace="shop",
    labels=(("a", "b"),),
    annotations=(("c", "d"),),
    pod_selector=Selector((("app", "db"),)),
    policy_types=("Ingress",),
    ingress=(RULE,),
    comments=("who",),
    location=PLACE,
)


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path)


def remembered(cache, output="out", **texts):
    """A memory that keeps texts for policies of these names, as a run would."""
    memory = Memo(cache, output)
    for name, text in texts.items():
        digest = memory.digest(replace(POLICY, name=name))
        if memory.text(digest) is None:
            memory.keep(digest, text)
    memory.save()
    return memory


def recalled(cache, name="db", output="out"):
    memory = Memo(cache, output)
    return memory.text(memory.digest(replace(POLICY, name=name)))


def test_what_was_kept_is_known_to_the_next_run(cache):
    assert recalled(cache) is None
    remembered(cache, db="text")
    assert recalled(cache) == "text"
    assert recalled(cache, "web") is None


def test_what_was_not_saved_is_not(cache):
    memory = Memo(cache, "out")
    memory.keep(memory.digest(POLICY), "text")
    assert recalled(cache) is None


def test_what_the_last_run_did_not_use_is_forgotten(cache):
    remembered(cache, db="one", web="two")
    remembered(cache, web="never asked")
    assert (recalled(cache, "db"), recalled(cache, "web")) == (None, "two")


def test_a_run_that_changes_nothing_writes_nothing(cache):
    remembered(cache, db="text")
    (file,) = cache.folder.iterdir()
    before = file.stat().st_mtime_ns, file.stat().st_ino
    remembered(cache, db="text")
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == before


def test_outputs_are_kept_apart(cache):
    remembered(cache, "a", db="of a")
    remembered(cache, "b", db="of b")
    assert (recalled(cache, output="a"), recalled(cache, output="b")) == ("of a", "of b")
    remembered(cache, "not \udcff UTF-8", db="odd")
    assert recalled(cache, output="not \udcff UTF-8") == "odd"


def test_other_code_remembers_nothing(cache, monkeypatch):
    remembered(cache, db="text")
    monkeypatch.setattr(memo, "fingerprint", lambda: b"x" * 32)
    assert recalled(cache) is None


@pytest.mark.parametrize("content", [b"", b"short", b"garbage after" * 9, msgspec.msgpack.encode([1])])
def test_a_memory_that_cannot_be_read_is_none(cache, content):
    remembered(cache, db="text")
    (file,) = cache.folder.iterdir()
    for broken in (content, memo.fingerprint() + content):
        cache.write(file.name, broken)
        assert recalled(cache) is None


CHANGES = {
    "name": "web",
    "namespace": None,
    "labels": (),
    "annotations": (("c", "e"),),
    "pod_selector": Selector(),
    "policy_types": ("Ingress", "Egress"),
    "ingress": None,
    "egress": (RULE,),
    "comments": ("who", "else"),
    "sources": ("f",),
}


@pytest.mark.parametrize("field", CHANGES)
def test_every_part_of_a_policy_counts(cache, field):
    digest = Memo(cache, "out").digest
    assert digest(replace(POLICY, **{field: CHANGES[field]})) != digest(POLICY)


def test_all_parts_but_the_place_are_tried():
    assert {*CHANGES, "location"} == set(Policy.__struct_fields__)


@pytest.mark.parametrize(
    "rule",
    [
        replace(RULE, peers=()),
        replace(RULE, ports=()),
        replace(RULE, comments=()),
        replace(RULE, peers=(IPBlock("10.0.0.0/8"),)),
        replace(RULE, peers=(PodPeer(None, Selector()),)),
        replace(RULE, ports=(PolicyPort("TCP", "80"),)),
        replace(RULE, ports=(PolicyPort("TCP", 80, 81),)),
    ],
)
def test_every_part_of_a_rule_counts(cache, rule):
    digest = Memo(cache, "out").digest
    assert digest(replace(POLICY, ingress=(rule,))) != digest(POLICY)


def test_places_do_not_count(cache):
    digest = Memo(cache, "out").digest
    assert digest(replace(POLICY, location=OTHER_PLACE)) == digest(POLICY)
    assert digest(replace(POLICY, ingress=(replace(RULE, location=OTHER_PLACE),))) == digest(POLICY)


def test_nothing_else_is_left_out_in_silence(cache):
    with pytest.raises(NotImplementedError):
        Memo(cache, "out").digest(replace(POLICY, name=object()))
