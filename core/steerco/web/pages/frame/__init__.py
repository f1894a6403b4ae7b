"""What every page is made with: the visit, its language and links, how days, names and values are written, rendering."""
