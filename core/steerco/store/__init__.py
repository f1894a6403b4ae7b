"""The database: engine, tenant fence, event log, lists, files, migrations. Knows neither records nor policy."""
