"""The settings and plugins of a committee in a plan, before and after, in people's terms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from steerco.changes.plan import Switch
from steerco.configuration.snapshot import Snapshot
from steerco.extension.catalogue import texts
from steerco.extension.loader import Plugin
from steerco.i18n import Words
from steerco.web.pages.admin.roles import FileRole, document, role_of
from steerco.web.pages.frame.visit import Visit

VERSIONS = frozenset({"charters", "house", "former_house"})
"""The settings that name versions: the versions themselves are told among the clauses."""


class SettingChange(NamedTuple):
    """A setting of the committee, before and after."""

    label: str
    was: str
    is_: str


class SettingWords:
    """Puts what a plan changes in the settings and plugins into words. ``after``: the snapshot that it would bring; ``roles`` the
    files by role."""

    def __init__(self, visit: Visit, after: Snapshot, roles: list[FileRole]) -> None:
        self.visit, self.before, self.after, self.roles = visit, visit.tenant.snapshot, after, roles

    def settings(self) -> Iterator[SettingChange]:
        """Yield each setting that changes."""
        path = f"tenants/{self.after.slug}/tenant.toml"
        was, is_ = (_opened(snapshot.content.get(path, "")) for snapshot in (self.before, self.after))
        for key in dict.fromkeys([*was, *is_]):
            if was.get(key) != is_.get(key) and not key.startswith("settings ") and key not in VERSIONS:
                old, new = self._said(key, was.get(key)), self._said(key, is_.get(key))
                yield SettingChange(self.visit.say("admin.setting", key.replace(" ", "_")), old, new)

    def _said(self, key: str, value: Any) -> str:
        say = self.visit.say
        if isinstance(value, bool):
            return say("admin.plugins", "yes" if value else "no")
        if value in (None, "", [], {}):
            return say("admin.plan", "nothing")
        if key.startswith("administration"):
            return ", ".join(self.visit.names(str(each)) for each in value)
        if key == "plugins":
            return ", ".join(self._plugin(str(each)) for each in value)
        if key in ("charters", "house", "former_house", "people"):
            listed = [value] if isinstance(value, str) else value
            paths = [f"tenants/{self.after.slug}/{each}" for each in listed]
            return ", ".join(role.label if (role := role_of(self.roles, path)) else "?" for path in paths)
        if isinstance(value, dict):
            return say.of(value) if set(value) <= {"vi", "en"} else ", ".join(f"{k}: {v}" for k, v in value.items())
        return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

    def _plugin(self, name: str) -> str:
        plugin = self.visit.service.installation.plugins.running.get(name)
        return self.visit.say.of(plugin.manifest.title) if plugin else name

    def switch(self, each: Switch) -> tuple[str, list[str]]:
        """Return what becomes of a plugin, with what is set otherwise."""
        names = ", ".join(self._plugin(name.strip()) for name in each.name.split(","))
        say = self.visit.say
        text = say("admin.plan", f"plugin_{each.what}", names=names)
        details = list(self._plugin_settings(each.name)) if each.what == "changed" else []
        if each.judged:
            details.append(say("admin.plan", "judged", acts=", ".join(say("action", act) for act in each.judged)))
        return text, details

    def _plugin_settings(self, name: str) -> Iterator[str]:
        """Yield what is set otherwise of a plugin."""
        path = f"tenants/{self.after.slug}/tenant.toml"
        both = [document(snapshot.content.get(path, "")) for snapshot in (self.before, self.after)]
        was, is_ = (each.get("settings", {}).get(name, {}) for each in both)
        plugin = self.visit.service.installation.plugins.running.get(name)
        schema = plugin.manifest.settings if plugin else {}
        for key in dict.fromkeys([*was, *is_]):
            old, new = (side.get(key, schema.get(key, {}).get("default")) for side in (was, is_))
            if old != new:
                change = self.visit.say("admin.plan", "becomes", was=self._said(key, old), is_=self._said(key, new))
                yield f"{setting_label(self.visit.say, plugin, name, key)}: {change}"


def setting_label(say: Words, plugin: Plugin | None, name: str, key: str) -> str:
    """Return what a plugin calls one of its settings; its key in plain words where it has no name."""
    own = say.over(*texts((plugin,), say.language)) if plugin else say
    label = f"{name}.{key}"
    return own("plugin-setting", label) if own.has("plugin-setting", label) else key.replace("_", " ").capitalize()


def _opened(text: str) -> dict[str, Any]:
    """Return the settings of a file by key; those of tables by table and key."""
    opened: dict[str, Any] = {}
    for key, value in document(text).items():
        table = isinstance(value, dict) and key not in ("name",)
        opened |= {f"{key} {name}": item for name, item in value.items()} if table else {key: value}
    return opened
