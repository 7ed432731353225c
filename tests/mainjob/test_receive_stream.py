"""A stream in memory is received like a file; a damaged workbook is hashed and not kept."""

import io
import zipfile

from faru.mainjob.receive import receive_stream


def kept_of(name: str, data: bytes) -> tuple[list[str], int]:
    kept: list[str] = []

    def keep(piece: str, _: bytes) -> str:
        kept.append(piece)
        return "0" * 64

    return kept, receive_stream(name, io.BytesIO(data), keep).size


def test_the_size_of_a_stream_in_memory_is_told() -> None:
    assert kept_of("a.json", b'[{"reportId": 1}]') == (["a.json"], 17)


def test_a_cut_workbook_is_not_kept_whatever_is_in_it() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr("xl/workbook.xml", "<workbook/>")
        book.writestr("xl/media/image1.png", b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert kept_of("book.xlsx", out.getvalue()[:-60])[0] == []
    assert "xl/media/image1.png" not in kept_of("book.xlsx", out.getvalue())[0]
