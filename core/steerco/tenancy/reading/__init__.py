"""From a tenant's files to its snapshot: reading, checking, and keeping what was read."""
