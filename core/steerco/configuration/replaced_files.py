"""Replaces files of the home, several of them all or none.

Every new text stands beside its file, on the disk, before the first takes its place: a full disk or a folder that cannot be
written leaves everything as it was. Where one file cannot take its place, those before it get their old text back.

Limit: a crash between two renames leaves some files new and some old, each of them whole. So the file that says what was done
goes last.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def replace_all(files: Mapping[Path, str]) -> None:
    """Write each text into its file, in the order given, or change nothing. Raises ``OSError``."""
    fresh = {path: path.with_name(f".{path.name}.{os.getpid()}") for path in files}
    done: dict[Path, bytes | None] = {}
    try:
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with fresh[path].open("wb") as file:
                file.write(text.encode())
                file.flush()
                os.fsync(file.fileno())
        for path, new in fresh.items():
            was = path.read_bytes() if path.exists() else None
            new.replace(path)
            done[path] = was
    except OSError:
        for path, was in done.items():
            path.unlink() if was is None else path.write_bytes(was)
        raise
    finally:
        for new in fresh.values():
            new.unlink(missing_ok=True)
