"""The error where the files of a new committee cannot be made."""

from __future__ import annotations


class FoundingProblem(Exception):
    """Something that cannot be done as it was asked, and nothing was written. ``do`` says what to do next; ``asked``: the fault
    lies in how it was asked, and not in the files."""

    def __init__(self, code: str, message: str, do: str = "", *, asked: bool = False) -> None:
        super().__init__(message)
        self.code, self.message, self.do, self.asked = code, message, do, asked
