"""The one thing to do next for a customer, of all that could be done. Pure rules, no database."""

from datetime import date
from enum import StrEnum

from programme.subscriptions import is_ending
from programme.trials import status_on
from storage.models import Customer, PlanChange

SOON_DAYS = {"monthly": 7, "yearly": 30}
TRIAL_ENDS_DAYS = 7
# What is ours in the mail's records; a policy (DMARC) may stand there from the provider before, and goes on to hold.
OUR_MAIL = {"mx", "spf", "dkim"}


class NextStep(StrEnum):
    """What waits for somebody, the most urgent first."""

    PROVE_AGAIN = "prove_again"
    MEND_MAIL = "mend_mail"
    RECORD_RENEWAL = "record_renewal"
    CHOOSE_PLAN = "choose_plan"
    DECIDE_TRIAL = "decide_trial"
    ENDS = "ends"
    RENEWS_SOON = "renews_soon"
    SET_UP_MAIL = "set_up_mail"
    ON_TRIAL = "on_trial"
    NOTHING = "nothing"


def next_step(customer: Customer, pending: PlanChange | None, today: date, has_mail: bool) -> NextStep:
    """What to do next for a customer whose domain was proven once.

    Args:
        pending: the change of the subscription that waits for the renewal.
        has_mail: whether mail belongs to the plan.
    """
    status = status_on(customer, today)
    left = ((customer.renews_on or customer.trial_ends_on) - today).days
    cases = (
        (customer.broken_part == "proof", NextStep.PROVE_AGAIN),
        (customer.broken_part == "mail", NextStep.MEND_MAIL),
        (status == "overdue" and not is_ending(pending), NextStep.RECORD_RENEWAL),
        (status in ("free", "cancelled"), NextStep.CHOOSE_PLAN),
        (status == "trial" and left <= TRIAL_ENDS_DAYS, NextStep.DECIDE_TRIAL),
        (is_ending(pending), NextStep.ENDS),
        (status == "active" and left <= SOON_DAYS[customer.term], NextStep.RENEWS_SOON),
        (has_mail and not OUR_MAIL.issubset(customer.mail_worked.split()), NextStep.SET_UP_MAIL),
        (status == "trial", NextStep.ON_TRIAL),
    )
    return next((step for is_so, step in cases if is_so), NextStep.NOTHING)
