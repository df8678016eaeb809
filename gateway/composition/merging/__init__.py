"""Merges subgraphs into the types and join directives of a supergraph, one rule a file."""
