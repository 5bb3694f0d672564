"""The one expected failure."""

from collections.abc import Mapping


class Refused(Exception):
    """The programme says no. `reason` is a word from the list that handlers.refusals puts into sentences.

    Args:
        reason: why, as a short word.
        facts: what the sentence needs: names, dates, numbers.
    """

    def __init__(self, reason: str, **facts: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts


class BadInput(Refused):
    """Some fields of a form will not do.

    Args:
        fields: field name → why, as a short word.
        facts: what the sentences at the fields need, such as an example.
    """

    def __init__(self, fields: Mapping[str, str], **facts: object) -> None:
        super().__init__("bad_input", fields=dict(fields), **facts)
        self.fields = dict(fields)
