"""Pages of whoever looks after a committee's configuration: its files, plan and apply, people, accounts, plugins."""
