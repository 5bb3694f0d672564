"""What a domain that was verified before brings with it: its subscription, or its trial (mission rows 14 and 21)."""

from datetime import date

from handlers.customer_blocks import resumed_trial
from handlers.plan_view import subscription_text
from handlers.reader import Mrkdwn, Reader, mail_link
from programme.catalogue import Catalogue
from programme.pricing import Subscription
from storage.models import Customer


def resumed(reader: Reader, catalogue: Catalogue, customer: Customer, today: date) -> Mrkdwn:
    """Why a customer has another plan and other dates than when it was added, once its domain is proven."""
    if customer.status not in ("active", "cancelled"):
        return resumed_trial(reader, catalogue, customer, today)
    subscription = subscription_text(reader, catalogue, Subscription.of(customer))
    facts = {"subscription": subscription, "support": mail_link(catalogue.support_address)}
    if customer.renews_on is None:
        return reader.mrkdwn(
            "*Its subscription has ended.* This domain was verified before, and had a trial and a subscription: "
            "{subscription}. Nothing was deleted: you can start a subscription again. Questions? Write to {support}.",
            **facts,
        )
    return reader.mrkdwn(
        "*Its subscription goes on until {day}:* {subscription}. This domain was verified before, and the subscription "
        "was bought then: nothing more is due until that day. Questions? Write to {support}.",
        day=reader.day(customer.renews_on), **facts,
    )  # fmt: skip
