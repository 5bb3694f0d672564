"""Puts the features together: each registers its own listeners, messages and letters."""

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from handlers import (
    add,
    alert_actions,
    alert_repaint,
    alerts,
    application,
    apply,
    channel_trouble,
    conflict,
    consent_letters,
    correction,
    customer_contacts,
    customer_domain,
    customer_export,
    customer_history,
    customer_import,
    customer_notes,
    customer_payments,
    customer_people,
    customer_table,
    customers,
    domain_news,
    home,
    import_messages,
    letter_trouble,
    manage,
    mapping,
    mapping_news,
    members,
    members_messages,
    modal_closed,
    partner_messages,
    partner_pages,
    plan,
    proof_letter,
    removal,
    report,
    review,
    review_card,
    review_notes,
    review_queue,
    review_week,
    services,
    settings,
    slack_events,
    subscription,
    trial,
    verify,
    welcome,
)
from handlers.alert_courier import AlertCourier
from handlers.beneath import stand_where
from handlers.caller import House, actor_of, identify
from handlers.courier import Courier
from handlers.errors import Sorry
from handlers.mail import PostOffice
from handlers.posting import Poster
from handlers.reader import Reader
from programme.desk import Desk

# Bolt asks them one after another whose a request is: those that are asked for most come first.
FEATURES = (
    customers,
    add,
    alert_actions,
    application,
    apply,
    modal_closed,
    customer_contacts,
    customer_domain,
    conflict,
    correction,
    customer_export,
    customer_table,
    customer_history,
    customer_import,
    customer_notes,
    customer_payments,
    customer_people,
    home,
    manage,
    mapping,
    members,
    partner_pages,
    slack_events,
    proof_letter,
    plan,
    removal,
    report,
    review,
    review_queue,
    services,
    settings,
    subscription,
    trial,
    verify,
)


def make_courier(
    desk: Desk, poster: Poster, review_channel: str, smtp_url: str | None, sender: str, group: str | None = None
) -> Courier:
    """The courier, who knows how everything that leaves the house is drawn.

    Args:
        group: the user group that reviews, where there is one.
    """
    letters = welcome.LETTERS | proof_letter.LETTERS | consent_letters.LETTERS
    office = PostOffice(smtp_url, sender, letters)
    drawers = (
        application,
        apply,
        members_messages,
        partner_messages,
        review_card,
        review_notes,
        welcome,
        alert_repaint,
        channel_trouble,
        customer_people,
        domain_news,
        import_messages,
        mapping_news,
        conflict,
    )
    messages = {kind: draw for drawer in drawers for kind, draw in drawer.MESSAGES.items()}
    messages |= review_week.messages(group) | letter_trouble.messages(letters)
    return Courier(desk, poster, messages, office.send, AlertCourier(desk, poster, alerts.draw), review_channel)


def register(app: AsyncApp, house: House) -> None:
    """Makes a Bolt app into the desk: who is it, what do they want, and what if it goes wrong."""

    @app.middleware
    async def recognise(context: AsyncBoltContext, body: dict[str, Any], client: AsyncWebClient, next_: Any) -> None:
        context["house"] = house
        stand_where(body)
        actor = actor_of(context, body)
        if actor.user_id:
            context["caller"] = await identify(house, client, actor)
        await next_()

    def reader_of(context: AsyncBoltContext, body: dict[str, Any]) -> Reader:
        return house.readers.recall(actor_of(context, body))

    app.error(Sorry(house.desk.catalogue, reader_of).explain)
    for feature in FEATURES:
        feature.register(app)
