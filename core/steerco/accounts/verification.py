"""Whether accounts and sign-ins are what the installation's log says that was done: a row that was put in or changed behind the
program's back is named."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from steerco.accounts import events
from steerco.accounts.accounts import LOCKED, named
from steerco.store import log
from steerco.store.account_tables import Account, AccountPerson, WebSignIn
from steerco.store.base import INSTALLATION

_decode = msgspec.json.Decoder().decode


class _Told:
    """What the log says, at its end, of each account and sign-in, with the number of the event that says it."""

    def __init__(self, session: Session) -> None:
        self.accounts: dict[str, dict[str, tuple[int, Any]]] = {}
        self.bound: dict[tuple[str, int], tuple[int, str]] = {}
        self.begun: dict[str, tuple[int, dict[str, Any]]] = {}
        self.ended: dict[str, int] = {}
        for row in log.entries(session):
            if isinstance(said := _decode(row["body"]), dict):
                self._take(row["seq"], row["action"], said)

    def _take(self, seq: int, action: str, said: dict[str, Any]) -> None:
        account = said.get("account", "")
        if action == events.MAKE:
            kept = {name: said.get(name, "") for name in ("name", "password", "state", "email")}
            self.accounts[account] = {name: (seq, value) for name, value in {**kept, "factor": ""}.items()}
        elif action in (events.PASSWORD, events.FACTOR, events.EMAIL):
            name = action.partition(".")[2]
            self.accounts.setdefault(account, {})[name] = (seq, said.get(name, ""))
        elif action in (events.LOCK, events.UNLOCK):
            self.accounts.setdefault(account, {})["state"] = (seq, LOCKED if action == events.LOCK else "active")
        elif action == events.BIND:
            self.bound[account, said["number"]] = (seq, said["person"])
        elif action == events.UNBIND:
            self.bound.pop((account, said["number"]), None)
        elif action == events.BEGIN:
            self.begun[said["sign_in"]] = (seq, said)
        elif action == events.END:
            self.ended[said["sign_in"]] = seq


def breaks(session: Session) -> list[log.Break]:
    """Return a break for every account, binding and open sign-in that is not as the log tells. The session reads the
    installation."""
    told = _Told(session)
    own = Account.tenant_id == INSTALLATION
    found = [each for row in session.scalars(select(Account).where(own).order_by(Account.id)) for each in _account(row, told)]
    for bound in session.scalars(select(AccountPerson).where(AccountPerson.tenant_id == INSTALLATION)):
        seq, person = told.bound.get((bound.account, bound.number), (0, ""))
        if person != bound.person:
            whom = f"{bound.person} of tenant {bound.number}"
            found.append(log.Break(seq, "account", f"no event tells that the account {bound.account} is {whom}"))
    for row in session.scalars(select(WebSignIn).where(WebSignIn.tenant_id == INSTALLATION)):
        found += _sign_in(row, told)
    return found


def _account(row: Account, told: _Told) -> list[log.Break]:
    kept = told.accounts.get(row.id)
    if kept is None:
        return [log.Break(0, "account", f"no event tells that the account {row.id} was made")]
    now = {
        "name": named(row.id, row.name),
        "password": events.digest(row.password),
        "factor": events.digest(row.totp),
        "state": row.state,
        "email": named(row.id, row.email) if row.email else "",
    }
    missing = (0, None)
    return [
        log.Break(kept.get(name, missing)[0], "account", f"the account {row.id} is not as the log tells: its {name} differs")
        for name, value in now.items()
        if kept.get(name, missing)[1] != value
    ]


def _sign_in(row: WebSignIn, told: _Told) -> list[log.Break]:
    seq, said = told.begun.get(row.id, (0, {}))
    now = {"account": row.account, "how": row.how, "within": row.within, "hash": events.digest(row.hash)}
    now |= {"until": row.expires_at.isoformat()}
    if not said:
        return [log.Break(0, "account", f"no event tells of the sign-in {row.id} of the account {row.account}")]
    if differing := [name for name, value in now.items() if said.get(name) != value]:
        return [log.Break(seq, "account", f"the sign-in {row.id} is not as it was begun: {', '.join(differing)}")]
    if row.id in told.ended and row.ended_at is None:
        return [log.Break(told.ended[row.id], "account", f"the sign-in {row.id} was ended, and is good again")]
    return []
