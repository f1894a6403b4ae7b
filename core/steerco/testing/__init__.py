"""The former name of ``steerco.testkit``; it goes with the next minor version."""
