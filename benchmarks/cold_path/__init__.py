"""What a document costs that nobody sent before, stage by stage."""
