"""Pages by which somebody makes a new committee, with a link of the operator's: files, proposals, people, check, apply."""
