"""How plugins come in: manifest, loader, hooks, dispatch. Authors import ``steerco.extension.api`` and nothing else."""
