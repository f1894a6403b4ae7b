"""A stranger's XML, read without trust: no document type, no entities, no network, a bounded number of elements, and no tree.

A parser target keeps the texts of leaves and the names on the way to each. Whatever is in the file, memory is that of its texts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

MOST_ELEMENTS, MOST_DEPTH = 4000, 20
"""A package with twenty files has some three hundred elements, eight deep."""


class Leaf(NamedTuple):
    """An element with text and without elements: the names of those around it and its own, without namespaces. ``parent`` is the
    number of the element around it."""

    path: tuple[str, ...]
    parent: int
    text: str


class Leaves:
    """Collects the leaves of elements in one namespace, as a target of lxml's parser. Raises ``ValueError`` for anything else."""

    def __init__(self, namespace: str) -> None:
        self.namespace = f"{{{namespace}}}"
        self.found: list[Leaf] = []
        self._open: list[tuple[str, int, list[str], bool]] = []
        self._count = 0

    def doctype(self, *_: object) -> None:
        """Refuse a document type: a package has none, and bombs begin there."""
        raise ValueError("it declares a document type, which a package does not have")

    def start(self, tag: str, attributes: object) -> None:
        """Enter an element."""
        if not tag.startswith(self.namespace):
            raise ValueError(f"the element {tag[:100]!r} is none of a package")
        self._count += 1
        if self._count > MOST_ELEMENTS or len(self._open) >= MOST_DEPTH:
            raise ValueError("it has more elements than a package can have")
        if self._open:
            name, number, texts, _ = self._open[-1]
            self._open[-1] = (name, number, texts, True)
        self._open.append((tag.removeprefix(self.namespace), self._count, [], False))

    def data(self, text: str) -> None:
        """Take up a piece of text."""
        if self._open:
            self._open[-1][2].append(text)

    def end(self, tag: str) -> None:
        """Leave an element."""
        _, _, texts, inner = self._open[-1]
        path = tuple(name for name, *_ in self._open)
        self._open.pop()
        if not inner:
            self.found.append(Leaf(path, self._open[-1][1] if self._open else 0, "".join(texts).strip()))

    def close(self) -> list[Leaf]:
        """Return the leaves."""
        return self.found


def leaves(content: bytes, namespace: str) -> list[Leaf]:
    """Return the leaves of an XML document in UTF-8. Raises ``ValueError`` where it is none, or is more than a package can be."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise ValueError("it declares a document type, which a package does not have")
    safe = {"resolve_entities": False, "no_network": True, "load_dtd": False, "dtd_validation": False}
    parser = etree.XMLParser(
        target=Leaves(namespace), encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, **safe
    )
    try:
        found: list[Leaf] = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"it is no XML in UTF-8: {error}") from None
    return found


def under(found: list[Leaf], *path: str) -> Iterator[str]:
    """Yield the texts of the leaves at the end of a path."""
    return (leaf.text for leaf in found if leaf.path[-len(path) :] == path)
