"""The context of one form: who fills it in, for which act, on which record, on which day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from steerco.charter.calendar import Calendar
from steerco.i18n import Words
from steerco.kernel import view
from steerco.kernel.authority import Authority
from steerco.records import Action, Invalid, Reason, Record
from steerco.records.record import SHORTEN
from steerco.web.pages.forms.candidates import PartyChoices, RecordChoices
from steerco.web.pages.forms.posted import Posted
from steerco.web.pages.forms.shapes import Shape, shapes_of
from steerco.web.pages.frame.visit import Visit


@dataclass
class FormDesk:
    """One form's surroundings. ``record`` is what the act is on (None: it makes one), ``capacity`` the one chosen to act in.

    Its day is today, whatever day the page of the visit shows: nothing is done on another day.
    """

    visit: Visit
    action: Action
    record: Record | None = None
    capacity: str | None = None
    chosen: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def authority(self) -> Authority:
        visit = self.visit
        if self.capacity is None and visit.shown == visit.today:
            return visit.authority
        return Authority(visit.tenant, visit.session, visit.authority.actor, visit.now, self.capacity)

    def choose(self, posted: Posted) -> None:
        """Take up what was chosen so far, as far as it decides whom else the act may concern: its kind, the record that it refers
        to, the capacity to act in. Once something was asked of the desk, it stays as it was."""
        if "authority" not in self.__dict__ and (capacity := posted.text("capacity")) and self.capacity is None:
            known = Authority(self.visit.tenant, self.visit.session, self.visit.authority.actor, self.visit.now).known()
            self.capacity = capacity if capacity in known else None
        if "subject" not in self.__dict__ and not self.chosen:
            given = {shape.name: posted.value(shape.name) for shape in self.shapes if shape.kind in ("choice", "record")}
            allowed = {shape.name: shape.options for shape in self.shapes if shape.options}
            self.chosen = {name: value for name, value in given.items() if value and value in allowed.get(name, (value,))}

    @cached_property
    def parties(self) -> PartyChoices:
        return PartyChoices(self.visit, self.authority, self._may_be_aimed)

    @cached_property
    def records(self) -> RecordChoices:
        return RecordChoices(self.visit, self.authority)

    def _may_be_aimed(self, shape: Shape, party: str) -> bool:
        """Return whether the act would be within the actor's power if this field named the party, as far as that can be told."""
        subject = self.subject
        facets = subject.facets.values() if subject is not None and shape in self.shapes else ()
        if subject is None or not any(facet.of == "party" and facet.field == shape.name for facet in facets):
            return True
        given = [party] if shape.kind == "parties" else party
        try:
            return self.authority.decide(self.action.name, subject, {**self.chosen, shape.name: given}).allowed
        except Invalid:
            return True

    @cached_property
    def subject(self) -> Record | None:
        """The record that the act is on, or a draft of the one that it would make, as far as the choices made so far tell."""
        if self.record is not None:
            return self.record
        try:
            return self.authority.draft(self.action, self.chosen, self.visit.now)
        except Invalid:
            return None

    @cached_property
    def content(self) -> Mapping[str, Any]:
        """The record that the act is on, as its reader sees it; empty for one that is not made yet."""
        return view.seen(self.authority, self.record) if self.record is not None else {}

    @property
    def say(self) -> Words:
        return self.visit.say

    @property
    def today(self) -> date:
        return self.authority.today

    @property
    def calendar(self) -> Calendar:
        return self.visit.tenant.snapshot.calendar

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        """The fields of the act. Those that a new record needs are required of one that is made, and not on one that has them."""
        needed = self.action.needed_new if self.record is None else ()
        shapes = (shape for shape in shapes_of(self.action.input) if shape.name != SHORTEN or self._may_be_shortened)
        return tuple(replace(shape, required=True) if shape.name in needed else shape for shape in shapes)

    @property
    def _may_be_shortened(self) -> bool:
        """Whether the text lets some clock on the act be shortened."""
        return any(clock.shorten for clock in self.visit.regime.clocks.get(self.action.id, ()))

    # Words

    def label(self, name: str, of: str = "") -> str:
        """Return what a field is called: in this action if that has a word of its own for it, else anywhere."""
        own = f"{self.action.id}.{of}{name}"
        return self.say("forms.label", own) if self.say.has("forms.label", own) else self.say("field", name)

    def item(self, name: str, number: int, of: str = "") -> str:
        """Return what one row of a list is called: ``Task 2``."""
        return f"{self._item(name, of)} {number}"

    def adds(self, name: str, of: str = "") -> str:
        """Return what the button says that adds a row to a list."""
        item = self._item(name, of)
        return self.say("forms.form", "add_row", item=f"{item[:1].lower()}{item[1:]}")

    def _item(self, name: str, of: str) -> str:
        for key in (f"{self.action.id}.{of}{name}", name):
            if self.say.has("forms.item", key):
                return self.say("forms.item", key)
        return self.say("forms.form", "item")

    def hint(self, shape: Shape, of: str = "") -> str:
        """Return what to know before a field is filled in; empty for most."""
        say, kind = self.say, "personal" if shape.marks.get("personal") else shape.kind
        for key in (f"{self.action.id}.{of}{shape.name}", shape.name if shape.kind == "line" else "", kind):
            if say.has("forms.hint", key):
                zone = self.authority.tenant.snapshot.settings.zone
                offset = f"{self.visit.now.astimezone(zone):%z}"
                return say("forms.hint", key, least=shape.least, most=shape.most, zone=f"UTC{offset[:3]}:{offset[3:]}")
        return ""

    @cached_property
    def acts(self) -> tuple[str, ...]:
        """Return the acts for which powers can be lent: each act of people, and to act while an officer is away."""
        types = self.visit.tenant.snapshot.types.values()
        return ("acting", *(action.id for kind in types for action in kind.acts().values()))

    def offered(self, shape: Shape) -> tuple[str, ...]:
        """Return the values that a field lets choose: those of its type, or those that its record knows; none: it is free."""
        subject = self.subject
        if shape.options or shape.kind not in ("line", "lines") or subject is None or shape not in self.shapes:
            return shape.options
        if any(facet.of == "act" and facet.field == shape.name for facet in subject.facets.values()):
            return self.acts
        return subject.choices(self.action.name, shape.name, self.authority.regime.charter)

    def option(self, value: str) -> str:
        """Return a value of a choice in words."""
        if self.say.has("action", value):
            return self.say("action", value)
        section = next((name for name in ("kind", "value") if self.say.has(name, value)), "")
        return self.say(section, value) if section else self.parties.names(value)

    def reason(self, why: Reason) -> str:
        """Return the reason against a field, and what to do about it, in a sentence."""
        if self.say.has("forms.reason", why.code):
            numbers = {f"{name}2": f"{value:02}" for name, value in why.params.items() if isinstance(value, int)}
            return self.say("forms.reason", why.code, **{**why.params, **numbers})
        text = self.say.reason(why)
        return f"{text[:1].upper()}{text[1:]}"
