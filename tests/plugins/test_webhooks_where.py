"""Where webhooks may go: no address that is not everybody's, in whatever guise, by whichever way."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.plugins.receiver import Receiver, serving

from steerco_webhooks.address import Allowed, Unfit, allowed, public, read
from steerco_webhooks.wire import _trust, post

HOUR = timedelta(hours=1)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with serving() as made:
        yield made


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/x",
        "https://user:secret@a.example/",
        "https://a.example/#part",
        "https://a.example/a b",
        "https://a.example/a\r\nx: y",
        "https://a.example:0/",
        "https://a.example:99999/",
        "https://[::1/",
        "https:///x",
        "https://đây.example/",
        "not a url",
    ],
)
def test_what_is_no_address_is_said_so(url: str) -> None:
    with pytest.raises(Unfit):
        read(url)


HIDDEN = [
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200", "168.63.129.16", "0.0.0.0"),
    *("224.0.0.1", "255.255.255.255", "192.0.0.192", "198.18.0.1", "240.0.0.1", "::1", "::", "fe80::1", "fe80::1%eth0"),
    *("fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2001::1"),
    *("fec0::1", "::127.0.0.1", "64:ff9b:1::7f00:1"),
]


@pytest.mark.parametrize("address", HIDDEN)
def test_an_address_that_is_not_everybody_s_is_refused_whatever_its_guise(address: str) -> None:
    outcome = post("https://hooks.example/", {}, b"{}", Allowed(), 1, lambda host, port: [address])
    assert (outcome.status, outcome.error) == (0, "address-refused")


@pytest.mark.parametrize("address", ["1.1.1.1", "103.28.36.1", "2606:4700:4700::1111", "::ffff:1.1.1.1"])
def test_a_public_address_is_not(address: str) -> None:
    assert public(ip_address(address))


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "localhost"])
def test_other_ways_to_write_this_machine_are_known_by_what_they_resolve_to(receiver: Receiver, host: str) -> None:
    port = receiver.url.rpartition(":")[2]
    outcome = post(f"http://{host}:{port}/", {}, b"{}", Allowed(http=True), 1)
    assert outcome.error in ("address-refused", "no-such-host")
    assert receiver.got == []


LOOPBACK = allowed({"http": True, "networks": ("127.0.0.1/32",)})


def test_a_name_that_changes_its_meaning_is_looked_up_once(receiver: Receiver) -> None:
    """What was checked is what is connected to: a second answer of the name server is never asked for."""
    port, asked = receiver.url.rpartition(":")[2], []

    def changing(host: str, at: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    url = f"http://hooks.example:{port}/pinned"
    assert post(url, {}, b"{}", LOOPBACK, 2, changing).done
    assert asked == ["hooks.example"]
    assert receiver.got[0][1]["host"] == f"hooks.example:{port}"
    assert post(url, {}, b"{}", LOOPBACK, 2, changing).error == "address-refused"
    assert len(receiver.got) == 1


def test_a_name_with_one_address_too_many_is_refused(receiver: Receiver) -> None:
    port = receiver.url.rpartition(":")[2]
    outcome = post(f"http://hooks.example:{port}/", {}, b"{}", LOOPBACK, 1, lambda host, at: ["127.0.0.1", "10.0.0.1"])
    assert (outcome.error, receiver.got) == ("address-refused", [])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(receiver: Receiver, status: int) -> None:
    receiver.answers["/away"], receiver.location = status, f"{receiver.url}/inside"
    outcome = post(f"{receiver.url}/away", {}, b"{}", LOOPBACK, 2)
    assert (outcome.status, outcome.error, outcome.done) == (status, "redirect", False)
    assert [path for path, _, _ in receiver.got] == ["/away"]


def test_no_proxy_of_the_environment_is_used(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert post(f"{receiver.url}/direct", {}, b"{}", LOOPBACK, 2).done


@pytest.fixture
def certified(receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str | None]]:
    """The receiver speaks TLS as hooks.example, by an authority that this machine trusts; gives the names it was asked for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hooks.example")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now - HOUR, now + HOUR)
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("hooks.example")]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    signed = made.sign(key, hashes.SHA256())
    file, form = tmp_path / "tls.pem", serialization.PrivateFormat.PKCS8
    pem = serialization.Encoding.PEM
    file.write_bytes(signed.public_bytes(pem) + key.private_bytes(pem, form, serialization.NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    names: list[str | None] = []
    context.load_cert_chain(file)
    context.sni_callback = lambda connection, asked, of: names.append(asked)
    receiver.tls = context
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    _trust.cache_clear()
    yield names
    _trust.cache_clear()


def test_a_certificate_is_held_against_the_name_and_not_the_address(receiver: Receiver, certified: list[str | None]) -> None:
    port = receiver.url.rpartition(":")[2]
    here = allowed({"http": False, "networks": ("127.0.0.1/32",)})
    outcomes = [
        post(f"https://{host}:{port}/tls", {}, b"{}", here, 5, lambda host, at: ["127.0.0.1"])
        for host in ("hooks.example", "other.example")
    ]
    assert [(each.status, each.error) for each in outcomes] == [(204, ""), (0, "tls")]
    assert certified == ["hooks.example", "other.example"]
    assert [(path, headers["host"]) for path, headers, _ in receiver.got] == [("/tls", f"hooks.example:{port}")]


def test_plain_http_is_refused_where_the_settings_do_not_allow_it(receiver: Receiver) -> None:
    strict = allowed({"http": False, "networks": ("127.0.0.0/8",)})
    assert post(receiver.url, {}, b"{}", strict, 1).error == "not-https"
    assert receiver.got == []
