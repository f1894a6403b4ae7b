"""Why the reading process does not read a file."""

from __future__ import annotations


class CannotRead(ValueError):
    """A file that is not what it seems, or is locked; ``code`` as ``SourceProblem`` has it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
