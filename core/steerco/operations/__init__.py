"""Operators' work on an installation and its tenants.

onboarding      a new tenant's first people
lifecycle       suspend, resume, delete; ``erasure`` removes one person's data, ``personal_data`` finds it
archive/        one tenant in one file: export, check, import
backup          the whole installation; ``used_files`` which files a tenant names
exchange        carries documents between committees; ``provenance`` checks what arrived
rebuild         performs a log again in an empty store, and compares
tokens          who may call the API as whom
worker          the work that nobody asks for, under a lease
"""
