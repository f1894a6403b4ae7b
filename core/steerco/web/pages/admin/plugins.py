"""Plugins: which are on, how they are set, and changing that by the form that a plugin's schema of settings makes.

What a form makes is a change of the settings file like any other, and goes on with its plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import tomlkit
from litestar import Response, get, post
from litestar.params import FromPath, RawBody

from steerco.extension.loader import Plugin
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import acting, showing
from steerco.web.pages.admin import drafting
from steerco.web.pages.admin.desk import Desk, allowed, desk_of, refusal, risky_desk, shown
from steerco.web.pages.admin.roles import document
from steerco.web.pages.admin.setting_changes import setting_label
from steerco.web.pages.forms.posted import Posted, read_form
from steerco.web.pages.frame.visit import Visit, nothing_here, visiting


class SettingField(NamedTuple):
    """One setting as a field. ``kind``: bool, choice, whole, text, lines, or elsewhere (only its file can say it)."""

    name: str
    label: str
    kind: str
    value: str
    hint: str
    required: bool
    options: list[tuple[str, str]]


@get("/t/{tenant:str}/admin/plugins")
@showing
def plugin_list(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Every plugin of this installation: on or off here, and what it is allowed to do."""
    with visiting(request, tenant) as visit:
        desk = desk_of(visit)
        on, absent = visit.tenant.snapshot.settings.plugins, visit.tenant.snapshot.circle.absent
        running = visit.service.installation.plugins.running
        rows = [
            {
                "title": visit.say.of(plugin.manifest.title),
                "summary": visit.say.of(plugin.manifest.summary),
                "version": plugin.manifest.version,
                "on": name in on,
                "may": [visit.say("admin.capability", each) for each in sorted(plugin.manifest.capabilities)],
                "judges": [visit.say("action", act) for act in plugin.manifest.judges if visit.say.has("action", act)],
                "href": visit.links.to("admin", "plugins", name),
            }
            for name, plugin in running.items()
        ]
        rows.sort(key=lambda row: (not row["on"], row["title"]))
        return shown(visit, "plugins", rows=rows, missing=sorted(absent), may=desk.risky, able=allowed(visit, "risky"))


@get("/t/{tenant:str}/admin/plugins/{name:str}")
@showing
def plugin_form(request: Anywhere, tenant: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """The settings of one plugin; refused before anything is typed where they are not the reader's to change."""
    with visiting(request, tenant) as visit:
        desk = desk_of(visit)
        return PluginPage(visit, desk, name).shown() if desk.risky else refusal(visit, "risky")


class PluginPage:
    """The form of one plugin, as it is set or as it was sent."""

    def __init__(self, visit: Visit, desk: Desk, name: str, posted: Posted | None = None) -> None:
        self.visit, self.desk, self.name, self.posted = visit, desk, name, posted
        found = visit.service.installation.plugins.running.get(name)
        if found is None:
            raise nothing_here()
        self.plugin: Plugin = found
        self.path = f"tenants/{visit.tenant.snapshot.slug}/tenant.toml"
        now = document(visit.tenant.snapshot.content[self.path])
        self.given: Mapping[str, Any] = now.get("settings", {}).get(name, {})
        self.on = name in now.get("plugins", [])

    def fields(self) -> Iterator[SettingField]:
        """Yield a field for each setting of the plugin's schema."""
        for name, rules in self.plugin.manifest.settings.items():
            value = self.given.get(name, rules.get("default"))
            kind = _kind(rules)
            text = self._sent(name) if self.posted is not None else _text(value, kind)
            label = setting_label(self.visit.say, self.plugin, self.name, name)
            yield SettingField(name, label, kind, text, self._hint(rules), bool(rules.get("required")), self._options(rules))

    def _sent(self, name: str) -> str:
        return self.posted.text(f"set-{name}") if self.posted is not None else ""

    def _hint(self, rules: Mapping[str, Any]) -> str:
        say = self.visit.say
        low, high = rules.get("min"), rules.get("max")
        if _kind(rules) == "whole" and low is not None and high is not None:
            return say("admin.plugins", "between", low=low, high=high)
        return say("admin.plugins", "lines") if _kind(rules) == "lines" else ""

    def _options(self, rules: Mapping[str, Any]) -> list[tuple[str, str]]:
        if _kind(rules) == "bool":
            return [(each, self.visit.say("admin.plugins", each)) for each in ("yes", "no")]
        return [(str(each), str(each)) for each in rules.get("allowed", ())]

    def shown(self, wrong: Mapping[str, str] | None = None, status: int = 200) -> Response[bytes]:
        visit, manifest = self.visit, self.plugin.manifest
        on = self.on if self.posted is None else self.posted.text("on") == "yes"
        return shown(
            visit,
            "plugin_form",
            status,
            title=visit.say.of(manifest.title),
            summary=visit.say.of(manifest.summary),
            fields=list(self.fields()),
            on="yes" if on else "no",
            action=visit.links.to("admin", "plugins", self.name),
            wrong=wrong or {},
        )

    def content(self) -> dict[str, str]:
        """Return the tenant's files with the plugin as it was sent. Raises ``BadSettings``."""
        assert self.posted is not None
        settings: dict[str, Any] = dict(self.given)
        wrong: dict[str, str] = {}
        for field in self.fields():
            try:
                self._put(settings, field)
            except ValueError:
                wrong[f"set-{field.name}"] = self.visit.say("admin.plugins", "not_whole")
        if wrong:
            raise BadSettings(wrong)
        now = drafting.current(self.visit).content
        file: Any = tomlkit.parse(now[self.path])
        on, names = self.posted.text("on") == "yes", [str(each) for each in file.get("plugins", ())]
        if on != (self.name in names):
            file["plugins"] = [*names, self.name] if on else [each for each in names if each != self.name]
        table = file.setdefault("settings", tomlkit.table(is_super_table=True))
        if settings and on:
            table[self.name] = _table(table.get(self.name), settings)
        elif self.name in table and not on:
            del table[self.name]
        if not table:
            del file["settings"]
        return {**now, self.path: tomlkit.dumps(file)}

    def _put(self, settings: dict[str, Any], field: SettingField) -> None:
        """Put the value that was sent where it differs from the default. Raises ``ValueError`` for no number."""
        if field.kind == "elsewhere":
            return
        sent, default = self._sent(field.name), self.plugin.manifest.settings[field.name].get("default")
        value: Any = sent
        if field.kind == "bool":
            value = sent == "yes"
        elif field.kind == "whole":
            value = int(sent) if sent else default
        elif field.kind == "lines":
            value = [line.strip() for line in sent.split("\n") if line.strip()]
        if value == default or value in ("", None):
            settings.pop(field.name, None)
        else:
            settings[field.name] = value


class BadSettings(Exception):
    """Settings that cannot be read; ``wrong`` says what, by field."""

    def __init__(self, wrong: dict[str, str]) -> None:
        super().__init__("; ".join(wrong.values()))
        self.wrong = wrong


def _table(old: Any, settings: Mapping[str, Any]) -> Any:
    """Return a table with these settings; the remarks of the old one stay where its keys do."""
    table = old if old is not None else tomlkit.table()
    for key in [key for key in table if key not in settings]:
        del table[key]
    for key, value in settings.items():
        if table.get(key) != value:
            table[key] = value
    return table


def _kind(rules: Mapping[str, Any]) -> str:
    match rules.get("type"):
        case "boolean":
            return "bool"
        case "integer":
            return "whole"
        case "string":
            return "choice" if rules.get("allowed") else "text"
        case "list":
            return "lines" if rules.get("schema", {}).get("type") == "string" else "elsewhere"
    return "elsewhere"


def _text(value: Any, kind: str) -> str:
    if kind == "bool":
        return "yes" if value else "no"
    if kind == "lines":
        return "\n".join(map(str, value or ()))
    return "" if value is None or kind == "elsewhere" else str(value)


@post("/t/{tenant:str}/admin/plugins/{name:str}", status_code=200)
@acting
def set_plugin(request: Anywhere, tenant: FromPath[str], name: FromPath[str], body: RawBody) -> Response[bytes]:
    """Prepare a change of a plugin's settings, and lead to its plan."""
    posted = read_form(request, body)
    with visiting(request, tenant) as visit:
        desk = risky_desk(visit)
        page = PluginPage(visit, desk, name, posted)
        if expired := visit.expired(posted.token):
            return page.shown({"": expired}, 403)
        try:
            content = page.content()
        except BadSettings as error:
            return page.shown(error.wrong, 422)
        return drafting.prepared(visit, desk, "plugin", drafting.current(visit), content)


PLUGINS = (plugin_list, plugin_form, set_plugin)
