"""What the demo data are made of. Everything follows from one seed and the time it is loaded."""
