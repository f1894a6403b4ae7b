"""Forms made from declarations: what a person fills in for an action, and the input of the API that it means.

A page of an act goes these steps; each is one function::

    desk = FormDesk(visit, action, record, capacity)         # who fills it in; record is None where the act makes one
    # GET: a draft by ?draft=…, else what is to be changed as it stands, with what the address gives (?with.meeting=M-2021-008)
    posted, tried = drafts.opened(visit, key, action, ref) or (meaning.begun(desk), False)
    errors = meaning.to_input(desk, posted).errors if tried else {}
    form = form_of(desk, posted, posted.key or drafts.new_key(), errors)
    # POST: the body is read first, then the token checked, then files are stored
    posted = read_form(request, body)
    check_form(visit.reader, posted.token)
    drafts.receive_files(visit, action, posted, also=("evidence",))
    if (at := rows.stepped(posted, desk.shapes)) is not None:  # a row, a search, a file, "save draft": 303 to
        drafts.act_address(visit.links, action, ref, draft=drafts.keep(desk, posted)) + f"#{at}"
    given, errors = meaning.to_input(desk, posted, own=("capacity",))
    if errors:                                               # 422, or 303 to the draft, which tells them again
        key = drafts.keep(desk, posted, tried=True)
    perform(tenant, ActRequest(…, input=given, version=posted.version, key=drafts.good_key(posted)))
    drafts.finish(visit, posted.key)

Errors that ``perform`` raises (``Invalid.fields``) go into ``form_of(desk, posted, key, errors)`` as they are. A sign-in that
ended meanwhile: ``drafts.keep_after_end``. The macros of ``forms/fields.html`` draw the form.
"""
