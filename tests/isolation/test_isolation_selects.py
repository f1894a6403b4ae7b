"""Where statements are written: in the store; elsewhere only where it is listed, with the reason, and the list only shrinks.

A read of records goes by one road (``store.listing``, asked through ``tenancy.visible``), so that who may see what is asked
in one place. A statement anywhere else is one more place to look through.
"""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
WRITES = {"select", "insert", "update", "delete", "text", "union", "union_all", "exists", "tuple_", "literal_column"}
"""What SQLAlchemy makes a statement with."""
# The room of accounts has tables of the installation alone, which no tenant's session reaches: there are no records to see there.

LISTED: dict[str, tuple[int, str]] = {
    "answers/standing_records.py": (
        1,
        "the records of a copy of one committee, where acts are tried on one that the asker sees",
    ),
    "answers/past_job.py": (1, "the records of an answer's acts, to leave out those that may not be seen"),
    "answers/lab.py": (1, "an appointment of a committee in a store of its own, which is tried and thrown away"),
    "cli/installation/doctor_operations.py": (1, "doctor looks over all that is there"),
    "cli/installation/doctor_database.py": (3, "doctor holds every record against the log, whoever may see it"),
    "committee/meetings/absence_request.py": (2, "presence and consents of one meeting, asked by a rule about it"),
    "committee/work/programme.py": (1, "the tasks that the items of one programme became, whose state only is told"),
    "committee/meetings/meeting.py": (2, "replies and consents to absence of one meeting, for its attendance"),
    "committee/work/consultation.py": (1, "whether a reply to one consultation still waits to be given or handled"),
    "committee/work/review_figures.py": (3, "what a review counts, with the tenant in each condition"),
    "committee/decisions/ballot.py": (1, "whether the body has met since a ballot was called off for a meeting"),
    "committee/decisions/matter.py": (1, "whether a party has given its opinion on one matter"),
    "notifications/notices.py": (5, "notices, which are no records: each is its person's, and told as far as they see"),
    "notifications/outbox.py": (5, "the mails of notices, whose readers' sight is asked before one is sent"),
    "notifications/reminders.py": (1, "whether a reminder was made before"),
    "changes/amending.py": (2, "the files and the annex of one amendment, which its reader was shown"),
    "changes/pending.py": (8, "changes of the configuration that wait, which are no records"),
    "committee/documents/document.py": (2, "the documents of a period, or of one file, for the operator's archive"),
    "kernel/by_name.py": (2, "the ids of what goes by one id or reference, within the condition of a statement of records"),
    "kernel/by_id.py": (3, "of which type a record is, in one statement over all types; only what is seen is told"),
    "kernel/public_view.py": (
        4,
        "what was published, of which only what was kept for the public is told; three counts that the charter makes public",
    ),
    "kernel/printing.py": (1, "which issued documents wait to be printed, by the program itself"),
    "kernel/document_content.py": (2, "what belongs to the record a document is about, each row asked; its own parts"),
    "kernel/timing.py": (
        3,
        "when an act was done, the body's next meeting, a matter that waives a notice: in the act's transaction",
    ),
    "kernel/body_end.py": (2, "when an event ended a body, and the matters that renewed it, in the act's transaction"),
    "kernel/bars.py": (1, "whether a record stands that holds an act up; the answer names none"),
    "kernel/grants.py": (1, "which records an action is on, by its own table"),
    "committee/members/directory.py": (1, "the directory is read whole"),
    "kernel/perform.py": (1, "a reference's id, to tell a repeat by"),
    "records/day_view.py": (2, "what an action or a view of a record reads of its own tenant, in its transaction"),
    "records/several.py": (2, "the rows that belong to records of its own tenant, read together"),
    "records/personal.py": (1, "one personal datum by its key"),
    "records/kept.py": (1, "the select of a type's records, which counts where it is called"),
    "records/relation.py": (11, "a relation is conditions, which store.listing puts into its statement"),
    "operations/register_statement.py": (
        3,
        "the signing of an issued document, where powers are public; a hash of the log",
    ),
    "operations/amending.py": (
        4,
        "which amendments the worker has yet to bring into use, or to give their annex, whoever may see them",
    ),
    "operations/archive/importer.py": (5, "an archive is every row of a tenant"),
    "operations/archive/exporter.py": (2, "an archive is every row of a tenant"),
    "kernel/past.py": (2, "the newest events up to a day, of records that the one road gave"),
    "kernel/search.py": (2, "found by words, held to what the actor sees by ``visibility.condition``"),
    "records/search_entry.py": (2, "every row of a tenant that was brought in, to make its entries"),
    "committee/decisions/proxy.py": (1, "whose proxies the actor holds: the actor's own capacities"),
    "kernel/authority.py": (1, "a reference's id"),
    "following/consumers.py": (2, "the log, of which each consumer reads what it has not handled; when it was on"),
    "operations/erasure.py": (8, "an erasure looks wherever a person may stand"),
    "operations/passage.py": (1, "the record that two tenants share, looked up on each side in its own session"),
    "operations/packages.py": (1, "whether an entry of a correspondent was taken in, of a record that its package names"),
    "operations/exchange.py": (1, "what is to be carried between two tenants, each in its own session"),
    "operations/personal_data.py": (3, "what is held of one person, to be erased wherever it lies"),
    "following/feed.py": (2, "the log's end, and one event's body"),
    "configuration/installation.py": (10, "the register of tenants, which belongs to none"),
    "operations/provenance.py": (4, "whether what came over a channel is what was sent, whoever may see it"),
    "kernel/duty_ledger.py": (1, "the day of the log's end"),
    "operations/lifecycle.py": (4, "the register of tenants"),
    "operations/onboarding.py": (1, "how far the people have been entered"),
    "operations/disposal_chore.py": (
        2,
        "the digests of what was disposed of, to take the papers from the disk; and what was lately",
    ),
    "operations/used_files.py": (2, "every digest in use, for the sweep of files"),
    "operations/rebuild.py": (2, "both sides of a rebuild, row by row"),
    "configuration/revisions.py": (6, "revisions, which are no records"),
    "configuration/register_hazards.py": (2, "which entries hold what a change of their register would lose, whoever may see it"),
    "configuration/safety.py": (3, "what a new configuration would strand, whoever may see it"),
    "kernel/view.py": (1, "the parts of a record that the caller sees"),
    "kernel/attachments.py": (1, "what plugins' tables hold, by their own road"),
    "configuration/tenant.py": (2, "the tally of the directory, and the newest revision's number"),
    "operations/tokens.py": (6, "tokens, which are no records, and the events about them"),
    "kernel/visibility.py": (4, "the one road itself: its scopes, a record by id, which of some ids, which not"),
    "operations/worker.py": (1, "keys that nobody repeats any more"),
    "cases/channels.py": (2, "a case looks at what arrived"),
    "cases/claims.py": (1, "a case looks at everything"),
    "cases/world.py": (1, "a case names records by reference"),
    "web/pages/reading/duties.py": (1, "the events that raised a duty, of which a page tells what its reader sees"),
    "web/api/past_reading.py": (1, "the records of a page that the one road gave, whole"),
    "web/api/searching.py": (1, "the records of a page that the one road gave, whole"),
    "web/pages/acts/done.py": (2, "one's own event that was recorded just now, and what it caused"),
    "web/pages/forms/candidates.py": (1, "the records of a page that the one road gave, whole"),
    "web/pages/work/agency.py": (1, "who leads the open tasks, to count the duties that the ledger shows the reader"),
    "web/pages/work/calendar.py": (1, "meetings of a span of days, each then asked for through the one road"),
    "web/pages/work/duties.py": (1, "records that may answer a duty, each then asked for through the one road"),
    "web/pages/work/meetings.py": (2, "the parts of a meeting that the reader sees"),
    "web/pages/work/papers.py": (1, "when the papers of a meeting came that the reader sees"),
    "web/pages/work/tasks.py": (1, "the reader's own open tasks, each then asked for through the one road"),
    "web/pages/work/tracker.py": (2, "the figures of the reports that the reader sees, with the tenant in each condition"),
    "web/pages/admin/people.py": (1, "the appointments that count today, each then asked for through the one road"),
    "web/pages/frame/events.py": (1, "the log, of which a page tells what its reader sees"),
}

PLUGINS = {"steerco_webhooks": "what it keeps in its own tables"}
"""Built-in plugins that write statements at all. The fence and row-level security hold these, as they hold anyone's."""


def statements(path: Path) -> int:
    """How many statements are written in a file: calls of what was imported from SQLAlchemy, and ``session.query``."""
    tree = ast.parse(path.read_text("utf-8"))
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
        for alias in node.names
        if alias.name in WRITES
    }
    modules = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.name.startswith("sqlalchemy")
    }
    return sum(_writes(node.func, imported, modules) for node in ast.walk(tree) if isinstance(node, ast.Call))


def _writes(called: ast.expr, imported: set[str], modules: set[str]) -> bool:
    if isinstance(called, ast.Name):
        return called.id in imported
    if isinstance(called, ast.Attribute):
        if called.attr in ("query", "exec_driver_sql") and "session" in ast.unparse(called.value).lower():
            return True
        if called.attr == "those":  # a record type's own select (``records.kept``)
            return True
        return called.attr in WRITES and ast.unparse(called.value) in modules
    return False


def test_statements_are_written_in_the_store_or_where_it_is_listed() -> None:
    found: Counter[str] = Counter()
    for top in ("core/steerco", "plugins"):
        for path in sorted((ROOT / top).rglob("*.py")):
            name = path.relative_to(ROOT / top).as_posix()
            owner = name.partition("/")[0]
            listed = owner in ("store", "accounts") if top == "core/steerco" else owner in PLUGINS
            if not listed and (count := statements(path)):
                found[name] = count
    unlisted = {name: count for name, count in found.items() if count > LISTED.get(name, (0, ""))[0]}
    assert not unlisted, "read through store.listing and tenancy.visible, or say here why not"
    fewer = {name: found[name] for name, (count, _) in LISTED.items() if found[name] < count}
    assert not fewer, "there are fewer now: lower the numbers, so that they stay"
    assert all(reason for _, reason in LISTED.values())
