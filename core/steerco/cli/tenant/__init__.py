"""``steerco tenant``: from files to a committee that runs.

commands        the group: new, list, check, test
changes         plan, apply, revisions, rollback, pull; ``plan_report`` and ``revision_report`` do their work
people          people by a table
link            lets somebody make a new committee in the browser
lifecycle       suspend, resume, delete, erase a person
archive         one tenant in one file
"""

from steerco.cli.tenant.commands import tenant

__all__ = ["tenant"]
