"""Forms that are read in one go have the same content as werkzeug's parser finds in them."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from client.web.parsing.whole_forms import MOST_BYTES, WholeFormParser, parts_of

BOUNDARY = "----WebKitFormBoundaryQ3x"
LIMIT = f"--{BOUNDARY}".encode()
MOST_PARTS = 4
Read = tuple[list[tuple[str, str]], list[tuple[str, str | None, dict[str, str], bytes]]]

TEXT = b'Content-Disposition: form-data; name="device"\r\n\r\nphone'
PHOTO = (
    b'Content-Disposition: form-data; name="image"; filename="photo.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    b"\xff\xd8\r\n--\r\n\r\n\xff\xd9"
)
PIECES = st.sampled_from(
    [
        *(b"\r\n", b"\n", b"\r", b" ", b"\t", b"--", b"a", b"\xc3\xa9", b"\xff", b"\r\n\r\n", b":", b"%22"),
        *(LIMIT, LIMIT + b"\r\n", b"\r\n" + LIMIT, LIMIT + b"--", b"\r\n" + LIMIT + b"\r\n", LIMIT[:-1]),
        *(TEXT, PHOTO, b'Content-Disposition: form-data; name="a\\"b"', b"Content-Disposition: form-data"),
        *(b"content-disposition:form-data;name=x", b"Content-Type: text/plain; charset=iso-8859-1", b"X: y"),
    ]
)


def form(*parts: bytes, end: bytes = b"--\r\n") -> bytes:
    return b"".join(LIMIT + b"\r\n" + part + b"\r\n" for part in parts) + LIMIT + end


def read(parser: type[FormDataParser], body: bytes) -> Read | type[Exception]:
    """What a parser finds, or the error that it raises."""
    parse = parser(
        stream_factory=lambda **_: BytesIO(),  # type: ignore[arg-type]
        max_form_memory_size=128 * 1024,
        max_form_parts=MOST_PARTS,
        silent=False,
    )
    try:
        _, texts, files = parse.parse(BytesIO(body), "multipart/form-data", len(body), {"boundary": BOUNDARY})
    except (ValueError, RequestEntityTooLarge) as error:
        return ValueError if isinstance(error, ValueError) else type(error)
    found = [(name, f.filename, dict(f.headers), f.read()) for name, f in files.items(multi=True)]
    return list(texts.items(multi=True)), found


@given(
    st.one_of(
        st.lists(PIECES, max_size=12).map(b"".join), st.lists(PIECES, max_size=5).map(lambda p: form(*p))
    )
)
@example(form(TEXT, PHOTO))
@example(form(TEXT, PHOTO, end=b"--"))
@example(form(TEXT, TEXT))
@example(form(*[TEXT] * (MOST_PARTS + 1)))
@example(form(TEXT + b"\n" + LIMIT + b"\n" + TEXT))
@example(form(TEXT + LIMIT))
@example(b"preamble\r\n" + form(TEXT))
@example(b"\r\n" + form(TEXT, PHOTO))
@example(b"\r\n\r\n" + form(TEXT, PHOTO))
@example(form(TEXT) + b"epilogue")
@example(form(TEXT.replace(b"; ", b";\r\n ")))
@example(form(TEXT + b"x" * 200_000))
@example(form(b'Content-Disposition: form-data; name="device"\r\n\r\n'))
def test_both_parsers_find_the_same(body: bytes) -> None:
    assert read(WholeFormParser, body) == read(FormDataParser, body)


def test_what_browsers_send_needs_no_other_parser() -> None:
    parts = parts_of(form(TEXT, PHOTO), BOUNDARY.encode())
    assert parts is not None
    assert [part.content for part in parts] == [b"phone", PHOTO.partition(b"\r\n\r\n")[2]]


@pytest.mark.parametrize("extra", [0, MOST_BYTES])
def test_large_files_are_read_too(extra: int) -> None:
    body = form(TEXT, PHOTO + b"\n" * extra)
    found = read(WholeFormParser, body)
    assert isinstance(found, tuple)
    assert found[0] == [("device", "phone")]
    assert len(found[1][0][3]) == len(PHOTO.partition(b"\r\n\r\n")[2]) + extra
