"""The checks of a charter that ``tenant check`` makes: one file for each subject."""
