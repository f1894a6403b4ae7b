"""The mail server, and mails as it takes them.

Headers are encoded by ``email.header``: the newer policies lose blanks of long Vietnamese subjects on Python 3.11 and 3.12.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.encoders import encode_base64
from email.errors import MessageError
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import formataddr, formatdate
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import unquote, urlsplit

SERVER, PASSWORD_FILE, SENDER, ADDRESS = "STEERCO_MAIL", "STEERCO_MAIL_PASSWORD_FILE", "STEERCO_MAIL_FROM", "STEERCO_ADDRESS"
PATIENCE = 20.0
"""Seconds that the server may take for a step."""


class BadMailSettings(ValueError):
    """Settings by which no mail can be sent; the message says what to set."""


class Rejected(Exception):
    """The server has refused the mail for good (5xx): it is not tried again."""


class Unavailable(Exception):
    """The server is away, or asks to come again (4xx)."""


@dataclass(frozen=True)
class Letter:
    """A mail as it goes out. ``id`` is the same at each try, so that a second copy can be told. ``calendar``: method and text of
    the part for calendars."""

    to: str
    subject: str
    text: str
    id: str
    calendar: tuple[str, bytes] | None = None


@dataclass(frozen=True)
class MailServer:
    """The server that takes mails. ``tls``: ``implicit`` from the first byte, ``starttls``, or ``none``, on this machine only."""

    host: str
    port: int
    sender: str
    address: str
    tls: str = "starttls"
    user: str = ""
    password: str = ""

    @property
    def domain(self) -> str:
        """The part of the sender's address behind the @."""
        return self.sender.rpartition("@")[2]

    def send(self, letters: Sequence[Letter]) -> list[Exception | None]:
        """Send mails over one connection; for each None, or why not. Raises ``Unavailable`` where the server is away."""
        try:
            with self._connected() as server:
                return [self._one(server, letter) for letter in letters]
        except (OSError, smtplib.SMTPException) as error:
            raise Unavailable(f"{type(error).__name__}: {error}") from error

    def _connected(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.tls == "implicit":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=PATIENCE, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=PATIENCE)
            if self.tls == "starttls":
                server.starttls(context=context)
        if self.user:
            server.login(self.user, self.password)
        return server

    def _one(self, server: smtplib.SMTP, letter: Letter) -> Exception | None:
        try:
            server.sendmail(self.sender, [letter.to], composed(self, letter))
        except smtplib.SMTPRecipientsRefused as refused:
            code, text = next(iter(refused.recipients.values()))
            return _refusal(code, text)
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as refused:
            server.rset()
            return _refusal(refused.smtp_code, refused.smtp_error)
        except (ValueError, MessageError, smtplib.SMTPNotSupportedError) as error:  # an address that no mail can have
            return Rejected(str(error))
        return None


def _refusal(code: int, text: bytes | str) -> Exception:
    said = f"{code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"[:300]
    return Rejected(said) if code >= 500 else Unavailable(said)


def composed(server: MailServer, letter: Letter) -> bytes:
    """Return a mail as bytes."""
    parts: MIMEMultipart | MIMEText = MIMEText(letter.text, "plain", "utf-8")
    if letter.calendar is not None:
        method, calendar = letter.calendar
        invitation = MIMEBase("text", "calendar", method=method, charset="utf-8")
        invitation.set_payload(calendar)
        encode_base64(invitation)
        both = MIMEMultipart("alternative")
        both.attach(parts)
        both.attach(invitation)
        parts = both
    parts["Subject"] = Header(one_line(letter.subject), "utf-8", header_name="Subject")  # type: ignore[assignment]  # a header is taken
    parts["From"] = formataddr(("Steerco", server.sender))
    parts["To"] = letter.to
    parts["Date"] = formatdate()
    parts["Message-ID"] = f"<{letter.id}@{server.domain}>"
    parts["Auto-Submitted"] = "auto-generated"
    return parts.as_bytes(policy=compat32.clone(linesep="\r\n"))


def one_line(text: str) -> str:
    """Return a text without line breaks and other control characters, which a header must not have."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def mail_server(environment: Mapping[str, str]) -> MailServer | None:
    """Return the server that the environment names; None where it names none: then notices stand in the pages alone.

    Raises ``BadMailSettings``.
    """
    if not (text := environment.get(SERVER, "")):
        return None
    parts = urlsplit(text)
    tls = {"smtps": "implicit", "smtp": "starttls", "smtp+plain": "none"}.get(parts.scheme)
    if tls is None or not parts.hostname:
        raise BadMailSettings(f"{SERVER} is smtps://HOST:PORT or smtp://HOST:PORT (with STARTTLS), not {parts.scheme}://…")
    if tls == "none" and not _here(parts.hostname):
        raise BadMailSettings(f"{SERVER}: mails go to another machine over TLS only: smtps:// or smtp://")
    sender, address = environment.get(SENDER, ""), environment.get(ADDRESS, "").rstrip("/")
    if "@" not in sender or not sender.isascii() or one_line(sender) != sender:
        raise BadMailSettings(f"{SENDER} is the address that mails come from, such as steerco@example.vn")
    if not address.startswith(("https://", "http://")):
        raise BadMailSettings(f"{ADDRESS} is where mails lead, the address of this server for people: https://steerco.example.vn")

    file = environment.get(PASSWORD_FILE, "")
    password = Path(file).read_text("utf-8").strip() if file else unquote(parts.password or "")
    port = parts.port or {"implicit": 465, "starttls": 587, "none": 25}[tls]
    return MailServer(parts.hostname, port, sender, address, tls, unquote(parts.username or ""), password)


def _here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
