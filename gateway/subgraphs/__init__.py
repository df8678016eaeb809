"""HTTP clients behind the narrow Subgraph protocol."""
