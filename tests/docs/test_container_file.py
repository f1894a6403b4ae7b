"""The file for a container keeps to what linters ask (rules of hadolint, named beside each), and its steps can be replayed."""

from __future__ import annotations

import re

from tests.docs.replay_container import instructions, listed, only


def test_the_file_for_a_container_is_as_a_linter_asks() -> None:
    steps = instructions()
    words = [word for word, _ in steps]
    bases = [rest.split()[0] for word, rest in steps if word == "FROM"]
    assert all(re.search(r":\d+(\.\d+)*(-\w+)?$", base) and "/" in base for base in bases)  # DL3006, DL3007, DL3026: named whole
    assert {"ADD", "MAINTAINER"}.isdisjoint(words)  # DL3020, DL4000
    assert all(rest.startswith("/") for word, rest in steps if word == "WORKDIR")  # DL3000
    runs = [rest for word, rest in steps if word == "RUN"]
    assert all("sudo" not in run and "apt-get" not in run and not run.startswith("cd ") for run in runs)  # DL3003, DL3004
    assert all("--no-cache-dir" in run and " -c constraints.txt" in run for run in runs if "pip install" in run)  # DL3013, DL3042
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", only("USER"))  # DL3002: not root, and by a number that a platform can check
    assert [words.count(word) for word in ("CMD", "ENTRYPOINT", "HEALTHCHECK")] == [1, 1, 1]  # DL4003, DL4004, DL3012
    assert all(listed(only(word)) for word in ("CMD", "ENTRYPOINT", "HEALTHCHECK"))  # DL3025: lists, so that signals arrive
    assert words.index("USER") > max(at for at, word in enumerate(words) if word in ("RUN", "COPY"))
