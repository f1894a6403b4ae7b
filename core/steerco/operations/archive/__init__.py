"""One tenant in one file: written from a running installation, checked on its own, taken up by another.

container       the file itself, which it distrusts; ``manifest`` is what the file says of itself
exporter        writes one
check           reads one through
importer        makes a tenant of one
"""
