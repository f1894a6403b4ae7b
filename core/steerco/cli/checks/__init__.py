"""The findings of ``tenant check`` and ``tenant test``; ``watch_cases`` runs cases again when a file is saved."""

from steerco.cli.checks.tenant_checks import findings_of, found_cases, report_cases

__all__ = ["findings_of", "found_cases", "report_cases"]
