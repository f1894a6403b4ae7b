"""Forms between two requests: what was sent and is not done yet stands in a draft, at an address of its own.

The key of the form is the draft's name and the idempotency key of its act. Files are stored when they are first sent, whatever
else is wrong with the form; which files a form has, only its draft says, never the browser.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from secrets import token_urlsafe

import msgspec

from steerco.configuration.tenant import Tenant
from steerco.records import Action, File, Reason, reason
from steerco.store import drafts
from steerco.store.files import TooLarge
from steerco.store.tables import Draft
from steerco.web.http.auth import service_of
from steerco.web.http.problems import Anywhere, RequestError
from steerco.web.http.sign_in import check_form, ended_sign_in
from steerco.web.pages.forms.desk import FormDesk
from steerco.web.pages.forms.posted import VALUE, KeptFile, Posted, Upload, path_of
from steerco.web.pages.forms.shapes import Shape, shapes_of
from steerco.web.pages.frame.links import Links
from steerco.web.pages.frame.render import POLICY
from steerco.web.pages.frame.visit import Visit

SCRIPTED = f"{POLICY}; script-src 'self'; connect-src 'self'"
"""The policy of a page with a form: our own script keeps a draft while somebody types."""
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
PASSING = frozenset({"form_token", "step", "draft", "lang"})
"""Fields of one request: no draft keeps them."""


def new_key() -> str:
    """Return the random key of a form that is opened."""
    return token_urlsafe(18)


def good_key(posted: Posted) -> str:
    """Return the key with which a form was sent; a new one where it was forged."""
    return posted.key if _KEY.fullmatch(posted.key) else new_key()


def act_address(links: Links, action: Action, ref: str | None, **query: str) -> str:
    """Return the address of an act's form."""
    on = (ref,) if ref else ()
    return links.to("records", action.record.record_type, *on, "do", action.name, **query)


def opened(visit: Visit, key: str, action: Action, ref: str | None) -> tuple[Posted, bool] | None:
    """Return the reader's draft of this act by its key, and whether it was sent before with something wrong; None where there is
    none."""
    if visit.reader is None or not key:
        return None
    draft = drafts.find(visit.session, visit.reader.account, key, visit.now)
    if draft is None or draft.action != action.id or draft.record != ref:
        return None
    return _posted(visit.tenant, draft), bool(draft.tried)


def _posted(tenant: Tenant, draft: Draft) -> Posted:
    """Return what stands in a draft. A file that is not there any more is left out."""
    files = {path: msgspec.convert(kept, list[KeptFile]) for path, kept in draft.files.items()}
    there = {path: [file for file in kept if tenant.files.has(tenant.id, file.digest)] for path, kept in files.items()}
    fields = {name: list(values) for name, values in draft.fields.items()}
    return Posted({**fields, "key": [draft.id]}, {path: kept for path, kept in there.items() if kept})


def receive_files(visit: Visit, action: Action, posted: Posted, also: Collection[str] = ()) -> None:
    """Store the files that were just sent, and join them with those that the form had before. ``also``: names of fields for files
    that the act has beside its input. The form's token has been checked."""
    account = visit.reader.account if visit.reader else ""
    before = drafts.find(visit.session, account, posted.key, visit.now)
    _receive(visit.tenant, action, posted, before, also)


def _receive(tenant: Tenant, action: Action, posted: Posted, before: Draft | None, also: Collection[str] = ()) -> None:
    posted.files = _posted(tenant, before).files if before is not None else {}
    for upload in posted.uploads:
        flat = upload.name.removeprefix(VALUE)
        shape = shape_at(shapes_of(action.input), flat)
        takes = (shape is not None and shape.kind in ("files", "file") and upload.name.startswith(VALUE)) or flat in also
        if not takes:
            posted.problems.setdefault("", reason("unknown-fields", names=upload.name[:60]))
            continue
        if wrong := _wrong(upload):
            posted.problems[path_of(flat)] = wrong
            continue
        try:
            digest = tenant.files.put(tenant.id, upload.content)
        except TooLarge as large:
            posted.problems[path_of(flat)] = reason("file-too-large", name=upload.file_name, most=large.limit // 1024**2)
            continue
        several = shape is not None and shape.kind == "files"
        kept = posted.files.get(flat, []) if several else []
        posted.files[flat] = [*kept, KeptFile(upload.file_name, digest, len(upload.content))]
    posted.uploads = []


def _wrong(upload: Upload) -> Reason | None:
    """Return the reason against a file: its name, or that nothing is in it."""
    return File(upload.file_name, text="something" if upload.content else "").wrong()


def shape_at(shapes: Sequence[Shape], flat: str) -> Shape | None:
    """Return the shape of the field with this name (``tasks-2-files``)."""
    found: Shape | None = None
    members = tuple(shapes)
    for part in (each for each in flat.split("-") if not each.isdecimal()):
        found = next((shape for shape in members if shape.name == part), None)
        if found is None:
            return None
        members = found.members
    return found


def keep(desk: FormDesk, posted: Posted, *, tried: bool = False) -> str:
    """Keep what was posted as the reader's draft; its key. A form of a stranger is not kept, which only a demonstration shows."""
    reader, visit = desk.visit.reader, desk.visit
    key = good_key(posted)
    if reader is None:
        return key
    on = desk.record.ref if desk.record is not None else None
    draft = _draft(key, reader.account, reader.person, desk.action, on, posted, tried)
    with visit.tenant.store.write(visit.tenant.id) as session:
        if not drafts.save(session, draft, visit.now):  # the key is another account's
            key = draft.id = new_key()
            drafts.save(session, draft, visit.now)
    return key


def _draft(key: str, account: str, person: str, action: Action, ref: str | None, posted: Posted, tried: bool) -> Draft:
    fields = {name: values for name, values in posted.fields.items() if name not in PASSING and name != "key"}
    files = {path: msgspec.to_builtins(kept) for path, kept in posted.files.items() if kept}
    return Draft(
        id=key,
        account=account,
        person=person,
        action=action.id,
        record=ref,
        version=posted.version,
        tried=int(tried),
        fields=fields,
        files=files,
    )


def finish(visit: Visit, key: str) -> None:
    """Remove the draft of an act that is done."""
    if visit.reader is None:
        return
    with visit.tenant.store.write(visit.tenant.id) as session:
        drafts.discard(session, visit.reader.account, key)


def keep_after_end(request: Anywhere, tenant: Tenant, action: Action, ref: str | None, posted: Posted) -> str:
    """Keep what was sent by somebody whose sign-in ended in the midst of it, for the same account; the address to go on at after
    signing in. Empty where it is not known whose it is: then the page shows what was typed, to be copied."""
    now, ended = service_of(request).clock(), ended_sign_in(request)
    person = ended.persons.get(tenant.id) if ended else None
    if ended is None or person is None:
        return ""
    try:
        check_form(ended, posted.token)
    except RequestError:
        return ""
    key = good_key(posted)
    with tenant.store.read(tenant.id) as session:
        _receive(tenant, action, posted, drafts.find(session, ended.account, key, now))
    with tenant.store.write(tenant.id) as session:
        if not drafts.save(session, _draft(key, ended.account, person, action, ref, posted, False), now):
            return ""
    return act_address(Links(tenant.snapshot.slug, {}), action, ref, draft=key)
