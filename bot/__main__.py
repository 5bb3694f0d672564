"""`python -m bot …`."""

import gc
import sys


def start() -> int:
    """What is loaded at the start stays: looking through it for garbage while it grows takes a quarter of the time."""
    gc.disable()
    from bot.command_line import main

    gc.freeze()
    gc.enable()
    return main()


if __name__ == "__main__":
    sys.exit(start())
