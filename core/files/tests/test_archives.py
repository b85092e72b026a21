"""Archives are judged before anybody unpacks them (docs/threats.md#t39, docs/threats.md#t40)."""

import codecs
import io
import struct
import time
import tracemalloc
import zipfile

import pytest

from core.files.archives import ArchiveError, Ceilings, inspect
from tests import papers

DTD = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'


TEXT = DTD.decode()
LONG = TEXT.replace("<!DOCTYPE", f"<!--{' ' * 5000}--><!DOCTYPE")
FARTHER = TEXT.replace("<!DOCTYPE", f"<!--{' ' * (1 << 17)}--><!DOCTYPE")
# A document type where a look at the first kilobyte, read as ASCII, does not see it.
HIDDEN = [
    *[TEXT.encode(name) for name in ("utf-16", "utf-16-le", "utf-16-be")],
    *[TEXT.encode(name) for name in ("utf-32", "utf-32-le", "utf-32-be")],
    codecs.BOM_UTF8 + DTD,
    TEXT.replace('"1.0"', '"1.0" encoding="cp037"').encode("cp037"),
    TEXT.replace("<!DOCTYPE", "+ADwAIQ-DOCTYPE")
    .replace('"1.0"', "'1.0' encoding='UTF-7'")
    .encode(),
    LONG.encode(),
    LONG.encode("utf-16-le"),
    FARTHER.encode(),
    b'<?xml version="1.0"?>\n<!-- a -->\n<!ENTITY x "y"><a/>',
]


def fault(content: bytes, **ceilings: int) -> str:
    """Which rule it breaks; "" when none."""
    try:
        inspect(io.BytesIO(content), Ceilings(**ceilings))
    except ArchiveError as error:
        return error.fault
    return ""


def encrypted() -> bytes:
    """A ZIP whose entry says that it is encrypted."""
    whole = bytearray(papers.package({"a.txt": b"secret"}))
    whole[6] |= 1
    whole[whole.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(whole)


def overlapping() -> bytes:
    """Two entries of the directory that share the bytes of one file."""
    one = papers.package({"a.txt": b"x" * 5000})
    start = one.rfind(b"PK\x01\x02")
    end = one.rfind(b"PK\x05\x06")
    entry, tail = one[start:end], bytearray(one[end:])
    struct.pack_into("<HHI", tail, 8, 2, 2, 2 * len(entry))
    return one[:start] + entry + entry.replace(b"a.txt", b"b.txt") + bytes(tail)


GOOD = [
    papers.word(["x"]),
    papers.workbook({"A": [["x"]]}),
    papers.slides(["x"]),
    papers.package({"a.txt": b"x", "folder/b.dwg": b"AC10"}),
    papers.package({"list.xlsx": papers.workbook({"A": [["x"]]})}),
]
BAD = {
    "too_big": papers.bomb(),
    "entries": papers.package({f"{n}.txt": b"" for n in range(2100)}),
    "nested": papers.package({"b.zip": b"PK"}),
    "encrypted": encrypted(),
    "dtd": papers.package({"word/document.xml": DTD}),
    "broken": b"PK\x03\x04 and nothing more",
}


@pytest.mark.parametrize("content", GOOD, ids=range(len(GOOD)))
def test_a_document_passes_and_stays_where_it_was(content: bytes) -> None:
    file = io.BytesIO(content)
    assert inspect(file)
    assert file.tell() == 0


@pytest.mark.parametrize("expected", BAD)
def test_a_bomb_is_named_quickly(expected: str) -> None:
    began = time.perf_counter()
    assert fault(BAD[expected]) == expected
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "broken"),
        (b"x" * 100, "broken"),
        (b"PK\x05\x06", "broken"),
        (b"PK\x05\x06" + bytes(18), ""),
        (
            b"PK\x05\x06" + bytes(6) + struct.pack("<HI", 9, 5 << 20) + bytes(6),
            "entries",
        ),
        (overlapping(), "overlap"),
        *[(papers.package({"w/a.xml": hidden}), "dtd") for hidden in HIDDEN],
        (
            papers.package({"a.docx": papers.package({"b.docx": papers.word(["x"])})}),
            "nested",
        ),
        (papers.package({"a.xlsx": papers.bomb()}), "too_big"),
        (papers.package({"a.docx": b"no package"}), "broken"),
    ],
)
def test_the_rest_of_the_zoo(content: bytes, expected: str) -> None:
    assert fault(content) == expected


def test_a_lying_directory_is_broken() -> None:
    whole = bytearray(papers.package({"a.xml": b"<a/>" * 50}))
    whole[30:35] = b"b.xml"  # the entry's own name is another one
    assert fault(bytes(whole)) == "broken"


def zip64(content: bytes) -> bytes:
    """The same with a second end of the directory, of which the first knows nothing."""
    end = content.rfind(b"PK\x05\x06")
    size, start = struct.unpack_from("<II", content, end + 12)
    record = struct.pack(
        "<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, *2 * [2_200_000], size, start
    )
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, end, 1)
    return content[:end] + record + locator + content[end:]


@pytest.mark.parametrize("comment", [b"", b"x" * 65_535])
def test_a_second_directory_is_not_believed(comment: bytes) -> None:
    content = bytearray(zip64(papers.package({"word/document.xml": b"<a/>"})))
    struct.pack_into("<H", content, len(content) - 2, len(comment))
    assert fault(bytes(content) + comment) == "zip64"


def test_what_is_no_locator_is_none() -> None:
    assert fault(papers.package({"a.txt": b"PK\x06\x07" + b"x" * 16})) == ""


def test_a_directory_of_two_million_costs_nothing() -> None:
    entry = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", *[0] * 16)
    many = entry * 400_000
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, len(many), 0, 0)
    tracemalloc.start()
    assert fault(zip64(many + end)) == "zip64"
    assert tracemalloc.get_traced_memory()[1] < 64 << 20
    tracemalloc.stop()


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("name", ["word/document.xml", "_rels/.rels", "list.xlsx"])
def test_what_would_be_unpacked_is_packed_as_offices_pack(
    method: int, name: str
) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as new:
        new.writestr(name, b"<a/>" * 200_000)
    assert fault(out.getvalue()) == "broken"


def test_zipfile_itself_opens_what_passes() -> None:
    for content in GOOD:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            assert package.testzip() is None


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_a_package_whose_bytes_are_damaged_is_broken(method: int) -> None:
    """Cut off in the air or hit on the disk: the directory is fine, what it names is not."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as new:
        new.writestr(
            "word/document.xml", "".join(f"<w:p>{n}</w:p>" for n in range(999))
        )
        start = new.infolist()[0].header_offset + 30 + len("word/document.xml")
    whole = bytearray(out.getvalue())
    whole[start + 9 : start + 29] = b"\xff" * 20
    assert fault(bytes(whole)) == "broken"
