"""From merged types to SDL: the supergraph with its join directives, the API schema without."""
