"""Follows a page of the documentation: its blocks of commands are run, and what it says they answer is looked for."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

from steerco.cli import main

ROOT = Path(__file__).parents[2]
COMMAND = "from steerco.cli.main import main; main()"


def blocks(page: str) -> list[str]:
    """The indented blocks of a page, in order, without their indentation."""
    found: list[list[str]] = []
    inside = False
    for line in (ROOT / "docs" / page).read_text("utf-8").splitlines():
        code = line.startswith("    ") and not line.lstrip().startswith("- ")
        if code or (inside and not line):
            if not inside:
                found.append([])
            found[-1].append(line[4:])
        inside = code or (inside and not line)
    return ["\n".join(block).rstrip() + "\n" for block in found]


def containing(page: str, words: str) -> str:
    """The one block that has these words."""
    (found,) = [block for block in blocks(page) if words in block]
    return found


def run(code: Path, arguments: list[str]) -> tuple[int, str]:
    """Run Python in a folder that has a copy of the program, with that copy; exit code and everything it said."""
    paths = os.pathsep.join(str(code / part) for part in ("core", "plugins"))
    env = {**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, *arguments], cwd=code, env=env, capture_output=True, text=True, timeout=300)
    return done.returncode, done.stdout + done.stderr


def steerco(folder: Path, arguments: list[str]) -> tuple[int, str]:
    """Run the command in a folder; exit code and everything it said."""
    said = StringIO()
    with chdir(folder), redirect_stdout(said), redirect_stderr(said):
        code = main.run(arguments)
    return code, said.getvalue()


def commands(block: str) -> list[list[str]]:
    """The commands ``steerco …`` of a block as arguments."""
    lines = block.replace("\\\n", " ").splitlines()
    return [shlex.split(line)[1:] for line in lines if line.startswith(".venv/bin/steerco ")]


def follow(folder: Path, words: str, page: str = "tutorial.md") -> str:
    """Run the commands of the block with these words, and give all that they said."""
    return "".join(steerco(folder, each)[1] for each in commands(containing(page, words)))


def says(expected: str, said: str) -> bool:
    """Whether an answer has every line of what a page shows of it; ``…`` stands for anything."""
    shown = "\n".join(line for line in expected.replace("\\\n", " ").splitlines() if not line.startswith(".venv/"))
    wanted = [line.strip() for line in shown.splitlines() if line.strip() not in ("", "…")]
    return all(re.search(re.escape(line).replace("…", ".*"), said) for line in wanted)
