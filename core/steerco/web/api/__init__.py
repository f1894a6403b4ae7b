"""The JSON API: records and their lists, questions (explain, duties, charter, events), the routes of plugins."""
