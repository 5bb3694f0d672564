"""What stands in the DNS, as people may be shown it: anybody can publish any bytes there."""


def shown(text: str, longest: int) -> str:
    r"""A text with its invisible characters spelled out (a line feed as `\x0a`), and cut.

    Among them are those that turn the direction of what is written after them, so that it reads as something else.
    """
    seen = visible(text)
    return seen if len(seen) <= longest else seen[: longest - 1] + "…"


def visible(text: str) -> str:
    return "".join(one if one.isprintable() else _code(one) for one in text)


def _code(character: str) -> str:
    number = ord(character)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
