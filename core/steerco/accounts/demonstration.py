"""Sign-ins of a demonstration: an account for a holder of every role, with one password for all, made anew at each start.

Such an account is good only where a demonstration is served (:data:`steerco.accounts.accounts.DEMONSTRATION`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from secrets import choice

from steerco.accounts import passwords
from steerco.accounts.accounts import DEMONSTRATION, account_of, add_account, bind, find_account, set_password
from steerco.configuration.tenant import Tenant
from steerco.store.base import INSTALLATION

_LETTERS = "abcdefghjkmnpqrstuvwxyz"


def new_password() -> str:
    """Return a password that is easy to type."""
    return "-".join("".join(choice(_LETTERS) for _ in range(4)) for _ in range(3))


def open_to(tenant: Tenant, holders: Mapping[str, str], password: str, now: datetime) -> dict[str, str]:
    """Let a holder of each role (person by role) sign in with this password. Return the sign-in names, by role; people who have
    an account of their own are left out."""
    kept, names = passwords.hashed(password), dict[str, str]()
    with tenant.store.write(INSTALLATION) as session:
        for role, person in holders.items():
            account, name = account_of(session, tenant.id, person), f"{role}@{tenant.snapshot.slug}"
            if account is None and find_account(session, name) is None:
                account = add_account(session, name, now=now, password=kept, state=DEMONSTRATION, by="demonstration")
                bind(session, account.id, tenant.id, person, now, by="demonstration")
            elif account is not None and account.state == DEMONSTRATION:
                set_password(session, account, kept, now, by="demonstration")
            else:
                continue
            names[role] = account.name
    return names
