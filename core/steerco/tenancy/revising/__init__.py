"""Changes of a configuration: what a plan says, what is refused, and the numbered revision that an apply makes."""
