"""`python -m sandbox`."""

import gc
import sys


def start() -> int:
    """What is loaded at the start stays; nobody need look through it for garbage while it grows."""
    gc.disable()
    from sandbox.launch import main

    gc.freeze()
    gc.enable()
    return main()


if __name__ == "__main__":
    sys.exit(start())
