"""The process that sets pages: it reads one sheet after another from its input and answers each with a PDF or with what is wrong.

It is started by its path, apart from the program, under limits: a fault in it, or a text that takes all memory, ends this
process and nothing else. It knows the forms beside it and nothing of committees. Both ways a message has four bytes of length
before it; an answer begins with ``P`` (a PDF) or ``E`` (a JSON list of messages).
"""

from __future__ import annotations

import json
import os
import re
import resource
import sys
from base64 import b64decode
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Literal

import typst

FORMS = Path(__file__).parent / "forms"
STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]
"""Archival and accessible. With either, a character that the font lacks is an error; without, typst draws an empty box."""
MEMORY, CPU_SECONDS = 1 << 30, 30
LACKING = re.compile(r'the text `"(.*)"` could not be displayed')
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


def limit() -> None:
    """Bound memory and files of this process for good, and let others go before it."""
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)


def allow(seconds: int) -> None:
    """Grant this many further seconds of processor time; the system ends the process after them."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def set_page(form: str, data: Any, fonts: typst.Fonts) -> bytes:
    """Return the answer to one request. ``form`` is the name of a form beside this file."""
    try:
        pdf, warnings = typst.compile_with_warnings(
            FORMS / form,
            root=FORMS,
            font_paths=fonts,
            pdf_standards=[*STANDARDS],
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        )
    except typst.TypstError as error:
        return b"E" + json.dumps(_messages(error)).encode()
    if warnings:  # a font that is missing is only a warning, and the PDF then has no text at all
        return b"E" + json.dumps([{"message": each.message} for each in warnings]).encode()
    return b"P" + pdf


def _messages(error: Any) -> list[dict[str, str]]:
    """Return what an error says; characters that the font lacks by themselves."""
    lacking = [_unescaped(match) for match in LACKING.findall(str(error.diagnostic))]
    return [{"lacking": each} for each in dict.fromkeys(lacking)] or [{"message": error.message}]


def _unescaped(text: str) -> str:
    return ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def bind(asked: Any, fonts: typst.Fonts) -> bytes:
    """Return several PDFs as one, behind a page of contents. ``files`` are in base64; one that is no PDF, or locked, is left out
    and told in the contents (``apart``)."""
    from pypdfium2 import PdfDocument  # only a pack needs it

    found = [_opened(b64decode(file)) for file in asked["files"]]
    before, contents = 0, b""
    for _ in range(3):  # the contents may need another page once they say where all begins
        contents = set_page(asked["form"], _numbered(asked["data"], found, before), fonts)
        if contents[:1] == b"E":
            return contents
        pages = len(PdfDocument(contents[1:]))
        if pages == before:
            break
        before = pages
    bound, out = PdfDocument(contents[1:]), BytesIO()
    for pdf in found:
        if pdf is not None:
            bound.import_pages(pdf)
    bound.save(out)
    return b"P" + out.getvalue()


def _opened(file: bytes) -> Any:
    """Return a PDF whose every page can be taken over; None for any other file, which would else spoil the whole pack."""
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        pdf = PdfDocument(file)
        if len(pdf):
            PdfDocument.new().import_pages(pdf)
    except PdfiumError:
        return None
    return pdf


def _numbered(data: Any, found: list[Any], before: int) -> Any:
    """Return the data of the contents with the page on which each file begins; 0 for one that is left out."""
    at, lines = before + 1, []
    for line, pdf in zip(data["lines"], found, strict=True):
        lines.append({**line, "page": at if pdf is not None else 0})
        at += len(pdf) if pdf is not None else 0
    return {**data, "lines": lines}


def _read(stream: BinaryIO) -> bytes | None:
    head = stream.read(4)
    return stream.read(int.from_bytes(head, "big")) if len(head) == 4 else None


def main() -> None:
    """Answer requests until the input ends. The first argument is the folder of the fonts."""
    limit()
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[sys.argv[1]])
    while (request := _read(sys.stdin.buffer)) is not None:
        allow(CPU_SECONDS)
        asked = json.loads(request)
        answer = bind(asked, fonts) if "files" in asked else set_page(asked["form"], asked["data"], fonts)
        sys.stdout.buffer.write(len(answer).to_bytes(4, "big") + answer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
