"""The tables of release 0.1, each in a line: its columns, then the indexes beside those that every record and every part has.

This version never changes: homes keep databases that were made by it. What came later stands in the next versions.

A column is ``name type``, with ``?`` where it may be empty and ``> table`` where it points to a record.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from steerco.store.base import NAMING, Json, Text, Utc, Whole

revision: str = "0001"
down_revision: str | Sequence[str] | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TYPES: dict[str, Any] = {
    "text": Text,
    "int": Whole,
    "float": sa.Double(),
    "bool": sa.Boolean(),
    "time": Utc(),
    "date": sa.Date(),
    "json": Json,
    "bytes": sa.LargeBinary(),
}
COMMON = "ref text, body text, state text, version int, author text, author_as text, created_at time, changed_at time"
metadata = sa.MetaData(naming_convention=NAMING)


def plain(name: str, key: str, columns: str, index: str = "", unique: str = "") -> sa.Table:
    """Declare a table with the primary key ``key``; one whose key begins with the tenant is clustered by it on SQLite."""
    owned = key.startswith("tenant_id")
    items: list[sa.schema.SchemaItem] = []
    for column in columns.split(", "):
        words = column.split()
        kind = TYPES[words[1].rstrip("?")]
        items.append(sa.Column(words[0], kind, nullable=words[1].endswith("?"), autoincrement=False if owned else "auto"))
        if words[2:] == [">", words[-1]]:
            to = [f"{words[-1]}.tenant_id", f"{words[-1]}.id"]
            items.append(sa.ForeignKeyConstraint(["tenant_id", words[0]], to, initially="DEFERRED", deferrable=True))
    items.append(sa.PrimaryKeyConstraint(*key.split()))
    items += [sa.Index(None, *each.split()) for each in index.split("; ") if each]
    items += [sa.UniqueConstraint(*unique.split())] if unique else []
    return sa.Table(name, metadata, *items, info={"owned": owned}, sqlite_with_rowid=not owned)


def record(name: str, columns: str, index: str = "", unique: str = "") -> None:
    """Declare the table of a record type, with indexes by author, body, state and each column that points to a record."""
    pointing = [column.split()[0] for column in columns.split(", ") if " > " in column]
    along = [f"tenant_id {each}" for each in index.split("; ") if each]
    along += [f"tenant_id {column} id" for column in ("author_as", "body", "state", *pointing)]
    table = plain(name, "tenant_id id", f"tenant_id int, id text, {COMMON}, {columns}", "; ".join(along))
    for each in ("ref", *filter(None, [unique])):
        sa.Index(None, table.c.tenant_id, *(table.c[column] for column in each.split()), unique=True)


def part(name: str, of: str, columns: str, index: str = "") -> None:
    """Declare the table of a record's part, with an index along the record that it belongs to."""
    along = [f"tenant_id {each}" for each in index.split("; ") if each]
    along.append(f"tenant_id {of} id")
    plain(name, "tenant_id id", f"tenant_id int, id text, {of} text > {of}, {columns}", "; ".join(along))


def addressed(name: str, columns: str, index: str = "") -> None:
    """Declare the table of a type with one addressee, with the indexes along which its lists run."""
    asked = "title text, text text?, to text, due_on date?, answer text?, answered_on date?, answered_by text?"
    along = "due_on id; state due_on id; to due_on id; to id"
    record(name, ", ".join(each for each in (asked, columns) if each), "; ".join(each for each in (along, index) if each))


def entries() -> None:
    """Declare the table that the record types of tenants' own registers share: each of its indexes begins with the register."""
    filed = "filed_party text?, filed_day date?, filed_choice text?, filed_ref text?"
    own = f"register text, {filed}, texts json, parties_named json, further json"
    columns = ("body", "state", "author_as", "filed_party", "filed_party filed_day", "filed_day", "filed_choice", "filed_ref")
    along = "; ".join(f"tenant_id register {each} id" for each in columns)
    along += "; tenant_id register id"
    table = plain("entry", "tenant_id id", f"tenant_id int, id text, {COMMON}, {own}", along)
    sa.Index(None, table.c.tenant_id, table.c.ref, unique=True)
    part("entry_parties", "entry", "register text, field text, who text", index="register field who entry")


def declare() -> None:
    """Declare every table, those first to which others point."""
    plain(
        "account",
        "tenant_id id",
        (
            "tenant_id int, id text, name text, email text?, password text?, totp text?, totp_step int, state text, "
            "created_at time"
        ),
        unique="tenant_id name",
    )
    plain(
        "account_person",
        "tenant_id account number",
        "tenant_id int, account text, number int, person text, since time",
        unique="tenant_id number person",
    )
    plain("account_recovery_code", "tenant_id account hash", "tenant_id int, account text, hash text")
    plain(
        "account_link",
        "tenant_id id",
        (
            "tenant_id int, id text, hash text, what text, account text?, number int?, person text?, email text?, by text, "
            "created_at time, expires_at time, ended_at time?"
        ),
        index="tenant_id number person id",
        unique="tenant_id hash",
    )
    plain(
        "account_word",
        "tenant_id id",
        (
            "tenant_id int, id text, what text, email text?, account text?, number int?, person text?, path text?, "
            "created_at time, expires_at time, sent_at time?"
        ),
        index="tenant_id sent_at id",
    )
    plain("sign_in_attempts", "tenant_id key", "tenant_id int, key text, n int, since time, until time?")
    plain(
        "web_sign_in",
        "tenant_id id",
        (
            "tenant_id int, id text, hash text, account text, form_secret text, how text, within int?, agent text, "
            "created_at time, used_at time, expires_at time, ended_at time?"
        ),
        index="tenant_id account id",
        unique="tenant_id hash",
    )
    plain(
        "openid_link",
        "tenant_id id",
        (
            "tenant_id int, id text, number int, issuer text, subject text, value text, person text?, account text?, state text, "
            "by text?, asked_at time, decided_at time?"
        ),
        unique="tenant_id number issuer subject",
    )
    plain(
        "passkey",
        "tenant_id id",
        ("tenant_id int, id text, account text, credential text, key text, uses int, name text, created_at time, used_at time?"),
        index="tenant_id account id",
        unique="tenant_id credential",
    )
    record("agency", "name json, parent text?, sort text?")
    record(
        "authority_delegation",
        (
            "by text, to text, scope json, from date, to_day date, instrument text?, reason text?, cites json, "
            "giver text, receivers json, given_on date"
        ),
        index="by id; to id",
    )
    record(
        "channel",
        (
            "origin text?, to text?, there text?, keeper text?, accepted_at time?, closed_at time?, closed_by "
            "text?, reason text?, taken int"
        ),
        index="there",
    )
    plain("cursor", "tenant_id consumer", "tenant_id int, consumer text, seq int")
    plain(
        "draft",
        "tenant_id id",
        (
            "tenant_id int, id text, account text, person text, action text, record text?, version int?, tried int, fields json, "
            "files json, saved_at time, expires_at time"
        ),
        index="tenant_id account saved_at; tenant_id expires_at",
    )
    plain(
        "event",
        "tenant_id seq",
        (
            "tenant_id int, seq int, at time, recorded_at time, person text?, action text, type text?, record_id "
            "text?, revision int?, caused_by int?, body text, hash bytes"
        ),
        index="tenant_id type record_id seq",
    )
    plain(
        "idempotency",
        "tenant_id person key",
        "tenant_id int, person text, key text, fingerprint text, answer text, at time",
        index="tenant_id at",
    )
    plain("lease", "name", "name text, holder text, until time")
    plain("log_head", "tenant_id", "tenant_id int, seq int, hash bytes")
    record(
        "meeting",
        (
            "kind text, starts_at time, ends_at time?, place text?, mode text?, link text?, contact text?, reply_by date?, "
            "presiding text?, presided_by text?, presided_for text?, parties json, "
            "joint_with text?, agreed_by text?, opened_at time?, ended_at time?, "
            "conclusion text?, notice text?, reason text?, convened_by text?, called_late json?, call_by date?, "
            "agenda_approved_at time?, agenda_approved_by text?, public json?, public_on date?"
        ),
        index="public_on id; joint_with id; presided_by id; presiding id",
    )
    plain(
        "notice",
        "tenant_id id",
        (
            "tenant_id int, id text, person text, key text, event int, act text, type text?, record text?, duty text?, "
            "due_on date?, at time, read_at time?, mail text, tries int, again_at time?, fault text?"
        ),
        index="tenant_id person id; tenant_id mail again_at",
        unique="tenant_id person key",
    )
    plain("notice_choice", "tenant_id person", "tenant_id int, person text, how text, quiet json")
    record("office", "title json, agency text")
    record("officer_absence", "who text, person text, from date, to date, reason text?", index="who id")
    plain(
        "pending_change",
        "tenant_id id",
        (
            "tenant_id int, id text, account text, person text, kind text, base int, back_to int, files json, created_at time, "
            "changed_at time, trial json, plan text?, applied int?"
        ),
    )
    record("person", "name json, email text?, attrs json")
    plain("personal_datum", "tenant_id id", "tenant_id int, id text, value text?")
    record(
        "document",
        (
            "kind text, title text?, about text?, addressees json, signatory text?, reach text, bases json, proposal text?, "
            "opening text?, closing text?, recipients json, secrecy text?, urgency text?, circulation text?, signed_by text?, "
            "signed_as text?, signed_at time?, mark text?, lines json, cites json, content text?, paper text?, printed text?, "
            "series text?, serial int?, number text?, symbol text?, issued_on date?, replaced_by text? > document, "
            "reason text?, dossier text?, archived_on date?, disposed_on date?, disposal text?, public json?, public_on date?"
        ),
        index="public_on id; signatory id; signed_by id; about id",
        unique="series serial",
    )
    record("programme", "kind text, year int, title text?, submitted_at time?, issued_on date?, issued_by text?")
    plain(
        "register",
        "id",
        ("id text, at time, number int, slug text, what text, who text, why text, seq int, head text, detail json"),
        index="slug id",
    )
    plain("revision", "tenant_id number", "tenant_id int, number int, digest text, at time, who text, why text, content text")
    plain(
        "search_entry",
        "tenant_id type record part",
        "tenant_id int, type text, record text, part text, part_name text, text text, folded text",
    )
    plain("tally", "tenant_id name", "tenant_id int, name text, n int")
    record(
        "task",
        (
            "title text, text text?, to text, lead text, accountable text, performer text?, due_on date?, "
            "original_due_on date?, product text?, instrument text?, source text?, source_sort text?, source_part int?, "
            "plan text?, focal_unit text?, focal_key text?, staff text?, resources text?, reported_done_on date?, done_on "
            "date?, reason text?, canceled_by text?, subject text?, "
            "answers_to text?"
        ),
        index=(
            "accountable id; answers_to due_on id; body due_on id; changed_at id; created_at id; due_on id; focal_key due_on "
            "id; focal_key id; focal_unit due_on id; focal_unit id; lead due_on id; lead id; lead state "
            "id; performer id; source id; state due_on id; subject due_on id; subject state id; to id"
        ),
    )
    plain("tenant", "id", "id int, slug text, created_at time, state text", unique="slug")
    plain(
        "token",
        "tenant_id id",
        ("tenant_id int, id text, person text, hash text, scopes json, expires_at time?, created_at time, revoked_at time?"),
        unique="tenant_id hash",
    )
    record(
        "absence_request",
        "meeting text > meeting, kind text, who text, reason text, note text?, answered_by text?, answered_at time?",
        index="who id",
    )
    record(
        "appointment",
        (
            "person text > person, seat text?, office text?, agency text?, from date, to date?, term_to date?, "
            "confirmed_on json, filled_by text?, acknowledged_on date?, endorsed_by json, instrument text?, "
            "reason text?, replaced_by text?, was_to date?"
        ),
    )
    part(
        "channel_proofs",
        "channel",
        ("tenant text, to text, action text, seq int, at time, hash text, record text, digest text, key text, signature text"),
    )
    record("direction", "text text, to json, meeting text? > meeting, reason text?, subject text?")
    record(
        "matter",
        (
            "title text, class text, proposed_class text?, classed_by text?, text text?, meeting text? > meeting, "
            "prepared_opinion text?, prepared_by text?, put_to text?, outcome text?, decision text?, decided_by "
            "text?, decided_at time?, voting json?, subject text?, about text?, jointly_with text?, concerns text?, "
            "seconded_by json?, goes_by text?, public json?, public_on date?"
        ),
        index="public_on id; put_to id; about id",
    )
    part(
        "meeting_agenda",
        "meeting",
        (
            "position int, title text, minutes int?, rapporteur text?, sort text?, aim text?, proposed_by text?, admitted text?, "
            "grade text?, outcome text?, sent_to text?"
        ),
    )
    part("meeting_agenda_versions", "meeting", "number int, at time, by text, items json, added json, removed json, moved json")
    part(
        "meeting_proposed_items",
        "meeting",
        (
            "position int, title text, minutes int?, rapporteur text?, aim text?, why_urgent text?, from_meeting text?, "
            "from_item int?, proposed_by text, at time, answer text?, reason text?, answered_by text?"
        ),
    )
    part(
        "meeting_attendance",
        "meeting",
        "who text, invited_as text, reply text?, note text?, presence text?, mode text?",
        index="who meeting",
    )
    part("meeting_conclusions", "meeting", "position int, heading text?, text text, item int?")
    part(
        "meeting_papers",
        "meeting",
        (
            "title text, file_name text?, digest text?, size int?, item int?, grade text?, registered_as text?, kept_at text?, "
            "came_late json?"
        ),
    )
    part("meeting_paper_waivers", "meeting", "reason text, by text, at time")
    part("meeting_movements", "meeting", "who text, what text, item int?, at time, reason text?")
    record(
        "minutes",
        (
            "meeting text > meeting, text text, secretary text?, sheets int?, circulated_at time?, approved_at time?, "
            "approved_by text?, public json?, public_on date?"
        ),
        index="public_on id",
    )
    part("minutes_corrections", "minutes", "old_text text, new_text text, reason text, by text, at time")
    record("excerpt", "meeting text > meeting, item int, title text, to text, text text", index="to id")
    part("meeting_conclusion_corrections", "meeting", "old_text text, new_text text, reason text, by text, at time")
    part("minutes_contributions", "minutes", "position int, who text, item int?, text text")
    part(
        "programme_items",
        "programme",
        "position int, title text, lead text?, coordinators json, due date?, period text?, product text?",
        index="lead programme",
    )
    part("programme_returns", "programme", "reason text, by text, at time")
    record(
        "election",
        "election text, fills text, places int, secret bool, opened_at time?, certificate text?, result json?",
    )
    part("election_candidates", "election", "who text, by text, at time")
    part("election_ballots", "election", "who text, choices json, at time")
    record(
        "proxy",
        (
            "meeting text > meeting, matter text? > matter, giver text, holder text, instructions text?, file_name text?, "
            "digest text?"
        ),
        index="giver id; holder id",
    )
    record(
        "substitution",
        ("meeting text > meeting, kind text, who text, substitute text, opinion text?, lodged_at time?, lodged_while text?"),
        index="substitute id; who id",
    )
    record(
        "consultation",
        (
            "title text, question text, to json, concerns text?, due_on date?, opened_by text?, opened_on date?, "
            "closed_on date?, tabulation json?, reason text?"
        ),
        index="opened_by id; due_on id",
    )
    record(
        "consultation_reply",
        (
            "consultation text > consultation, who text, answers text, due_on date?, position text?, text text?, "
            "answered_on date?, answered_by text?, taken_up text?, handling text?, handled_by text?"
        ),
        index="who id; due_on id; who due_on id; who consultation id",
    )
    record(
        "budget",
        (
            "year int, funds text, provider text?, manager text?, sources json, currency text?, "
            "allocated int, spent int, booked int, closed_on date?"
        ),
        index="manager id; provider id",
    )
    part(
        "budget_bookings",
        "budget",
        (
            "number int, kind text, amount int, text text, source text?, purpose text?, basis text?, document text?, "
            "counters int?, by text, at time"
        ),
    )
    part("consultation_papers", "consultation", "file_name text, digest text, size int")
    part("consultation_reply_papers", "consultation_reply", "file_name text, digest text, size int")
    part("task_contributions", "task", "text text, by text, at time")
    part("task_coordinators", "task", "who text", index="who task")
    part("task_due_changes", "task", "from date?, to date, reason text, instrument text?, by text, at time")
    part("task_escalations", "task", "to text, text text?, way_out text?, by text, at time")
    part("task_links", "task", "sort text, title text, instrument text?, by text, at time")
    part("task_progress", "task", "text text?, percent int?, by text, at time")
    part("task_reminders", "task", "text text?, by text, at time")
    record(
        "transmission",
        (
            "kind text, channel text > channel, origin text?, to text?, title text, text text?, there text?, "
            "arrived_at time?, answered_at time?, reason text?, taken int"
        ),
        index="there",
    )
    record(
        "secondment",
        (
            "from date?, to date?, over_on date, who text, agency text, accountable text, note text?, "
            "replaces text? > secondment, replacement_reason text?, replacement_asked_on date?, "
            "replace_by date?, reason text?, seat text?"
        ),
        index="who id; accountable id",
    )
    record("team", "from date?, to date?, over_on date, name text, purpose text?, lead text?, reason text?", index="lead id")
    part("team_members", "team", "who text", index="who team")
    record(
        "mobilisation",
        "from date?, to date?, over_on date, who text, place text?, product text, origin text?, reason text?",
        index="who id",
    )
    record(
        "issue",
        (
            "kind text, title text, text text?, task text? > task, way_out text?, to text?, study text?, studied_by text?, "
            "decided_by text?, decided_on date?, reason text?, outcome text?, closed_on date?"
        ),
        index="to id",
    )
    record(
        "proposal",
        (
            "title text, text text?, proposes text, serves text?, about text?, to text?, jointly_with text?, joined_by text?, "
            "joined_on date?, studied_by text?, study text?, decided_by text?, decided_on date?, reason text?"
        ),
        index="about id; to id; jointly_with id",
    )
    part("proposal_files", "proposal", "file_name text, digest text, size int")
    record(
        "commendation",
        ("title text, to json, achievement text, form text?, authority text?, decided_by text?, decided_on date?, reason text?"),
    )
    part("commendation_beneficiaries", "commendation", "who text, done int, done_late int, late int", index="who commendation")
    part("commendation_files", "commendation", "file_name text, digest text, size int")
    record(
        "amendment",
        (
            "title text, clauses json, text text?, summary text?, summed_up_by text?, submitted_by text?, submitted_at time?, "
            "decided_by text?, decided_on date?, reason text?, effective_on date?, revision int?, fault text?"
        ),
    )
    part("amendment_comments", "amendment", "who text, text text, at time", index="who amendment")
    part("amendment_files", "amendment", "file_name text, digest text, size int")
    part("direction_addressees", "direction", "who text", index="who direction")
    part("document_blocks", "document", "position int, kind text, label text?, text text")
    part("matter_files", "matter", "file_name text, digest text, size int")
    part("document_files", "document", "role text, file_name text, digest text, size int")
    part("document_sent", "document", "who text", index="who document")
    part("matter_opinions", "matter", "who text, position text, text text?, at time")
    part("matter_votes", "matter", "who text, position text, reason text?, by text?, how text?, at time, round int")
    part("matter_findings", "matter", "who text, finding text, at time")
    part("matter_requests", "matter", "who text, what text, at time, round int")
    part("matter_vetoes", "matter", "who text, text text?, void bool, at time, round int")
    part("matter_recusals", "matter", "who text, reason text?, waived_at time?, at time")
    part("transmission_files", "transmission", "file_name text, digest text, size int")
    part(
        "transmission_proofs",
        "transmission",
        ("tenant text, to text, action text, seq int, at time, hash text, record text, digest text, key text, signature text"),
    )
    addressed("acknowledgement", "about text, direction text? > direction, regulation text?")
    addressed(
        "report",
        (
            "template text?, period text?, agency text?, meeting text? > meeting, sort text, proposals text?, "
            "received text? > transmission, accepted_on date?, accepted_by text?, reason text?"
        ),
        index="template period id",
    )
    part(
        "report_figures",
        "report",
        (
            "position int, indicator text, label json, sort text, unit json?, target float?, better text, set_by text?, "
            "optional bool, number float?, text text?"
        ),
    )
    part("report_returns", "report", "reason text, filed_on date?, by text, at time")
    part("report_files", "report", "file_name text, digest text, size int")
    part(
        "report_sources",
        "report",
        "position int, source text > report, who text, filed_on date?, due_on date?, text text?, proposals text?",
        index="source report",
    )
    addressed(
        "inspection",
        (
            "plan text? > programme, plan_item int?, lead text, visit_on date?, visited_on date?, visit_report text?, "
            "finding text?, found_on date?, demand text?, outcome text?, reason text?"
        ),
        index="lead id",
    )
    part("inspection_coordinators", "inspection", "who text", index="who inspection")
    part("inspection_files", "inspection", "stage text, file_name text, digest text, size int")
    record(
        "review",
        (
            "kind text, period text, programme text? > programme, title text?, results text?, shortcomings text?, "
            "next_steps text?, proposals text?, taken_on date, completed_on date?, completed_by text?, delivered_on date?, "
            "delivered_by text?"
        ),
    )
    part("review_figures", "review", "position int, counted text, measure text, cites json, number int")
    part("review_recipients", "review", "who text, at time")
    part("review_files", "review", "file_name text, digest text, size int")
    addressed("information_request", "reason text?, focal_unit text?, focal_key text?", index="focal_key id; focal_unit id")
    part("information_request_enclosures", "information_request", "file_name text, digest text, size int")
    part("information_request_files", "information_request", "file_name text, digest text, size int")
    record(
        "portfolio",
        "title text?, holder text, lead text?, instrument text?, assigned_on date, ended_on date?, reason text?",
        index="holder id",
    )
    part("portfolio_subjects", "portfolio", "subject text")
    part("portfolio_coordinators", "portfolio", "who text", index="who portfolio")
    concerned = "subject text?, about text?, work text?, given_by text?, instrument text?"
    addressed("check", f"{concerned}, finding text?", index="subject due_on id")
    part("check_coordinators", "check", "who text", index="who check")
    part("check_contributions", "check", "text text, by text, at time")
    part("check_files", "check", "file_name text, digest text, size int")
    record("guidance", f"title text, text text, to json, reason text?, {concerned}")
    part("guidance_addressees", "guidance", "who text", index="who guidance")
    part("guidance_files", "guidance", "file_name text, digest text, size int")
    entries()


declare()


def upgrade() -> None:
    metadata.create_all(op.get_bind(), checkfirst=False)


def downgrade() -> None:
    metadata.drop_all(op.get_bind(), checkfirst=False)
