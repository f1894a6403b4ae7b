"""A committee as it is configured: from the files of a home to an immutable snapshot, and the revisions in the store.

home                  which files a home holds
load                  files to a ``Snapshot``, with findings; ``parse_cache`` spares reading the same text twice
vocabulary            the names that a configuration may use; ``appointment_conflicts`` what ``people.toml`` gets wrong
plugin_wiring         which plugins a tenant has on, and what they bring; ``plugin_contributions`` what a revision keeps of it
snapshot              one configuration, immutable; ``tenant`` one committee that is running under it
installation          all tenants of one store
revisions             numbered configurations; ``apply_checks``, ``safety``, ``risk``, ``administration``: who may apply
action_catalogue      every record type, action and facet of a tenant, as data
platform_orders       what only the program asks for
"""
