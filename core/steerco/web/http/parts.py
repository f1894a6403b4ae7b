"""Bodies in parts (multipart/form-data): the files of an act beside its input, and the fields of a form with its files."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any

from multipart import MultipartError, MultipartParser, MultipartPart, parse_options_header

from steerco.config.characters import composed
from steerco.records import reason
from steerco.store.files import LIMIT
from steerco.web.http.problems import Anywhere, RequestError
from steerco.web.http.requests import parsed

MULTIPART = "multipart/form-data"
MOST_PARTS = 20_000
INPUT = "input"
"""The part that holds an act's input as JSON."""
UPLOAD = "upload"
"""The member of a file in an input that names a part of the request, or an upload that was sent before."""
AT_ONCE = 2 * LIMIT
"""So many bytes of files one act may name: it is held in memory as a whole."""


def boundary_of(request: Anywhere) -> str | None:
    """Return what parts the body of a request; None where it is not in parts."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    return options.get("boundary") or None if kind == MULTIPART else None


def parts_of(body: bytes, boundary: str) -> list[MultipartPart]:
    """Return the parts of a body, all in memory as the body is. Raises ``ValueError`` for one that breaks off or has too many."""
    most = len(body) + 1
    limits = {"spool_limit": most, "memory_limit": most, "part_limit": MOST_PARTS}
    try:
        return list(MultipartParser(BytesIO(body), boundary, len(body), **limits))
    except MultipartError as error:
        raise ValueError(str(error)) from None


def file_name(sent: str) -> str:
    """Return a file's own name: some browsers send the folders before it."""
    return composed(re.split(r"[/\\]", sent)[-1].strip())[:200] or "file"


def input_in(body: bytes, boundary: str, depth: int) -> dict[str, Any]:
    """Return the input of an act from a body in parts: its JSON, with each file that names another part holding that part's
    content. Raises ``RequestError`` for a body without an input, with a part that no file names, or broken off."""
    try:
        parts = parts_of(body, boundary)
    except (ValueError, UnicodeError):
        raise RequestError(422, "bad-multipart", part=INPUT) from None
    own = [part for part in parts if part.name == INPUT]
    files = {part.name: part for part in parts if part.name != INPUT}
    if len(own) != 1 or len(files) + 1 != len(parts):
        raise RequestError(422, "bad-multipart", part=INPUT)
    input, used = parsed(own[0].raw, depth), set[str]()
    check_sizes(input, {name: part.size for name, part in files.items()})
    for file in files_in(input):
        if (part := files.get(file[UPLOAD])) is not None:
            used.add(file.pop(UPLOAD))
            file.setdefault("name", file_name(part.filename or part.name))
            file["base64"] = b64encode(part.raw).decode()
    if unused := sorted(set(files) - used):
        raise RequestError(422, "bad-parameter", fields=dict.fromkeys(unused, reason("part-unused")))
    return input


def check_sizes(input: Any, sizes: Mapping[str, int]) -> None:
    """Check that the files which an input names are together no larger than ``AT_ONCE``, each as often as it is named: a few
    words could name a large one any number of times. ``sizes`` are theirs in bytes, by name. Raises ``RequestError``."""
    if sum(sizes.get(file[UPLOAD], 0) for file in files_in(input)) > AT_ONCE:
        raise RequestError(413, "body-too-large", limit=AT_ONCE)


def files_in(value: Any) -> Iterable[dict[str, Any]]:
    """Yield the files of an input that name a part or an upload in place of a content of their own."""
    if isinstance(value, dict):
        if isinstance(value.get(UPLOAD), str) and value.keys() <= {"name", UPLOAD}:
            yield value
        else:
            yield from (file for each in value.values() for file in files_in(each))
    elif isinstance(value, list):
        yield from (file for each in value for file in files_in(each))
