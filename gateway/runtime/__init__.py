"""What answers operations of one supergraph, made from the settings, swapped when it changes."""
