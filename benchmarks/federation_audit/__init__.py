"""Passed tests, subgraph requests and depth of gateways in the federation gateway audit."""
