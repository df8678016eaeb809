"""Accounts by their rules: standard library only, no database, no web."""
