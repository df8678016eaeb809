"""The graph: resolvers, permissions, loaders, the internal door, and the app that holds them."""
