"""``steerco plugin`` and ``steerco x``: ``skeletons`` writes a new plugin, ``check`` examines one, ``report`` does the rest."""

from steerco.cli.plugin.commands import plugin, x

__all__ = ["plugin", "x"]
