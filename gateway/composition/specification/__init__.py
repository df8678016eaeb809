"""What the files of ``directives`` are made of: the forms to fill in, and what several share."""
