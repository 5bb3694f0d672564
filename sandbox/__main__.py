"""`python -m sandbox`."""

import sys

from sandbox.launch import main

sys.exit(main())
