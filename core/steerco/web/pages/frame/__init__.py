"""The frame of every page: the visit, its language and links, how days, names and values are written, rendering."""
