"""The settings of a tenant, ``tenant.toml``: what is neither law nor charter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from steerco.charter.model import Label


@dataclass(frozen=True)
class Administration:
    """The roles, groups or bodies that may apply changes: ``risky`` ones every change, ``harmless`` ones those that decide
    nothing (see ``risk``).
    """

    risky: tuple[str, ...] = ()
    harmless: tuple[str, ...] = ()


@dataclass(frozen=True)
class Appearance:
    """The look of the committee's pages. ``colour``: ``#rrggbb`` of the head, empty for the program's own; ``short_name``: what
    stands in the head of a phone, empty for the whole name."""

    colour: str = ""
    short_name: Label = field(default_factory=Label)


@dataclass(frozen=True)
class NotificationSettings:
    """How the program tells people. ``remind_before``: so many working days before the day on which a duty is due (0: never)."""

    remind_before: int = 3


@dataclass(frozen=True)
class OpenidSettings:
    """The provider at which people of the tenant may sign in (OpenID Connect). What its ``claim`` says of somebody is looked
    for in ``attribute`` of the tenant's persons: ``email``, or one of their attributes.
    """

    issuer: str
    client_id: str
    name: Label = field(default_factory=Label)
    claim: str = "email"
    attribute: str = "email"


@dataclass(frozen=True)
class SignInSettings:
    """How people of the tenant sign in, beside name and password."""

    openid: OpenidSettings | None = None

    @classmethod
    def read(cls, table: Mapping[str, Any]) -> SignInSettings:
        """Return what ``[sign_in]`` of a tenant's file says; it was checked."""
        provider = table.get("openid")
        return cls(OpenidSettings(**{**provider, "name": Label(**provider.get("name", {}))}) if provider else None)


@dataclass(frozen=True)
class Settings:
    """``tenant.toml``: what is neither law nor charter. ``main_body``, once loaded: the body whose regulation the charters say
    they are, else the one set, else the first.
    ``shared``: what of it stands on pages of several committees (``week``, ``subjects``)."""

    slug: str
    name: Label
    time_zone: str = "Asia/Ho_Chi_Minh"
    languages: tuple[str, ...] = ("vi", "en")
    main_body: str = ""
    plugins: tuple[str, ...] = ()
    kept_from: date | None = None
    shared: tuple[str, ...] = ()
    appearance: Appearance = Appearance()
    administration: Administration = Administration()
    sign_in: SignInSettings = SignInSettings()
    notifications: NotificationSettings = NotificationSettings()

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)
