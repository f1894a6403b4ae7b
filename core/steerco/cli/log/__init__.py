"""``steerco log``: the acts of a tenant, and the proofs that their record is what was written."""

from steerco.cli.log.commands import log

__all__ = ["log"]
