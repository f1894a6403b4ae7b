"""HTTP itself, the same for API and pages: limits, the caller, requests, responses, problems, worker threads."""
