"""The environment variables that set a process up: one table, which ``steerco config`` prints and the docs are held to.

A secret may stand in a file: ``NAME_FILE`` gives the file whose content is the value, as container platforms hand secrets out.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from steerco.cli.frame.problems import USAGE, CommandProblem

URL, OPERATOR_URL = "STEERCO_DATABASE_URL", "STEERCO_OPERATOR_URL"
HOME, TENANTS_KEPT = "STEERCO_HOME", "STEERCO_TENANTS_KEPT"
LOG_LEVEL, LOG_FORMAT = "STEERCO_LOG_LEVEL", "STEERCO_LOG_FORMAT"
METRICS, TRACES = "STEERCO_METRICS", "STEERCO_TRACES"
PROXIES, PREFIX = "STEERCO_TRUSTED_PROXIES", "STEERCO_URL_PREFIX"
RATES = {"STEERCO_RATE_TOKEN": 6_000, "STEERCO_RATE_TENANT": 30_000, "STEERCO_STREAMS_TOKEN": 20}
"""The shares of one process that ``serve`` gives to a token and a committee, where the environment gives no others."""
FILES = "STEERCO_FILES"
S3 = ("STEERCO_S3_ENDPOINT", "STEERCO_S3_REGION", "STEERCO_S3_KEY")
S3_SECRET = "STEERCO_S3_SECRET"
FILE = "_FILE"
HIDDEN = "****"


@dataclass(frozen=True)
class Setting:
    """One variable: what it sets, what applies without it, and whether its value may also come from a file (``NAME_FILE``).

    ``secret``: the value, or the password in its address, is not shown.
    """

    name: str
    what: str
    otherwise: str = "not set"
    from_file: bool = False
    secret: bool = False


SETTINGS = (
    Setting(HOME, "the folder with tenants/ and policies/", "the current folder, else the tenants that come with the program"),
    Setting(URL, "the database, by the role that serves", "SQLite in the home", from_file=True, secret=True),
    Setting(OPERATOR_URL, "the same, by the role that owns the tables", "the role that serves", from_file=True, secret=True),
    Setting(TENANTS_KEPT, "how many committees a process holds in memory", "1000"),
    Setting(LOG_LEVEL, "which lines of log to write: debug, info, warning, error", "info; warning with --demo"),
    Setting(LOG_FORMAT, "how to write them: text, or json with one object a line", "text"),
    Setting(METRICS, "HOST:PORT where Prometheus finds the metrics of this process", "none are kept"),
    Setting(
        TRACES, "the address of an OpenTelemetry collector (OTLP over HTTP) that takes a span of each request", "none are made"
    ),
    Setting(PROXIES, "addresses of web servers in front, whose X-Forwarded-For and -Proto are believed", "127.0.0.1"),
    Setting(PREFIX, "the path under which a web server in front shows the pages and the API, such as /steerco", "none"),
    Setting("STEERCO_RATE_TOKEN", "requests a minute of one token; 0: no limit", "6000"),
    Setting("STEERCO_RATE_TENANT", "requests a minute of all tokens of one committee; 0: no limit", "30000"),
    Setting("STEERCO_STREAMS_TOKEN", "streams of events that one token may keep open; 0: no limit", "20"),
    Setting("STEERCO_MAIL", "the mail server: smtps://HOST:PORT or smtp://HOST:PORT", "no mail is sent", secret=True),
    Setting("STEERCO_MAIL_FROM", "the address that mails come from"),
    Setting("STEERCO_MAIL_PASSWORD_FILE", "the file with the password at the mail server"),
    Setting("STEERCO_ADDRESS", "the address of this server for people: mails and links lead there", "the server that runs here"),
    Setting(FILES, "where papers and files are kept: a folder, or s3://BUCKET/PREFIX", "files/ beside the home's data"),
    Setting(
        "STEERCO_S3_ENDPOINT",
        "the object store for files and backups",
        "AWS_ENDPOINT_URL, else Amazon's",
    ),
    Setting("STEERCO_S3_REGION", "its region", "AWS_REGION"),
    Setting("STEERCO_S3_KEY", "the id of the key at the object store", "AWS_ACCESS_KEY_ID, else the machine's role"),
    Setting("STEERCO_S3_SECRET", "the secret of that key", "AWS_SECRET_ACCESS_KEY", from_file=True, secret=True),
    Setting("STEERCO_NO_PLUGINS", "set: load no plugin"),
    Setting("STEERCO_DEBUG", "set: show where a fault of a command came from"),
)
"""Every variable with a fixed name. Beside them ``STEERCO_OPENID_SECRET_<SLUG>`` holds a tenant's secret at its provider."""
OPENID = "STEERCO_OPENID_SECRET_"


@dataclass(frozen=True)
class SettingShown:
    """The value of a setting as it is shown, and where it comes from: ``environment``, ``file …`` or ``default``."""

    name: str
    value: str
    source: str
    what: str


def value_of(name: str, environment: Mapping[str, str] = os.environ) -> str | None:
    """Return a variable's value, or the content of the file that ``NAME_FILE`` gives; None where neither says anything.

    Raises ``CommandProblem`` for both at once, and for a file that cannot be read.
    """
    given, file = environment.get(name) or None, environment.get(name + FILE)
    if not file:
        return given
    if given:
        raise CommandProblem("given-twice", f"both {name} and {name}{FILE} are set", "unset one of them", exit=USAGE)
    try:
        return Path(file).read_text("utf-8").strip() or None
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text in UTF-8"
        raise CommandProblem(
            "unreadable-file", f"{name}{FILE} names {file}: {why}", "make it readable, or name another", exit=USAGE
        ) from None


def rate(name: str, environment: Mapping[str, str] = os.environ) -> int:
    """Return one of ``RATES``. Raises ``CommandProblem`` for a value that is no whole number."""
    value = environment.get(name) or str(RATES[name])
    if not (value.isascii() and value.isdecimal() and len(value) < 10):
        do = f"give a whole number, 0 for no limit, or unset it for {RATES[name]}"
        raise CommandProblem("not-a-number", f"{name}: {value!r} is no number", do, exit=USAGE)
    return int(value)


def in_force(environment: Mapping[str, str] = os.environ) -> list[SettingShown]:
    """Return every setting with its value and where that comes from; secrets are masked.

    Raises ``CommandProblem`` as ``value_of``.
    """
    shown = []
    for setting in SETTINGS:
        value = value_of(setting.name, environment) if setting.from_file else environment.get(setting.name) or None
        file = environment.get(setting.name + FILE) if setting.from_file else None
        source = f"file {file}" if file else "environment"
        if value is None:
            shown.append(SettingShown(setting.name, setting.otherwise, "default", setting.what))
        else:
            with_password = setting.secret or ("://" in value and "@" in value)  # where none belongs, it is hidden as well
            shown.append(SettingShown(setting.name, masked(value) if with_password else value, source, setting.what))
    for name in sorted(name for name in environment if name.startswith(OPENID)):
        shown.append(SettingShown(name, HIDDEN, "environment", "a tenant's secret at its OpenID provider"))
    return shown


def unknown(environment: Mapping[str, str] = os.environ) -> list[str]:
    """Return the variables that begin as ours do and that nothing reads: most likely misspelled."""
    known = {setting.name for setting in SETTINGS} | {setting.name + FILE for setting in SETTINGS if setting.from_file}
    ours = (name for name in environment if name.startswith("STEERCO_") and not name.startswith((OPENID, "STEERCO_TEST_")))
    return sorted(name for name in ours if name not in known)


def masked(value: str) -> str:
    """Return an address with its password hidden, or only the mask where there is one in it that cannot be told apart."""
    try:
        parts = urlsplit(value)
        password, host = parts.password, parts.hostname
    except ValueError:
        return HIDDEN
    if not parts.scheme or host is None:
        return HIDDEN
    if "password" in parts.query.lower():
        parts = parts._replace(query=HIDDEN)
    if password is not None:
        name, _, _ = parts.netloc.rpartition("@")[0].partition(":")
        parts = parts._replace(netloc=f"{name}:{HIDDEN}@{parts.netloc.rpartition('@')[2]}")
    return urlunsplit(parts)
