"""Every hook, by life cycle: its purpose, its moment, its results and the treatment of its faults.

A hook is asked for one tenant, of the plugins that are on in it, in the order of its ``tenant.toml``. Results are checked: a
result of another kind than the declared one is a fault like an exception.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from inspect import cleandoc
from textwrap import dedent
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import pluggy
from msgspec import Struct

from steerco.extension.counting import BallotCount
from steerco.extension.documents import DocumentFile, DocumentText
from steerco.extension.facts import Rule
from steerco.extension.results import Advice, Correspondent, Exporter, Fragment, LayerText, PolicyText
from steerco.extension.routes import Route
from steerco.records import Record

if TYPE_CHECKING:
    from datetime import date

    from steerco.charter.calendar import Calendar
    from steerco.extension.counting import Ballots
    from steerco.extension.documents import DocumentContent, DocumentFacts, DocumentForm
    from steerco.extension.facts import Hands, Happened, Notice, TenantFacts

PROJECT = "steerco"
hookimpl = pluggy.HookimplMarker(PROJECT)
"""Marks a function of a plugin as an answer to the hook of its name."""
_marked = pluggy.HookspecMarker(PROJECT)

Mode = Literal["collect", "first", "each"]
"""``collect``: everybody's results, one after another. ``first``: the first that is not None. ``each``: nothing is answered."""
Fault = Literal["leave-out", "deny", "retry", "skip", "stop"]
"""``leave-out``: the plugin is quarantined (at load everywhere, later for the tenant). ``deny``: so it is, and what its rules
judge is refused. ``retry``: asked again later, with growing pauses. ``skip``: this one answer is left out. ``stop``: what it
was asked for is not done, and the plugin stays in use."""
Group = Literal["declare", "configure", "act", "print", "count", "after", "show"]


class Spec(Struct, frozen=True):
    """The properties of a hook. ``budget`` is in seconds; ``result`` the type of each result, None where there is none."""

    name: str
    group: Group
    capability: str
    scope: Literal["installation", "tenant"]
    mode: Mode
    fault: Fault
    since: str
    budget: float
    result: Any
    doc: str = ""
    example: str = ""


SPECS: dict[str, Spec] = {}
F = TypeVar("F", bound=Callable[..., Any])


def _hook(
    group: Group,
    capability: str,
    mode: Mode,
    fault: Fault,
    result: Any,
    *,
    scope: Literal["installation", "tenant"] = "tenant",
    budget: float = 5.0,
    since: str = "1.0",
) -> Callable[[F], F]:
    def declare(function: F) -> F:
        written = cleandoc(function.__doc__ or "")  # Python 3.13 takes the margin off by itself, others do not
        doc, _, example = written.partition("Example::")
        doc, example = doc.strip(), dedent(example).strip("\n")
        SPECS[function.__name__] = Spec(
            function.__name__, group, capability, scope, mode, fault, since, budget, result, doc, example
        )
        _marked(function)
        return function

    return declare


class Hooks:
    """The specifications that pluggy checks plugins against.

    Pattern: specification as code. ``_hook`` enters a method in ``SPECS`` with its capability, mode, policy on faults and time
    budget; the method's docstring becomes a section of docs/hooks.md. A plugin implements a hook by a function of its name::

        @hookimpl
        def layers(tenant):
            return [LayerText("circular-7.toml", resource(__name__, "circular-7.toml"))]

    Rule: a function takes those of the arguments that it wants, by name. A hook that will go warns for a minor version first.
    """

    # Declare: once, when the program starts

    @_hook("declare", "records", "collect", "leave-out", type, scope="installation")
    def record_types(self) -> Iterable[type[Record]]:  # type: ignore[empty-body]
        """Record types of the plugin, named ``x-<plugin>-<type>``, with their actions, relations and facets.

        The tables come by the plugin's own migrations. A tenant has the types while the plugin is on in it.

        Example::

            @hookimpl
            def record_types():
                return [Vehicle]
        """

    @_hook("declare", "parsers", "collect", "leave-out", object, scope="installation")
    def charter_parsers(self) -> Iterable[Any]:  # type: ignore[empty-body]
        """Parsers that read a regulation's text into clauses, for ``charter import`` (``api.CharterParser``).

        Example::

            @hookimpl
            def charter_parsers():
                return [PlainArticles()]
        """

    @_hook("declare", "parsers", "collect", "leave-out", object, scope="installation")
    def charter_proposers(self) -> Iterable[Any]:  # type: ignore[empty-body]
        """What reads rows of a charter out of the words of an imported text, for ``charter import`` and ``charter propose``
        (``api.CharterProposer``). A person accepts or refuses each row.

        Example::

            @hookimpl
            def charter_proposers():
                return [QuarterlyMeetings()]
        """

    # Configure: when a revision of a tenant's configuration is loaded

    @_hook("configure", "layers", "collect", "leave-out", LayerText)
    def layers(self, tenant: TenantFacts) -> Iterable[LayerText]:  # type: ignore[empty-body]
        """Instruments beside the charter: clauses, duties, procedures and rules as data, each citing its clause.

        Example::

            @hookimpl
            def layers(tenant):
                return [LayerText("circular-7.toml", resource(__name__, "circular-7.toml"))]
        """

    @_hook("configure", "policy", "collect", "leave-out", PolicyText)
    def policy(self, tenant: TenantFacts) -> Iterable[PolicyText]:  # type: ignore[empty-body]
        """Policy lines that join the tenant's own. Each cites a clause: the plugin's, the charter's or the platform's.

        Example::

            @hookimpl
            def policy(tenant):
                return [PolicyText("fleet.csv", "p, relation:author, *, x-fleet-vehicle, retire, -, allow, circular-7:2")]
        """

    @_hook("configure", "calendar", "first", "leave-out", object)
    def calendar(self, tenant: TenantFacts, base: Calendar) -> Calendar | None:
        """The tenant's working days. ``base`` holds those of its ``tenant.toml``, which should take precedence.

        Example::

            @hookimpl
            def calendar(tenant, base):
                return SixDays(base)
        """

    @_hook("configure", "rules", "collect", "deny", Rule)
    def rules(self, tenant: TenantFacts) -> Iterable[Rule]:  # type: ignore[empty-body]
        """Rules that can stop an act. The actions that they judge stand in the manifest too (``judges``), so that a plugin that
        fails stops these and no others.

        Example::

            @hookimpl
            def rules(tenant):
                return [Rule(on="meeting.convene", cite=("circular-7:4",), judge=not_on_a_monday)]
        """

    @_hook("configure", "advice", "collect", "leave-out", Advice)
    def advice(self, tenant: TenantFacts, today: date) -> Iterable[Advice]:  # type: ignore[empty-body]
        """Advice on the configuration for an administrator. Only ``tenant check`` asks for it, and shows it as warnings.
        ``today`` is the day of the check in the tenant's zone.

        Example::

            @hookimpl
            def advice(tenant, today):
                return [Advice("no-fleet", "no vehicle can be kept without a depot; add one", ("circular-7:1",))]
        """

    @_hook("configure", "routes", "collect", "leave-out", Route)
    def routes(self, tenant: TenantFacts) -> Iterable[Route]:  # type: ignore[empty-body]
        """Addresses under ``/t/{tenant}/x/{plugin}/``: pages, feeds, parts of the API. A ``public`` one takes no token, and acts
        in nobody's name.

        Example::

            @hookimpl
            def routes(tenant):
                return [Route("board", board_page, doc="The vehicles at a glance")]
        """

    @_hook("configure", "exporters", "collect", "leave-out", Exporter)
    def exporters(self, tenant: TenantFacts) -> Iterable[Exporter]:  # type: ignore[empty-body]
        """Export formats for lists of records, at ``/t/{tenant}/x/{plugin}/export/{name}/{record type}``.

        Example::

            @hookimpl
            def exporters(tenant):
                return [Exporter("csv", "text/csv; charset=utf-8", write_csv)]
        """

    @_hook("configure", "packages", "collect", "leave-out", Correspondent, budget=20.0)
    def correspondents(self, tenant: TenantFacts) -> Iterable[Correspondent]:  # type: ignore[empty-body]
        """Committees of other installations, with which documents pass as files in the plugin's form. Core signs and checks each
        package and enters what it holds; the plugin writes it and takes it apart.

        Example::

            @hookimpl
            def correspondents(tenant):
                return [Correspondent("city-library", ("4f" * 32,), write_package, read_package, ".xml")]
        """

    # Print: when a document is drafted, looked at or signed

    @_hook("print", "documents", "first", "stop", DocumentText, budget=10.0)
    def compose_document(self, tenant: TenantFacts, facts: DocumentFacts) -> DocumentText | None:
        """The first words of a document, from the records that it is about. A clerk edits them before anybody signs. None: this
        plugin does not word such a kind, and core takes the records' own titles and texts.

        Example::

            @hookimpl
            def compose_document(tenant, facts):
                if facts.kind == "official-letter":
                    return DocumentText(title="Vehicles", blocks=(Block("paragraph", "Three vehicles are free."),))
        """

    @_hook("print", "documents", "first", "stop", DocumentFile, budget=60.0)
    def render_document(self, tenant: TenantFacts, content: DocumentContent, form: DocumentForm) -> DocumentFile | None:
        """A document as a file. None: this plugin has no such form. Core itself has ``html``, the plain international form, and
        signs that where no plugin of the committee renders a ``pdf``. The same content must give the same bytes.

        Example::

            @hookimpl
            def render_document(tenant, content, form):
                if form == "pdf":
                    return DocumentFile(f"{content.reference} {content.text.title}".encode())
        """

    @_hook("print", "documents", "first", "stop", DocumentFile, budget=60.0)
    def seal_document(self, tenant: TenantFacts, content: DocumentContent, file: DocumentFile) -> DocumentFile | None:
        """The file of a document that is being signed or issued, with a signature in it that its readers can check (PAdES). It is
        what is kept and handed out. None: this plugin puts none into such a file. Not asked when an act is only tried.

        Example::

            @hookimpl
            def seal_document(tenant, content, file):
                return DocumentFile(file.content + b" (sealed)", file.media, file.suffix)
        """

    # Count: when somebody closes the vote of an election

    @_hook("count", "counting", "first", "stop", BallotCount, budget=30.0)
    def count_ballots(self, tenant: TenantFacts, ballots: Ballots) -> BallotCount | None:
        """The count of an election by a method that core does not have (``system`` of the charter's ``[[election]]``), with each
        step, so that anybody can count again. None: this plugin does not count by it. The manifest names the methods
        (``counts``). A tie that the method does not resolve is ``tied``, and nobody of those is elected. The same ballots must
        give the same count: no lots, no clock.

        Example::

            @hookimpl
            def count_ballots(tenant, ballots):
                if ballots.system != "first-named":
                    return None
                votes = {who: sum(each[0] == who for each in ballots.ballots) for who in ballots.candidates}
                most = tuple(who for who in votes if votes[who] == max(votes.values()))
                won = most if len(most) <= ballots.places else ()
                step = CountStep({who: str(number) for who, number in votes.items()}, won)
                return BallotCount(won, (step,), tied=() if won else most)
        """

    # After: for each event of the log, in order

    @_hook("after", "consume", "each", "retry", type(None), budget=60.0)
    def consume(self, tenant: TenantFacts, event: Happened, hands: Hands) -> None:
        """React to an event that is in the log for good. Each plugin gets every event at least once and in order; after an
        exception the same event comes again, after a pause that grows.

        Example::

            @hookimpl
            def consume(tenant, event, hands):
                if event.action == "meeting.convene":
                    given = {"name": event.ref, "seats": 4, "keeper": event.person}
                    hands.perform("x-fleet-vehicle.register", input=given, key=f"{event.seq}")
        """

    @_hook("after", "deliver", "each", "retry", type(None), budget=60.0)
    def deliver(self, tenant: TenantFacts, notice: Notice, hands: Hands) -> None:
        """Tell one person of an event by the plugin's channel: title, clauses and link, never a paper's content.

        Example::

            @hookimpl
            def deliver(tenant, notice, hands):
                gateway.send(tenant.settings["sender"], notice.email, notice.title)
        """

    @_hook("after", "tick", "each", "retry", type(None), budget=20.0)
    def tick(self, tenant: TenantFacts, hands: Hands) -> None:
        """Do work that is due as time passes, such as trying a delivery again. The worker asks once in each step, after
        ``consume`` and ``deliver``, and does nothing else meanwhile, so be brief. With very many tenants, a tenant whose log
        stands still is stepped once an hour.

        Example::

            @hookimpl
            def tick(tenant, hands):
                send_due(hands, at=hands.now)
        """

    # Show: when a page is made

    @_hook("show", "pages", "collect", "skip", Fragment, budget=2.0)
    def page_slot(self, tenant: TenantFacts, slot: str, hands: Hands, language: str) -> Iterable[Fragment]:  # type: ignore[empty-body]
        """A piece of one of core's pages; ``slot`` is ``tenant`` (a committee's first page) or ``record:<type>:<id>``.

        Example::

            @hookimpl
            def page_slot(tenant, slot, hands, language):
                return [Fragment("<p>Three vehicles are free.</p>")] if slot == "tenant" else []
        """


CAPABILITIES = frozenset(spec.capability for spec in SPECS.values()) | {"tables", "commands", "network"}
"""What a manifest may declare: a capability for each hook, and tables of its own, commands, connections to the outside."""
