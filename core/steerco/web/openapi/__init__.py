"""The OpenAPI document of a tenant, written from its record types."""
