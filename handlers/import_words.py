"""Files of customers in words: why a row is refused, and what its columns are called."""

from handlers.customer_words import COLUMNS
from handlers.field_errors import FIELD_ERRORS
from handlers.reader import N_, Reader
from programme.catalogue import Catalogue

COLUMN_OF = {
    "domain": "domain",
    "organisation": "organisation",
    "super_admin_email": "email",
    "plan": "plan",
    "licences": "licences",
    "term": "term",
}
# Beside what may be wrong with a field of the form.
ROW_ERRORS = {
    "twice_in_file": N_("The file has this domain already, further up."),
    "no_such_plan": N_("There is no such plan. These are offered: {plans}."),
    "no_such_term": N_("This is no term. Please write {monthly} or {yearly}."),
    "taken": N_("This domain cannot be added from a file. Add it by /partner-add: you can ask for it there."),
    "not_reached": N_("The import had stopped before this row."),
    "missing": N_("There is nothing in this column."),
    "runs_on": N_(
        "This cell runs on into others. Is a quotation mark opened there and never closed? Then it swallows what "
        "follows, the rows below included."
    ),
    "already_yours": N_("This customer is in your list already."),
    "not_a_number_of_licences": N_("This is not a whole number from 1 to 1,000,000, written without points."),
}
REASON = N_("Reason for the refusal")


def column_name(reader: Reader, field: str) -> str:
    return reader.text(COLUMNS[COLUMN_OF[field]])


def row_error(reader: Reader, catalogue: Catalogue, field: str, word: str) -> str:
    """Why a row is refused, as plain text."""
    facts = {
        "support": catalogue.support_address,
        "plans": ", ".join(plan.name for plan in catalogue.plan),
        "monthly": reader.text("monthly"),
        "yearly": reader.text("yearly"),
    }
    said = reader.text(ROW_ERRORS.get(word) or FIELD_ERRORS[word], **facts)
    return reader.text("{column}: {problem}", column=column_name(reader, field), problem=said)


def row_errors(reader: Reader, catalogue: Catalogue, wrong: dict[str, str]) -> str:
    return " ".join(row_error(reader, catalogue, field, word) for field, word in wrong.items())


def expected_columns(reader: Reader, fields: list[str]) -> str:
    return ", ".join(column_name(reader, field) for field in fields)
