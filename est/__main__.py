"""`python -m est`."""

import sys

try:
    from est.cli import main

    main()
except KeyboardInterrupt:  # before the supervisor, which stops everything in order, listens
    sys.exit(130)
