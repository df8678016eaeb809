"""From the SDL text of a subgraph to its canonical model."""
