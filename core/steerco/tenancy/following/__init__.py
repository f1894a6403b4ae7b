"""What follows a tenant's log: feed and worker that tell plugins, the ledger of duties, replay and rebuilding."""
