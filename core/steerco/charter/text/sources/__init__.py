"""The text of a regulation out of its file: plain text, Markdown, Word, PDF, Akoma Ntoso."""

from __future__ import annotations

from steerco.charter.text.sources.read import SourceProblem, SourceText, read_source

__all__ = ["SourceProblem", "SourceText", "read_source"]
