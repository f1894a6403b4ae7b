"""The words and signs that Decree 30/2020/NĐ-CP prescribes: names of types (Appendix III), days and numbers (Appendix I)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

STATE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
TO, RECIPIENTS, AS_ABOVE = "Kính gửi:", "Nơi nhận:", "Như trên"
END = "./."
DRAFT = "DỰ THẢO"
"""Stands at box 11 of what nobody has signed yet."""
BLANK = "      "


class PaperKind(NamedTuple):
    """A type of paper: its name, empty for an official letter, and whether it says to whom it is directed (box 9a)."""

    name: str
    addressed: bool = False


KINDS = {
    "invitation": PaperKind("GIẤY MỜI"),
    "minutes": PaperKind("BIÊN BẢN"),
    "conclusion-notice": PaperKind("THÔNG BÁO"),
    "programme": PaperKind("CHƯƠNG TRÌNH"),
    "plan": PaperKind("KẾ HOẠCH"),
    "report": PaperKind("BÁO CÁO", addressed=True),
    "submission": PaperKind("TỜ TRÌNH", addressed=True),
    "decision": PaperKind("QUYẾT ĐỊNH"),
    "official-letter": PaperKind("", addressed=True),
    "authorisation": PaperKind("GIẤY ỦY QUYỀN"),
    "commendation-proposal": PaperKind("TỜ TRÌNH", addressed=True),
}
"""By core's word for a kind of document."""
ATTACHED = ("KẾ HOẠCH", "CHƯƠNG TRÌNH", "QUY CHẾ", "QUY ĐỊNH", "ĐỀ ÁN", "PHƯƠNG ÁN", "HƯỚNG DẪN", "DANH SÁCH")
"""Types that a decision issues with itself (sample 1.3): an appendix whose title begins with one is set as a paper of its own."""
URGENCIES = {"HỎA TỐC": 30, "THƯỢNG KHẨN": 40, "KHẨN": 20}
"""Widths of the stamps in mm; all are 8 mm high."""


def day_words(day: date | None) -> str:
    """Return a day as it is written: 0 before days below 10 and before January and February alone. Blank without a day."""
    if day is None:
        return f"ngày{BLANK}tháng{BLANK}năm{BLANK}".rstrip()
    return f"ngày {day.day:02} tháng {_month(day)} năm {day.year}"


def short_day(day: date) -> str:
    """Return a day in figures, with the noughts that the words have: 09/4/2021, 31/01/2021."""
    return f"{day.day:02}/{_month(day)}/{day.year}"


def _month(day: date) -> str:
    return f"{day.month:02}" if day.month < 3 else str(day.month)


def number_words(number: str, symbol: str) -> str:
    """Return box 3; blank for the number until it is given."""
    return f"Số: {number or BLANK}/{symbol}" if symbol else f"Số: {number or BLANK}"


def dashed(lines: Sequence[str], last: str = ".") -> tuple[str, ...]:
    """Return lines with a dash before each and a semicolon behind, ``last`` behind the last one."""
    bare = [line.strip().lstrip("-").strip().rstrip(";.").rstrip() for line in lines]
    return tuple(f"- {line}{';' if i < len(bare) - 1 else last}" for i, line in enumerate(bare))


def roman(number: int) -> str:
    """Return a whole number from 1 to 99 in Roman numerals."""
    tens, ones = divmod(number, 10)
    return ("", "X", "XX", "XXX", "XL", "L", "LX", "LXX", "LXXX", "XC")[tens] + (
        "",
        "I",
        "II",
        "III",
        "IV",
        "V",
        "VI",
        "VII",
        "VIII",
        "IX",
    )[ones]


def authority(title: str, issuer: Sequence[str]) -> str:
    """Return the line of the authority above a decision: the head's title with the body's name (sample 1.2, note 6).

    ``title`` is the first line of the signature, with or without a mark; a title that names the body already stays as it is, and
    words with which the title ends and the body's name begins stand once.
    """
    body = " ".join(issuer).upper()
    bare = title.upper()
    for mark in ("TUQ.", "TM.", "KT.", "TL.", "Q."):
        bare = bare.removeprefix(mark).strip()
    if not body or body in bare:
        return bare
    if bare in body:
        return body
    return joined(bare, body)


def joined(title: str, body: str) -> str:
    """Return a title with the name of its body behind it; words with which the one ends and the other begins stand once, as the
    body writes them."""
    ours, whole = title.split(), body.split()
    low, all = title.casefold().split(), body.casefold().split()
    shared = next((n for n in range(min(len(ours), len(whole)), 0, -1) if low[-n:] == all[:n]), 0)
    return " ".join((*ours[: len(ours) - shared], *whole))


def abstract(title: str, kind: str) -> str:
    """Return what stands below the name of a type: a title that begins with that name says it once more, and goes without it."""
    bare = title[len(kind) :].lstrip()
    if not kind or not bare or not title.upper().startswith(kind) or title[len(kind)] != " ":
        return title
    return bare[0].upper() + bare[1:]
