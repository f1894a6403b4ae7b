"""One pass over a tenant's files: each is read and checked by itself, then all of them against each other.

``load`` walks the pass in its order; each method adds what it finds to ``findings`` and goes on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import structs

from steerco.charter import check as charter_check
from steerco.charter import layers as layered
from steerco.charter.calendar import Calendar, WeekCalendar
from steerco.charter.checks.check_layers import check_layers
from steerco.charter.model import Charter, Label
from steerco.charter.rules import regulated
from steerco.charter.tables.own_kinds import kinds_of_agencies
from steerco.charter.values import MAIN_BODY
from steerco.charter.versions import certain_from
from steerco.committee.members.appointment import OUTSIDERS
from steerco.committee.work.register import DeclaredRegister, types_of
from steerco.config import people as people_file
from steerco.config.bounded import parsed
from steerco.config.colour import taken_for
from steerco.config.findings import Finding, errors
from steerco.config.kinds import SCHEMAS
from steerco.config.locate import Lines, Locator, nowhere
from steerco.config.people import People
from steerco.config.read import Document, read_toml
from steerco.config.short_forms import only_language, spread
from steerco.configuration import own_kinds, register_keepers, registers, vocabulary
from steerco.configuration.appointment_conflicts import seated
from steerco.configuration.open_ends import on_records, open_ends, unseen
from steerco.configuration.parse_cache import Compiled
from steerco.configuration.platform_orders import ORDERS
from steerco.configuration.plugin_wiring import Plugging
from steerco.configuration.regime import closures_of, house_of
from steerco.configuration.settings import Administration, Appearance, NotificationSettings, Settings, SignInSettings
from steerco.configuration.vocabulary import Types
from steerco.extension.loader import Plugins
from steerco.policy import reader
from steerco.policy.house import contradictions
from steerco.policy.line import Line
from steerco.policy.packed_lines import PackedLines
from steerco.store.lru_cache import LRUCache

_policies: LRUCache[tuple[bytes, str, tuple[Line, ...]], PackedLines] = LRUCache(64)
"""Policies with what plugins add to them: the tenants with equal ones share one, and the table that is made of it."""


def _with(read: Sequence[Line], more: list[Line]) -> Sequence[Line]:
    """Return the lines of a policy with those that plugins bring."""
    if not isinstance(read, PackedLines):  # some were set aside
        return (*read, *more)
    if not more:
        return read
    key = (read.packed, read.file, tuple(more))
    return _policies.get(key) or _policies.put(key, PackedLines(*key))


class FilesPass:
    """One pass over a tenant's files; ``findings`` grows as it goes."""

    def __init__(
        self, slug: str, content: Mapping[str, str], types: Types, plugins: Plugins, *, stored: bool, compiled: Compiled
    ) -> None:
        self.slug, self.content, self.types, self.compiled = slug, content, types, compiled
        self._plugins, self._first, self.stored, self.passed = plugins, types, stored, False
        self.findings: list[Finding] = []
        self.unread = False  # whether some file has not even the right shape: what refers to it is judged once it has
        self.document: Document = {}
        self.language = ""  # the committee's only one
        self.lines: Lines = nowhere
        self.filled: frozenset[str] = frozenset()  # the seats, roles and offices to which people.toml appoints

    def mark(self, digest: str) -> str:
        """Return the key under which a passed configuration is remembered; other plugins give another key."""
        of = [f"{name} {plugin.manifest.version}" for name, plugin in sorted(self._plugins.running.items())]
        return sha256("\n".join([digest, *of, *sorted(self._plugins.quarantined)]).encode()).hexdigest()

    def _text(self, path: str, needed_by: str = "") -> str | None:
        if path not in self.content:
            self.findings.append(Finding(needed_by or path, 1 if needed_by else 0, "missing-file", f"there is no file {path}"))
            return None
        return self.content[path]

    def _own(self, name: str) -> str:
        return f"tenants/{self.slug}/{name}"

    def settings(self) -> Settings | None:
        path = self._own("tenant.toml")
        text = self._text(path)
        if text is None:
            return None
        findings: list[Finding] = []
        lines: Lines = Locator(text)
        if self.passed:
            self.document = parsed(text)
        else:
            self.document, findings, lines = read_toml(text, SCHEMAS["tenant"], path)
        self.findings, self.lines = self.findings + findings, lines
        if findings:
            return None
        self.language = only_language(self.document)
        long = spread(self.document, SCHEMAS["tenant"], language=self.language, file=path, lines=lines)
        if long.findings:
            self.findings += long.findings
            return None
        self.document = long.document
        if self.document["slug"] != self.slug:
            message = f"says {self.document['slug']!r}, but the folder is {self.slug!r}; make them the same"
            self.findings.append(Finding(path, lines(("slug",)), "other-slug", message))
        fields = {name: self.document[name] for name in Settings.__dataclass_fields__ if name in self.document}
        may = {weight: tuple(who) for weight, who in fields.pop("administration", {}).items()}
        languages = tuple(fields.get("languages", ("vi", "en")))
        self._zone()
        named = {"name": Label(**fields["name"]), "languages": languages, "administration": Administration(**may)}
        look = fields.get("appearance", {})
        appearance = Appearance(look.get("colour", ""), Label(**look.get("short_name", {})))
        named["appearance"] = appearance
        named["shared"] = tuple(fields.get("shared", ()))
        named["notifications"] = NotificationSettings(**fields.get("notifications", {}))
        self._colour(appearance.colour)
        named["sign_in"] = SignInSettings.read(fields.get("sign_in", {}))
        return Settings(**{**fields, **named})

    def _colour(self, own: str) -> None:
        if own and (state := taken_for(own)):
            message = f"colour: {own} is close to the colour in which the pages tell {state}; choose one that is farther from it"
            line = self.lines(("appearance", "colour"))
            self.findings.append(Finding(self._own("tenant.toml"), line, "colour-of-state", message, "warning"))

    def _zone(self) -> None:
        name = self.document.get("time_zone", Settings.time_zone)
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            message = f"time_zone: {name!r} is none; write one of the zone database, such as Asia/Ho_Chi_Minh or Europe/Brussels"
            self.findings.append(Finding(self._own("tenant.toml"), self.lines(("time_zone",)), "unknown-zone", message))

    def again(self) -> FilesPass:
        """Return a new pass over the same files."""
        return FilesPass(self.slug, self.content, self._first, self._plugins, stored=self.stored, compiled=self.compiled)

    def plugged(self, settings: Settings, charters: list[Charter], without: Mapping[str, str]) -> Plugging:
        """Return the tenant's plugins but those ``without``, told of it; their record types are the tenant's from here on."""
        configured = self.document.get("settings", {})
        how: dict[str, Any] = {"stored": self.stored, "compiled": self.compiled, "without": without}
        plugging = Plugging(self._plugins, settings, configured, self._own("tenant.toml"), self.lines, **how)
        self.types = {**self.types, **plugging.types} if plugging.types else self.types
        plugging.begin(tuple(charters), self.calendar())
        return plugging

    def calendar(self) -> WeekCalendar:
        return self._days(self.document.get("calendar", {}))

    def calendars(self) -> dict[str, Calendar]:
        """Return the further calendars, by the names that clocks give."""
        return {name: self._days(days) for name, days in self.document.get("calendars", {}).items()}

    def _days(self, days: Mapping[str, Any]) -> WeekCalendar:
        return WeekCalendar(
            week=frozenset(days.get("working_week", self.document.get("working_week", (1, 2, 3, 4, 5)))),
            off=frozenset(days.get("holidays", ())),
            worked=frozenset(days.get("working_days", ())),
        )

    def _read(self, path: str, kind: str) -> Charter | None:
        text = self._text(path, self._own("tenant.toml"))
        if text is None:
            return None
        charter, findings = self.compiled.read(text, kind, path, self.language)
        self.findings += findings
        self.unread |= charter is None
        return charter

    def charters(self) -> list[Charter]:
        names = self.document.get("charters", ["charter.toml"])
        return [charter for name in names if (charter := self._read(self._own(name), "charter"))]

    def layers(self) -> list[Charter]:
        named = [*self.document.get("former_house", ()), *([self.document["house"]] if self.document.get("house") else [])]
        houses = [house for name in named if (house := self._read(self._own(name), "house"))]
        for index, house in enumerate(houses):
            identity = {house.instrument.id, certain_from(house)}
            if twin := next(
                (earlier for earlier in houses[:index] if identity & {earlier.instrument.id, certain_from(earlier)}), None
            ):
                message = f"has the id or the day of {twin.file}; each version of the house rules has its own"
                self.findings.append(Finding(house.file, 1, "same-version", message))
        laws = [self._read(f"law/{name}.toml", "law") for name in self.document.get("laws", ())]
        return [*houses, *(law for law in laws if law is not None)]

    def declared(self, settings: Settings, instruments: list[Charter]) -> tuple[DeclaredRegister, ...]:
        """Return the registers of the tenant, whose types are the tenant's from here on; checked unless they passed before.

        With a wrong one there is none, and what refers to them is judged once it is mended.
        """
        path = self._own(registers.FILE)
        if path not in self.content:
            return ()
        document, findings, lines = registers.read(self.content[path], path, self.language)
        found = registers.registers(document, lines, path) if document is not None else ()
        if found and not self.passed:
            findings = registers.check(found, path, lines, self._citable_in(settings, instruments))
        self.findings += findings
        if document is None or errors(findings):
            self.unread = True
            return ()
        self.types = {**self.types, **types_of(found)}
        return found

    def _citable_in(self, settings: Settings, instruments: list[Charter]) -> registers.Citable:
        clauses = self.citable(instruments).union(*map(charter_check.citable, instruments))
        prefixes = {kind.prefix: name for name, kind in self.types.items()}
        return registers.Citable(clauses, frozenset(self.types), prefixes, settings.languages)

    def people(self) -> People | None:
        name = self.document.get("people")
        if not name:
            return People()
        text = self._text(self._own(name), self._own("tenant.toml"))
        if text is None:
            return None
        people, findings = people_file.read(text, self._own(name), self.language)
        self.findings += findings
        self.unread |= people is None
        if people is not None:
            self.filled = frozenset(row.seat or row.office for row in people.appointments)
        if people is not None and not people.appointments:
            message = "puts nobody into a seat: nobody could do anything, nor appoint anybody"
            self.findings.append(Finding(self._own(name), 1, "nobody", message, "warning"))
        return people

    def citable(self, layers: list[Charter]) -> frozenset[str]:
        """Return what can be cited beside a charter's own clauses."""
        return layered.citable(layers) | frozenset(ORDERS)

    def cross_check(
        self, charters: list[Charter], layers: list[Charter], people: People | None, known: Mapping[str, frozenset[str]]
    ) -> None:
        """Check the references across all files. ``known``: the named ``values`` by which plugins go, and the ``systems``
        by which they count elections.
        """
        who = people or People()
        citable = self.citable(layers)
        around = charter_check.CheckScope(
            vocabulary=vocabulary.for_charter(self.types),
            clauses=citable,
            agencies=frozenset(agency.id for agency in who.agencies),
            offices=frozenset(office.id for office in who.offices),
            persons=frozenset(person.id for person in who.persons),
            values=known["values"],
            systems=known["systems"],
            calendars=frozenset(self.calendars()),
            weights=frozenset(weight.name for layer in layers for weight in layer.weights),
        )
        for charter in charters:
            words = vocabulary.for_charter(own_kinds.types_with(self.types, [charter]))
            self.findings += charter_check.check(charter, structs.replace(around, vocabulary=words))
        clauses = citable.union(*(charter_check.citable(charter) for charter in charters))
        beside = structs.replace(around, clauses=clauses, beside=tuple(charters))
        self.findings += [found for layer in layers for found in charter_check.check(layer, beside)]
        seats = {seat.id for charter in charters for seat in charter.seats} | {r.id for c in charters for r in c.roles}
        self.findings += people_file.check(who, frozenset(seats | set(OUTSIDERS)))
        self.findings += seated(who, charters)
        self.findings += people_file.check_kinds(who, kinds_of_agencies(charter.own_kinds for charter in charters))
        main, bodies = self.document.get("main_body"), {body.id for charter in charters for body in charter.bodies}
        said = regulated(*charters)
        if main and said and main != said:
            message = f"main_body: the regulation says that it is {said!r} (rule '{MAIN_BODY}'); leave main_body out"
            self.findings.append(Finding(self._own("tenant.toml"), self.lines(("main_body",)), "main-body-differs", message))
        elif main and main not in bodies:
            message = f"main_body: there is no body {main!r}; there are: {', '.join(sorted(bodies)) or 'none'}"
            self.findings.append(Finding(self._own("tenant.toml"), self.lines(("main_body",)), "unknown-body", message))

    def layered(self, charters: list[Charter], layers: list[Charter], calendar: Calendar) -> None:
        """Collect contradictions between a layer and those before it; in a revision in use they are warnings."""
        self.findings += self._forgiven(check_layers(charters, layers, calendar))

    def _forgiven(self, findings: list[Finding]) -> list[Finding]:
        return [structs.replace(finding, level="warning") for finding in findings] if self.stored else findings

    def administrators(self, settings: Settings, charters: list[Charter]) -> None:
        """Check that in every version somebody may apply changes."""
        path, lines = self._own("tenant.toml"), Locator(self.content[self._own("tenant.toml")])
        can = {c.file: {row.id for rows in (c.roles, c.groups, c.bodies) for row in rows} for c in charters}
        for weight, subjects in asdict(settings.administration).items():
            for index, subject in enumerate(subjects):
                if lacking := [file for file, grantable in can.items() if subject not in grantable]:
                    message = f"{subject!r} is no role, group or body of {', '.join(lacking)}"
                    self.findings.append(Finding(path, lines(("administration", weight, index)), "unknown-subject", message))

    def policies(
        self, charters: list[Charter], layers: list[Charter], more: list[Line], *, passed: bool
    ) -> dict[str, Sequence[Line]]:
        """Per policy file its lines, with those that plugins bring (``more``) after them; unchecked where they ``passed``."""
        policies: dict[str, Sequence[Line]] = {}
        for charter in charters:
            path = f"policies/{charter.policy}"
            text = self._text(path, charter.file) if charter.policy else None
            if text is None:
                if not charter.policy:
                    self.findings.append(Finding(charter.file, 1, "no-policy", 'names no policy file; add policy = "…csv"'))
                continue
            read, findings = self.compiled.policy(text, path)
            self.findings += findings
            if not read and not findings and not passed:
                message = "holds no line, so nobody has a power; write p, subject, body, object, act, facets, effect, clause"
                self.findings.append(Finding(path, 1, "policy-no-line", message))
            known = self.known(read)
            lines = [*known, *more]
            if not passed:
                clauses = charter_check.citable(charter) | self.citable(layers)
                types = own_kinds.types_with(self.types, [charter])
                house, words = house_of(layers), vocabulary.for_policy(types, charter, clauses)
                self.findings += reader.check(lines, words, house.clauses)
                self.findings += self._forgiven(contradictions(lines, house, closures_of(charter)))
                self.findings += register_keepers.warnings(
                    lines,
                    charter.seats,
                    [body.id for body in charter.bodies],
                    [(layer.instrument.basis, rule) for layer in (charter, *layers) for rule in layer.separations],
                    house,
                )
                by_program = frozenset(
                    f"{type_.record_type}.{act}" for type_ in self.types.values() for act in type_.platform_acts
                )
                sound = not any(finding.level == "error" for finding in self.findings)  # a slip leaves a seat vacant, too
                self.findings += open_ends(charter, layers, lines, by_program, self.filled if sound else ())
                self.findings += unseen(charter, lines, on_records(types))
            policies[charter.policy] = _with(known, more)
        return policies

    def known(self, lines: Sequence[Line]) -> Sequence[Line]:
        """Return a policy's lines; of a revision in use, less those on the record types of plugins that do not run here."""
        aside = [line for line in lines if line.type not in self.types and line.type.startswith("x-")] if self.stored else []
        for line in aside:
            message = f"a line on {line.type}, whose plugin does not run here, is set aside"
            self.findings.append(Finding(line.source.file, line.source.line, "set-aside", message, "warning"))
        return [line for line in lines if line not in aside] if aside else lines
