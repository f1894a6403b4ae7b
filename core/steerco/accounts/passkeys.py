"""Passkeys: a key that a device keeps and uses only when its holder unlocks it, and only for the name of this server.

A passkey is two factors by itself (the device, and what unlocks it), so it signs in alone. What is kept of one is its public key.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from secrets import token_bytes
from typing import NamedTuple

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from steerco.accounts import events, web_sign_ins
from steerco.store.account_tables import Account, Passkey
from steerco.store.base import INSTALLATION
from steerco.store.identity import uuid7

MOST = 10
"""Passkeys of one account."""
LONGEST_NAME = 60
KEPT_ID = 1400
"""Characters of a credential's id; the standard allows 1,023 bytes."""
PASSKEY = "account.passkey"


class BadPasskey(ValueError):
    """A passkey that is not taken. ``code``: not-proven, known or too-many."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Site(NamedTuple):
    """This server as browsers know it: its name without a port, and the origin of its pages."""

    name: str
    origin: str


def challenge() -> bytes:
    """Return what a device is to sign, once."""
    return token_bytes(32)


def of_account(session: Session, account: str) -> Sequence[Passkey]:
    """Return an account's passkeys, oldest first."""
    own = (Passkey.tenant_id == INSTALLATION, Passkey.account == account)
    return session.scalars(select(Passkey).where(*own).order_by(Passkey.id)).all()


def wanted_new(site: Site, challenge: bytes, account: str, name: str, known: Sequence[Passkey]) -> str:
    """Return, as JSON, what a browser is asked for a new passkey. The devices of ``known`` ones are left out."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers import base64url_to_bytes, structs

    chosen = structs.AuthenticatorSelectionCriteria(
        resident_key=structs.ResidentKeyRequirement.REQUIRED,
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    options = generate_registration_options(
        rp_id=site.name,
        rp_name="Steerco",
        user_id=account.encode(),
        user_name=name,
        challenge=challenge,
        authenticator_selection=chosen,
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=base64url_to_bytes(each.credential)) for each in known],
    )
    return options_to_json(options)


def wanted(site: Site, challenge: bytes) -> str:
    """Return, as JSON, what a browser is asked for to sign in: any passkey of this server."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    verify = UserVerificationRequirement.REQUIRED
    return options_to_json(generate_authentication_options(rp_id=site.name, challenge=challenge, user_verification=verify))


def add(session: Session, account: str, site: Site, challenge: bytes, given: str, name: str, now: datetime) -> Passkey:
    """Keep a new passkey of an account. ``given`` is the browser's answer. Raises ``BadPasskey``."""
    from webauthn import verify_registration_response
    from webauthn.helpers import bytes_to_base64url
    from webauthn.helpers.exceptions import WebAuthnException

    if len(of_account(session, account)) >= MOST:
        raise BadPasskey("too-many")
    expected = {"expected_challenge": challenge, "expected_rp_id": site.name, "expected_origin": site.origin}
    try:
        proven = verify_registration_response(credential=given, require_user_verification=True, **expected)  # type: ignore[arg-type]  # by name
    except (WebAuthnException, ValueError) as error:
        raise BadPasskey("not-proven") from error
    credential = bytes_to_base64url(proven.credential_id)
    if len(credential) > KEPT_ID or _find(session, credential) is not None:
        raise BadPasskey("known")
    columns = {"account": account, "credential": credential, "key": bytes_to_base64url(proven.credential_public_key)}
    more = {"uses": proven.sign_count, "name": name[:LONGEST_NAME], "created_at": now}
    passkey = Passkey(tenant_id=INSTALLATION, id=uuid7(), **columns, **more)
    session.add(passkey)
    session.flush()
    events.tell(session, PASSKEY, account, now, passkey=passkey.id, what="add", hash=events.digest(passkey.key))
    return passkey


def remove(session: Session, account: str, id: str, now: datetime) -> bool:
    """Take a passkey from an account. False where it has none of that id."""
    own = (Passkey.tenant_id == INSTALLATION, Passkey.account == account, Passkey.id == id)
    if session.scalar(select(Passkey.id).where(*own)) is None:
        return False
    session.execute(delete(Passkey).where(*own))
    events.tell(session, PASSKEY, account, now, passkey=id, what="remove")
    return True


def let_in(
    session: Session, site: Site, challenge: bytes, given: str, agent: str, now: datetime, states: frozenset[str]
) -> str | None:
    """Sign in whoever has this passkey and return the token; None whatever is wrong with it."""
    from webauthn import verify_authentication_response
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.exceptions import WebAuthnException

    passkey = _find(session, _id_in(given))
    account = session.get(Account, (INSTALLATION, passkey.account)) if passkey is not None else None
    if passkey is None or account is None or account.state not in states:
        _refused(session, account, now)
        return None
    try:
        proven = verify_authentication_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=site.name,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(passkey.key),
            credential_current_sign_count=passkey.uses,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError):
        _refused(session, account, now)
        return None
    passkey.uses, passkey.used_at = proven.new_sign_count, now
    return web_sign_ins.begin(session, account.id, how="passkey", agent=agent, now=now)


def _refused(session: Session, account: Account | None, now: datetime) -> None:
    events.tell(session, events.REFUSE, account.id if account is not None else "", now)


def _find(session: Session, credential: str) -> Passkey | None:
    return session.scalar(select(Passkey).where(Passkey.tenant_id == INSTALLATION, Passkey.credential == credential))


class _Given(msgspec.Struct):
    id: str


def _id_in(given: str) -> str:
    try:
        return msgspec.json.decode(given, type=_Given).id[:KEPT_ID]
    except msgspec.MsgspecError:
        return ""
