"""`python -m est`."""

from est.cli import main

main()
