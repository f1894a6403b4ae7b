"""Replays the steps of docs/deploy/Containerfile in a clean root, where no builder of containers runs: ``python -m
tests.docs.replay_container`` as root on Linux.

The root is an empty file system with this machine's ``/usr`` and Python in it, read-only; what the file's RUN lines make is all
that is added. Then the root becomes read-only and the program serves in it as the file's user, without a capability, until the
file's own health check says that it is ready. What is not replayed is the base image.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs" / "deploy" / "Containerfile"
LINKED = ("bin", "lib", "lib64", "sbin")
PASSED = {name: value for name, value in os.environ.items() if name.startswith("PIP_") or name.endswith(("_proxy", "_PROXY"))}


def instructions() -> list[tuple[str, str]]:
    """The instructions of the file in order, each with what follows it; lines that go on are joined."""
    text = re.sub(r"\\\n\s*", " ", FILE.read_text("utf-8"))
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in text.splitlines() if line[:1].isalpha())]


def only(word: str) -> str:
    """The last instruction of a kind."""
    return [rest for name, rest in instructions() if name == word][-1]


def listed(rest: str) -> list[str]:
    """The words of an instruction in the form of a list."""
    return [str(each) for each in json.loads(rest[rest.index("[") :])]


class CleanRoot:
    """A root in a folder; commands run in it by ``chroot``, in a mount namespace of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("usr", "proc", "dev", "tmp", "etc", "opt", "srv", "source", "root"):
            (folder / name).mkdir()
        (folder / sys.base_prefix.lstrip("/")).mkdir(parents=True, exist_ok=True)
        for name in LINKED:
            if Path("/", name).is_symlink():
                (folder / name).symlink_to(f"usr/{name}")
        for name in ("resolv.conf", "ssl", "hosts", "nsswitch.conf", "pip.conf", "ld.so.cache", "login.defs"):
            if Path("/etc", name).exists():
                subprocess.run(["cp", "-rL", f"/etc/{name}", str(folder / "etc")], check=True)
        (folder / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
        (folder / "etc/group").write_text("root:x:0:\n")
        subprocess.run(["git", "-C", str(ROOT), "checkout-index", "-a", f"--prefix={folder}/source/"], check=True)

    def command(self, script: str, env: dict[str, str], *, served: bool = False) -> list[str]:
        """What runs a script in the root. ``served``: with a read-only root, as the file's user, without capabilities."""
        here, python = shlex.quote(str(self.folder)), shlex.quote(sys.base_prefix)
        mounts = [f"mount --bind {here} {here}", f"mount --rbind -o ro /usr {here}/usr"]
        mounts += [f"mount --bind -o ro {python} {here}{python}", f"mount -t proc proc {here}/proc"]
        mounts += [f"mount --rbind /dev {here}/dev", f"mount -t tmpfs tmpfs {here}/tmp"]
        enter = f"chroot {here}"
        if served:
            user = only("USER").replace(":", " --regid ")
            mounts += [f"mount --bind {here}/srv/steerco {here}/srv/steerco", f"mount -o remount,bind,ro {here}"]
            enter += f" setpriv --reuid {user} --clear-groups --inh-caps=-all --bounding-set=-all --no-new-privs"
        told = " ".join(f"{name}={shlex.quote(value)}" for name, value in env.items())
        inside = f"exec env -i {told} {enter} sh -ec {shlex.quote(script)}"
        return ["unshare", "--mount", "--pid", "--fork", "sh", "-ec", "; ".join([*mounts, inside])]

    def run(self, script: str, env: dict[str, str], *, served: bool = False) -> None:
        """Run a script and say how long it took."""
        begun = time.monotonic()
        subprocess.run(self.command(script, env, served=served), check=True)
        print(f"{time.monotonic() - begun:6.1f} s  {script}", flush=True)


def main() -> int:
    """Replay; 0 where the health check was content."""
    env = {"PATH": f"{sys.base_prefix}/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": "/root", **PASSED}
    settings = dict(pair.split("=", 1) for pair in shlex.split(only("ENV")))
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        root = CleanRoot(Path(folder))
        for word, rest in instructions():
            if word == "RUN":
                root.run(f"cd /source && {rest}", env)
        served = {**settings, "PATH": settings["PATH"].replace("$PATH", env["PATH"])}
        for step in ("tenant new river-board", "tenant apply --why first"):
            root.run(f"steerco --home /srv/steerco {step}", served, served=True)
        start = shlex.join([*listed(only("ENTRYPOINT")), *listed(only("CMD"))])
        probe = shlex.join(listed(only("HEALTHCHECK")))
        script = f"{start} & for i in $(seq 120); do sleep 1; {probe} 2>/dev/null && break; done; {probe}"
        script += "; touch /no 2>/dev/null && exit 9; kill $!; wait $! || true"
        root.run(script, served, served=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
