"""Entities, value objects, rules and errors of the catalog: standard library only."""
