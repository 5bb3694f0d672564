"""What applicants are promised, wherever they read it (mission row 7)."""

from handlers.reader import Reader
from programme.catalogue import Catalogue


def answer_within(reader: Reader, catalogue: Catalogue) -> str:
    """By when there is an answer, as a sentence of plain text."""
    days = catalogue.application.answer_days
    return reader.count(
        "You will have an answer within {number} day.", "You will have an answer within {number} days.", days
    )
