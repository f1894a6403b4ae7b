"""An environment of a test's own, which has the program as the one that runs the tests has it.

What pip installs or takes away there disturbs nobody: the packages of the running environment are seen through a line in a
``.pth`` file, and nothing is written to them. Nothing is fetched: what builds a package is there already.
"""

from __future__ import annotations

import os
import subprocess
import sysconfig
import venv
from pathlib import Path

OFFLINE = ("--no-deps", "--no-build-isolation", "--no-index")
"""How pip installs a folder with what is there, and asks nobody for more."""
SCRIPT = "#!{python}\nfrom steerco.cli.main import main\n\nmain()\n"


class Environment:
    """The environment ``.venv`` of a folder. Commands run in the folder, as whoever sits before it types them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        venv.create(folder / ".venv", with_pip=False, symlinks=True)
        self.python = folder / ".venv" / "bin" / "python"
        (site,) = (folder / ".venv" / "lib").glob("python*/site-packages")
        ours = sysconfig.get_path("purelib")
        (site / "running.pth").write_text(f"import site; site.addsitedir({ours!r})\n", "utf-8")
        script = folder / ".venv" / "bin" / "steerco"
        script.write_text(SCRIPT.format(python=self.python), "utf-8")
        script.chmod(0o755)

    def shell(self, line: str) -> subprocess.CompletedProcess[str]:
        """What a line typed into a shell says, on both of its outputs, and its exit code."""
        return self._run(["sh", "-c", line], stderr=subprocess.STDOUT)

    def steerco(self, *words: str) -> subprocess.CompletedProcess[str]:
        """What the command answers."""
        return self._run([str(self.python.with_name("steerco")), *words], stderr=subprocess.PIPE)

    def pip(self, command: str, *words: str) -> None:
        """A command of pip's, which has to succeed."""
        done = self._run([str(self.python), "-m", "pip", command, "--quiet", *words], stderr=subprocess.STDOUT)
        assert done.returncode == 0, done.stdout

    def _run(self, command: list[str], stderr: int) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("STEERCO_", "PYTEST_", "PYTHONPATH"))}
        env = {**kept, "PYTHONUTF8": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        return subprocess.run(
            command, cwd=self.folder, env=env, stdout=subprocess.PIPE, stderr=stderr, text=True, encoding="utf-8", check=False
        )
