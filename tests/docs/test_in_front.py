"""The examples of web servers in front, under the real ones: nginx and Caddy, with TLS by a certificate made here."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tests.faults.served import SLUG, Served, another, serving

from steerco.web.http.limits import Limits

DOCS = Path(__file__).parents[2] / "docs"
HOST, PREFIX = "steerco.example.org", "/steerco"
MISSES = Limits().misses
FOUND = {name: shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin:/usr/local/bin") for name in ("nginx", "caddy")}
FRONTS = [
    pytest.param(
        name,
        marks=pytest.mark.skipif(path is None, reason=f"NOT TESTED: {name} is not installed, nor its example tried"),
    )
    for name, path in FOUND.items()
]


def free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``steerco.pem`` and ``steerco.key``, for the host of the examples, signed by itself."""
    folder = tmp_path_factory.mktemp("tls")
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=2))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
    pem = serialization.Encoding.PEM
    (folder / "steerco.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(pem))
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "steerco.key").write_bytes(private)
    return folder


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("home"), {"STEERCO_LOG_FORMAT": "json"}) as server:
        yield server


@pytest.fixture(scope="module")
def below(served: Served) -> Iterator[Served]:
    """The same home, shown under a path."""
    with another(served.home, {**served.env, "STEERCO_URL_PREFIX": PREFIX}, served.secret) as server:
        yield server


@dataclass(frozen=True)
class Front:
    """A web server in front, by its ports and the certificate that it shows."""

    https: int
    http: int
    trusted: ssl.SSLContext
    secret: str

    def client(self, **headers: str) -> httpx.Client:
        """Somebody who resolves the host to this machine."""
        sent = {"Host": HOST, "Authorization": f"Bearer {self.secret}", **headers}
        named = {"request": [lambda request: request.extensions.update(sni_hostname=HOST)]}
        return httpx.Client(
            base_url=f"https://127.0.0.1:{self.https}", headers=sent, verify=self.trusted, timeout=60, event_hooks=named
        )


def port_of(served: Served) -> str:
    return served.url.rpartition(":")[2]


def nginx(example: str, folder: Path, https: int, http: int) -> list[str]:
    """The example as it is, inside what a distribution's nginx.conf puts around it."""
    example = example.replace("listen 443", f"listen 127.0.0.1:{https}").replace("listen 80;", f"listen 127.0.0.1:{http};")
    example = example.replace("/etc/ssl/steerco.pem", f"{folder}/steerco.pem")
    example = example.replace("/etc/ssl/private/steerco.key", f"{folder}/steerco.key")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    around = f"pid {folder}/pid;\nerror_log stderr;\ndaemon off;\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}{example}}}\n"
    if os.geteuid() == 0:
        around = "user root;\n" + around
    (folder / "nginx.conf").write_text(around)
    return ["-e", "stderr", "-c", str(folder / "nginx.conf")]


def caddy(example: str, folder: Path, https: int, http: int) -> list[str]:
    """The example with the certificate that is there in place of one from outside."""
    around = f"{{\n\tadmin off\n\thttp_port {http}\n\thttps_port {https}\n}}\n"
    with_tls = example.replace(f"{HOST} {{", f"{HOST} {{\n\tbind 127.0.0.1\n\ttls {folder}/steerco.pem {folder}/steerco.key", 1)
    (folder / "Caddyfile").write_text(around + with_tls)
    return ["run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


PROGRAMS: dict[str, tuple[str, Callable[[str, Path, int, int], list[str]]]] = {
    "nginx": ("nginx.conf", nginx),
    "caddy": ("Caddyfile", caddy),
}


@contextmanager
def before(name: str, served: Served, certificate: Path, folder: Path, change: Callable[[str], str] = str) -> Iterator[Front]:
    """The real program with its example of docs/deploy, leading to ``served``. ``change``: what a page says to change in it."""
    file, words = PROGRAMS[name]
    example = change((DOCS / "deploy" / file).read_text("utf-8")).replace("127.0.0.1:8000", f"127.0.0.1:{port_of(served)}")
    for part in ("steerco.pem", "steerco.key"):
        shutil.copy(certificate / part, folder / part)
    trusted = ssl.create_default_context(cafile=str(certificate / "steerco.pem"))
    front = Front(free(), free(), trusted, served.secret)
    environment = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with (folder / "log").open("wb") as log:
        command = [str(FOUND[name]), *words(example, folder, front.https, front.http)]
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
    try:
        end = time.monotonic() + 60
        while not all(_listens(port) for port in (front.https, front.http)):
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < end, (folder / "log").read_text()
            time.sleep(0.05)
        yield front
    finally:
        process.terminate()
        process.wait(60)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module", params=FRONTS)
def front(
    request: pytest.FixtureRequest, served: Served, certificate: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Front]:
    with before(request.param, served, certificate, tmp_path_factory.mktemp(request.param)) as started:
        yield started


def issuer(client: httpx.Client, prefix: str = "") -> str:
    """The address that the program takes for its own."""
    said: str = client.get(f"{prefix}/.well-known/oauth-authorization-server/t/{SLUG}").raise_for_status().json()["issuer"]
    return said


def test_without_tls_a_browser_is_sent_to_it(front: Front) -> None:
    answer = httpx.get(f"http://127.0.0.1:{front.http}/t/{SLUG}?a=1", headers={"Host": HOST})
    assert answer.status_code in (301, 308)
    assert answer.headers["location"] == f"https://{HOST}/t/{SLUG}?a=1"


def test_the_program_knows_its_address_whatever_a_client_says_of_it(front: Front) -> None:
    with front.client() as client:
        assert issuer(client) == f"https://{HOST}/t/{SLUG}"
    with front.client(**{"X-Forwarded-Proto": "http", "X-Forwarded-Host": "evil.example"}) as client:
        assert issuer(client) == f"https://{HOST}/t/{SLUG}"


def test_no_client_gives_itself_an_address(front: Front, served: Served) -> None:
    """The program counts what an address asks in vain; here nobody is at the address that is told."""
    told = {"X-Forwarded-For": "192.0.2.7", "Authorization": "Bearer guessed"}
    with front.client(**told) as client:
        tries = [client.get(f"/t/{SLUG}/api/meeting").status_code for _ in range(MISSES + 5)]
    assert set(tries) == {401}
    with httpx.Client(base_url=served.url, headers=told) as trusted:  # whom it does believe can tell it
        tries = [trusted.get(f"/t/{SLUG}/api/meeting").status_code for _ in range(MISSES + 5)]
    assert tries[-1] == 429


def test_a_body_as_large_as_the_program_takes_goes_through_and_no_larger(front: Front) -> None:
    convene = f"/t/{SLUG}/api/meeting/convene"
    with front.client() as client:
        large = client.post(convene, json={"kind": "regular", "place": "x" * (23 * 1024 * 1024)})
        assert large.headers["content-type"] == "application/problem+json"
        assert large.status_code in (400, 422)
        assert "place" in large.text
    with front.client() as client:
        assert client.post(convene, json={"place": "x" * (25 * 1024 * 1024)}).status_code == 413
    with front.client(Authorization="Bearer guessed") as client:  # whose body nobody reads to its end either
        assert client.post(convene, json={"place": "x" * (20 * 1024 * 1024)}).status_code == 401


def test_an_act_is_told_while_the_stream_is_open(front: Front, served: Served) -> None:
    with (
        front.client() as client,
        client.stream("GET", f"/t/{SLUG}/api/events/stream") as stream,
    ):
        assert stream.status_code == 200
        lines = stream.iter_lines()
        made = served.convene(f"streamed by {front.https}")
        assert made.status_code == 201, made.text
        begun = time.monotonic()
        data = next(line for line in lines if line.startswith("data:") and '"meeting.convene"' in line)
        assert time.monotonic() - begun < 10  # a stream that is held back comes when it ends, after ten minutes
        assert json.loads(data.removeprefix("data:"))["type"]


def test_what_the_api_takes_and_gives_in_headers_passes(front: Front, served: Served) -> None:
    key = f"key {front.https}"
    given = {"kind": "regular", "starts_at": "2027-01-05T09:00:00", "place": key}
    with front.client() as client:
        first, again = (
            client.post(f"/t/{SLUG}/api/meeting/convene", json=given, headers={"Idempotency-Key": key}) for _ in range(2)
        )
        assert first.status_code == 201
        assert again.json() == {**first.json(), "replayed": True}
        read = client.get(first.headers["location"])
        assert client.get(first.headers["location"], headers={"If-None-Match": read.headers["etag"]}).status_code == 304
        number = read.headers["x-request-id"]
        assert read.headers["content-security-policy"]
    lines = [json.loads(line) for line in (served.home / "serve.log").read_text().splitlines() if line.startswith("{")]
    assert number in {line.get("request") for line in lines}


def under_a_path(example: str) -> str:
    """An example with the change that docs/deploy.md gives for a path of another site."""
    text = (DOCS / "deploy.md").read_text("utf-8")
    changes = re.findall(r"`([^`]*/steerco/[^`]* \{)`\s+in place of `([^`]*)`", text)
    assert [old for _, old in changes if old in example] != []
    for new, old in changes:
        example = example.replace(old, new)
    return example


@pytest.mark.parametrize("name", FRONTS)
def test_under_a_path_of_another_site_everything_leads_below_it(
    name: str, below: Served, certificate: Path, tmp_path: Path
) -> None:
    with (
        before(name, below, certificate, tmp_path, under_a_path) as front,
        front.client(Accept="text/html") as client,
    ):
        assert issuer(client, PREFIX) == f"https://{HOST}{PREFIX}/t/{SLUG}"
        page = client.get(f"{PREFIX}/sign-in").raise_for_status()
        leads = set(re.findall(r'(?:href|action|src)="(/[^"]*)"', page.text))
        assert leads
        assert all(address.startswith(f"{PREFIX}/") for address in leads)
        for address in leads:
            assert client.get(address).status_code < 400, address
        assert "<form" not in client.get("/sign-in").text  # the rest of the site is another's
