"""``@extends``: Federation 1's way to write ``extend type`` in SDL of libraries without it.

``facts.py`` and ``federation1`` read it; merged, it is ``extension: true`` of ``@join__type``.
"""

from __future__ import annotations

from gateway.composition.specification.directive import Definition, Directive

DIRECTIVE = Directive(
    name="extends",
    order=5,
    definitions=(Definition((1, 0), " on OBJECT | INTERFACE"),),
)
