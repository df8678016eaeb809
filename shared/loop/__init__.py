"""How many share one event loop: work in turns and pieces, deadlines with one timer for all."""
