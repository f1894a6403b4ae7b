"""Between the text of a regulation and its charter: import, proposals, Akoma Ntoso."""
