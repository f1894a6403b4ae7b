"""One tenant in one file: written from a running installation, checked on its own, taken up by another.

``container`` is the file itself and distrusts it, ``manifest`` what it says of itself, ``export`` writes one, ``check`` reads one
through, ``bring`` makes a tenant of it.
"""
