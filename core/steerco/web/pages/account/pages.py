"""The pages of accounts, by address."""

from __future__ import annotations

from typing import Any

from steerco.web.pages.account import account, links, openid, passkeys, sign_in

ACCOUNT: tuple[Any, ...] = (*sign_in.ROUTES, *links.ROUTES, *account.ROUTES, *openid.ROUTES, *passkeys.ROUTES)
