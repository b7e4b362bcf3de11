import gzip
import json
import tracemalloc
import zlib
from io import BytesIO

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netpolc.flows.reading import beginnings, front, opening
from netpolc.flows.reading.formats import FORMATS
from netpolc.flows.reading.front import FORMAT_NAMES, Reading
from netpolc.flows.record import PassedOver, SeenFlow
from netpolc.project.filesystem import DISK
from tests.rows import each_row
from tests.unit.flows.reading.samples import SAMPLES, gke, hubble, line

HUBBLE = SAMPLES["hubble"]


def read(data, **also):
    """The flows of a standard input, and what is said of it."""
    reading = Reading(["-"], None, DISK, stdin=BytesIO(data), **also)
    return list(reading), reading


def said(reading):
    return [(each.code, each.message) for each in reading.diagnostics]


def records(count, **also):
    return b"".join(line({"flow": hubble(uuid=str(n), **also)}) for n in range(count))


def test_every_format_has_a_sample():
    assert set(SAMPLES) == set(FORMAT_NAMES)


@pytest.mark.parametrize("name", FORMAT_NAMES)
@pytest.mark.parametrize("data", [SAMPLES[name] for name in FORMAT_NAMES], ids=FORMAT_NAMES)
def test_a_format_knows_its_own_records_and_no_others(name, data):
    (its,) = (each for each in FORMATS if each.name == name)
    found = its.start()(data)
    assert isinstance(found, SeenFlow) == (data == SAMPLES[name])
    record = msgspec.json.decode(data) if data.startswith(b"{") else data.decode()
    assert its.fits(record) == (data == SAMPLES[name])


@each_row("name", FORMAT_NAMES)
def test_each_format_is_told_by_what_it_holds(name):
    flows, reading = read(SAMPLES[name])
    assert len(flows) == 1
    assert reading.diagnostics == ()


@each_row(
    "write",
    [
        lambda values: b"\n".join(json.dumps(each, indent=2).encode() for each in values),
        lambda values: json.dumps(values).encode(),
        lambda values: json.dumps(values, indent=2).encode(),
        lambda values: b"\xef\xbb\xbf" + b"\r\n".join(json.dumps(each).encode() for each in values) + b"\r\n\r\n",
        lambda values: "".join(json.dumps(each) + "\r\n" for each in values).encode("utf-16"),
        lambda values: json.dumps({"meta": {"totalPages": 1}, "items": values, "next": {"page": 2}}).encode(),
        lambda values: json.dumps({"hits": {"total": 2, "hits": values}}, indent=1).encode() * 2,
    ],
)
def test_json_in_whatever_form(write):
    flows, reading = read(write([gke(count=1), gke(count=2)]))
    assert {each.count for each in flows} == {1, 2}
    assert reading.diagnostics == ()


def test_passed_over_is_said_once_with_its_count_and_its_first_place():
    data = HUBBLE + records(3, is_reply=True) + records(2, l4={"ICMPv4": {}}) + records(1, is_reply=True)
    flows, reading = read(data)
    assert len(flows) == 1
    assert reading.passed_over == (
        PassedOver("replies", 4, "<stdin>", 2),
        PassedOver("records of other protocols than TCP, UDP and SCTP", 2, "<stdin>", 5),
    )
    assert reading.diagnostics == ()


def test_damage_and_another_format_are_told_apart():
    flows, reading = read(HUBBLE + b'{"flow": {"time"\n\x00\xff\n' + SAMPLES["gke"] + HUBBLE)
    assert len(flows) == 2
    assert said(reading) == [
        ("NP869", "2 lines that are damaged or of something else, the first in line 2 of `<stdin>`"),
        ("NP871", "1 record of GKE in a file of Hubble, in line 4 of `<stdin>`"),
    ]


def test_a_log_of_acls_is_not_read_and_says_what_is():
    record = b'2026-11-01T10:00:00.1Z|00004|acl_log(ovn_pinctrl0)|INFO|name="NP:shop:api:Ingress", verdict=drop\n'
    flows, reading = read(record)
    assert flows == []
    assert said(reading) == [("NP867", "`<stdin>` is a log of ACLs of OVN-Kubernetes, which is not read")]


def test_the_last_record_may_be_cut():
    flows, reading = read(HUBBLE + HUBBLE[:100])
    assert len(flows) == 1
    assert [code for code, _ in said(reading)] == ["NP870"]
    flows, reading = read(json.dumps([gke()] * 2, indent=1).encode()[:-100])
    assert len(flows) == 1
    assert [code for code, _ in said(reading)] == ["NP870"]


def test_packed_logs_as_far_as_they_go():
    packed = gzip.compress(HUBBLE) + gzip.compress(HUBBLE) + bytes(512)
    flows, reading = read(packed)
    assert (len(flows), reading.diagnostics) == (2, ())
    whole = gzip.compress(records(2000))
    flows, reading = read(whole[: len(whole) // 2])
    assert 100 < len(flows) < 1999
    assert said(reading) == [("NP870", "`<stdin>` is read in part: it ends in the middle")]
    flows, reading = read(gzip.compress(HUBBLE) + b"garbage")
    assert (len(flows), [code for code, _ in said(reading)]) == (1, ["NP870"])


def test_what_unpacks_out_of_all_proportion_is_not_read_on(monkeypatch):
    monkeypatch.setattr(opening, "GENEROUS", 1 << 20)
    flows, reading = read(gzip.compress(HUBBLE * 9 + bytes(8 << 20)))
    assert len(flows) == 9
    assert "NP872" in [code for code, _ in said(reading)]


@pytest.mark.parametrize("data", [b"[" + b"1" * 4_000_000, HUBBLE + b"x" * 4_000_000 + b"\n" + HUBBLE])
def test_huge_records_take_no_memory_to_speak_of(data):
    stream = BytesIO(data)
    tracemalloc.start()
    reading = Reading(["-"], None, DISK, stdin=stream)
    found = len(list(reading))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == data.count(b"flow")
    assert peak < 16 << 20


def test_one_line_is_too_long():
    flows, reading = read(HUBBLE + b'{"flow":"' + b"x" * (1 << 21) + b'"}\n' + HUBBLE)
    assert len(flows) == 2
    assert said(reading) == [("NP872", "1 record of more than 1,024 KiB, in line 2 of `<stdin>`")]


def test_folders_of_any_formats_and_what_else_lies_there(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.txt").write_bytes(HUBBLE)
    (tmp_path / "a" / "two").write_bytes(gzip.compress(SAMPLES["gke"]))
    (tmp_path / "a" / "README.md").write_bytes(b"# Flows\n")
    (tmp_path / "a" / "picture").write_bytes(bytes(range(256)))
    (tmp_path / "a" / "empty").touch()
    (tmp_path / "elsewhere").write_bytes(HUBBLE)
    (tmp_path / "a" / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "a" / "netpolc.toml").touch()
    reading = Reading(["a", "a/one.txt"], tmp_path, DISK)
    assert len(list(reading)) == 2
    assert said(reading) == [
        ("NP805", "`a/link` cannot be read: it is a link that leads out of the project"),
        ("NP867", "no records of a known format in `a/README.md` and 1 more"),
    ]


def test_a_named_file_has_to_be_a_log(tmp_path):
    (tmp_path / "notes").write_text("nothing\n")
    (tmp_path / "folder").mkdir()
    reading = Reading(["notes", "folder", "nowhere"], tmp_path, DISK)
    assert list(reading) == []
    assert {each.severity for each in reading.diagnostics} == {"error"}
    assert sorted(code for code, _ in said(reading)) == ["NP805", "NP867", "NP867"]


def test_a_format_that_is_named_counts_whatever_stands_first():
    flows, reading = read(b"{\n" + HUBBLE, format_name="hubble")
    assert len(flows) == 1
    assert [code for code, _ in said(reading)] == ["NP869"]


def test_a_log_that_is_there_twice_counts_once(tmp_path):
    (tmp_path / "a").write_bytes(records(10))
    (tmp_path / "b").write_bytes(records(12))
    (tmp_path / "c").write_bytes(gzip.compress(records(12)))
    reading = Reading(["a", "a", "b", "c"], tmp_path, DISK)
    assert len(list(reading)) == 12
    assert said(reading) == [
        ("NP874", "`b` begins as `a` does: its first 10 lines are counted once"),
        ("NP874", "`c` begins as `b` does: its first 12 lines are counted once"),
    ]


def test_zstd_without_a_package_and_parquet_where_it_cannot_be_read(monkeypatch):
    def lacking():
        raise opening.NeedsExtraError

    monkeypatch.setattr(opening, "_zstd_library", lacking)
    for data in (b"\x28\xb5\x2f\xfd1234", b"PAR1" + bytes(9)):
        _, reading = read(data)
        assert [code for code, _ in said(reading)] == ["NP873"]


class Frame:
    """A frame of no packing at all, which ends with a zero."""

    eof, unused_data = False, b""

    def decompress(self, step):
        packed, end, self.unused_data = step.removeprefix(b"\x28\xb5\x2f\xfd").partition(b"\0")
        self.eof = bool(end)
        if b"\xff" in packed:
            raise ZeroDivisionError
        return packed


def test_frames_of_zstd_one_after_the_other(monkeypatch):
    monkeypatch.setattr(opening, "_zstd_library", lambda: (Frame, ZeroDivisionError))
    frame = b"\x28\xb5\x2f\xfd" + HUBBLE
    flows, reading = read(frame + b"\0" + frame + b"\0")
    assert (len(flows), reading.diagnostics) == (2, ())
    for cut in (frame, frame + b"\0" + frame[4:] + b"\xff"):
        flows, reading = read(cut)
        assert (len(flows) > 0, [code for code, _ in said(reading)]) == (True, ["NP870"])


@settings(max_examples=25)
@given(st.sampled_from(FORMAT_NAMES), st.integers(0, 1 << 16), st.binary(max_size=3), st.booleans())
def test_any_cut_and_any_changed_bytes_end_in_flows_or_in_a_count(name, at, put, cut):
    sample = SAMPLES[name] * 2
    at %= len(sample)
    data = sample[:at] + put + (b"" if cut else sample[at + len(put) :])
    for text in (data, gzip.compress(data), zlib.compress(data, wbits=31)[:-4]):
        flows, reading = read(text)
        assert all(isinstance(each, SeenFlow) for each in flows)
        assert len(flows) + sum(each.count for each in reading.passed_over) <= data.count(b"\n") + 1


def test_bounds_that_the_tests_know():
    assert beginnings.COMPARED < opening.PIECE < front.HEAD
