"""The stitching gateway: any Federation v2 supergraph in, any operation out. Domain-free."""
