"""The tools by which authors of plugins test them."""

from __future__ import annotations

from pathlib import Path

SAMPLE = Path(__file__).parent / "sample"
"""A home with two made-up committees, a library board and a reading club: what is tried out on nobody's real regulation."""
