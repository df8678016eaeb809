"""CPU per call of the HTTP clients to subgraphs, side by side."""
