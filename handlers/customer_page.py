"""The customer's page: how it stands, what to do next, and the steps from here (mission rows 12, 14 and 20)."""

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, SectionBlock
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.caller import Caller
from handlers.customer_blocks import columns, shown_domain, summary
from handlers.lost_proof import what_to_do
from handlers.mail_words import broken_mail
from handlers.reader import N_, Mrkdwn, Reader, mention
from handlers.steps import Step
from handlers.subscription_buttons import can_be_recorded, renew_button, subscribe_button
from handlers.suspension import suspension
from programme.access import whom_to_ask
from programme.catalogue import Catalogue
from programme.customers import Found, find, require_verified
from programme.next_step import NextStep, next_step
from programme.plan_changes import Plans, standing
from storage.models import Customer


async def customer_view(caller: Caller, seen: Found) -> View:
    """The page of a verified customer. Raises Refused("not_verified") for another one (mission row 20)."""
    customer, reader, catalogue = seen.customer, caller.reader, caller.desk.catalogue
    require_verified(customer)
    plans = await standing(caller.desk, caller.actor, customer.id)
    admins = [] if seen.rights.may_administer else await whom_to_ask(caller.desk, seen.member)
    console = catalogue.links.admin_console.format(domain=customer.domain)
    blocks: list[Block] = [
        b.header(customer.organisation),
        b.context(_on_behalf(reader, customer)),
        *(suspension(reader, catalogue, seen.partner) or [_next(reader, catalogue, seen, plans, admins)]),
        b.fields(*columns(reader, catalogue, customer)),
        b.context(summary(reader, customer, seen.today), *_looked_after(reader, customer)),
        _steps(reader, customer),
        b.divider(),
        b.section(
            _not_allowed(reader), b.link_button(reader.text("Open the admin console"), console, "manage.console")
        ),
    ]
    return b.modal(reader, reader.text("Customer"), blocks, callback="managed", remember={"customer": customer.id})


async def refresh_page(caller: Caller, client: AsyncWebClient, view: dict[str, Any], step: Step, on_top: bool) -> None:
    """Draws the customer's page anew, which lies below a step in which something was changed.

    Args:
        view: what the change was made in: the step itself, or a form on top of it.
        on_top: whether it was such a form.
    """
    below = view.get("root_view_id") if on_top else view.get("previous_view_id")
    if not step.in_place and below:
        seen = await find(caller.desk, caller.actor, step.customer)
        await client.views_update(view_id=below, view=await customer_view(caller, seen))


def _steps(reader: Reader, customer: Customer) -> ActionsBlock:
    """What opens from the page, in the order in which a customer is looked after."""
    return b.actions(
        b.button(reader.text("Subscription"), "subscription.open", customer.id),
        b.button(reader.text("Services"), "services.open", customer.id),
        b.button(reader.text("Domain"), "domain.open", customer.id),
        b.button(reader.text("People of the customer"), "contacts.open", customer.id),
        b.button(reader.text("Payments"), "payments.open", customer.id),
        b.button(reader.text("Notes"), "notes.open", customer.id),
        b.button(reader.text("History"), "history.open", customer.id),
    )


def _on_behalf(reader: Reader, customer: Customer) -> Mrkdwn:
    return reader.mrkdwn(
        "You are managing {organisation} ({domain}) on its behalf. What you do here is recorded.",
        organisation=customer.organisation,
        domain=shown_domain(customer),
    )


def _looked_after(reader: Reader, customer: Customer) -> list[Mrkdwn]:
    if customer.assigned_to is None:
        return []
    return [reader.mrkdwn("Looked after by {who}", who=mention(customer.assigned_to))]


_NEXT = {
    NextStep.PROVE_AGAIN: N_("*Next: prove the domain again.* Its record is gone. {what_to_do}"),
    NextStep.MEND_MAIL: N_("*Next: mend the mail set-up* – {broken}."),
    NextStep.RECORD_RENEWAL: N_("*Next: the renewal of {day}, {price}.* Has it been renewed? Then record it."),
    NextStep.CHOOSE_PLAN: N_("*Next: a subscription.* Only the free plan is left. Nothing was deleted."),
    NextStep.DECIDE_TRIAL: N_("*Next: the trial ends on {trial_end}.* Start the subscription, or extend the trial."),
    NextStep.SET_UP_MAIL: N_("*Next: set up the mail.* See which records the domain still needs."),
    NextStep.ENDS: N_("*The subscription ends on {day}.* It is cancelled. Until then it can be undone."),
    NextStep.RENEWS_SOON: N_("*It renews on {day}, for {price}.* Are the plan and the licences still right?"),
    NextStep.ON_TRIAL: N_("*On trial until {trial_end}.* Once they have decided, start the subscription."),
    NextStep.NOTHING: N_("*Nothing waits for you here.* All is set up, and the renewal is far away."),
}
# The same for whoever is no admin, where only admins may do it.
_NEXT_TO_ASK = {
    NextStep.RECORD_RENEWAL: N_(
        "*Next: the renewal of {day}, {price}.* Has it been renewed? Then ask {admins} to record it."
    ),
    NextStep.CHOOSE_PLAN: N_(
        "*Next: a subscription.* Only the free plan is left. Nothing was deleted. Ask {admins} to start it."
    ),
    NextStep.DECIDE_TRIAL: N_(
        "*Next: the trial ends on {trial_end}.* Ask {admins} to start the subscription, or to extend the trial."
    ),
    NextStep.ON_TRIAL: N_(
        "*On trial until {trial_end}.* Once they have decided, ask {admins} to start the subscription."
    ),
}


def _next(reader: Reader, catalogue: Catalogue, seen: Found, plans: Plans, admins: Sequence[str] = ()) -> SectionBlock:
    """The one thing to do next, with its button where the reader may do it.

    Args:
        admins: whom a member may ask for what only admins do.
    """
    customer = seen.customer
    plan = next((plan for plan in catalogue.plan if plan.id == customer.plan), None)
    has_mail = plan is not None and catalogue.mail.service in plan.services
    step = next_step(customer, plans.pending, seen.today, has_mail)
    price = plans.renewal_price
    words = _NEXT if seen.rights.may_administer else _NEXT | _NEXT_TO_ASK
    text = reader.mrkdwn(
        words[step],
        day=reader.day(customer.renews_on) if customer.renews_on else "–",
        trial_end=reader.day(customer.trial_ends_on),
        price="–" if price is None else reader.money(price, catalogue.currency),
        broken=broken_mail(reader, customer) if customer.broken_part == "mail" else "",
        what_to_do=what_to_do(reader, catalogue, customer, seen.today),
        admins=Mrkdwn(reader.one_of([mention(admin) for admin in admins])) or reader.text("one of your admins"),
    )
    return b.section(text, _next_button(reader, catalogue, seen, plans, step))


def _next_button(
    reader: Reader, catalogue: Catalogue, seen: Found, plans: Plans, step: NextStep
) -> ButtonElement | None:
    customer, is_admin = seen.customer, seen.rights.may_administer
    can_start = is_admin and catalogue.sells(customer.plan)
    match step:
        case NextStep.PROVE_AGAIN:
            return b.button(reader.text("Verify"), "verify.open", customer.id, "primary")
        case NextStep.MEND_MAIL | NextStep.SET_UP_MAIL:
            return b.button(reader.text("Look at the records"), "services.open", customer.id, "primary")
        case NextStep.CHOOSE_PLAN | NextStep.DECIDE_TRIAL | NextStep.ON_TRIAL if can_start:
            return subscribe_button(reader, catalogue, seen)
        case NextStep.RECORD_RENEWAL | NextStep.RENEWS_SOON if is_admin and can_be_recorded(
            catalogue, customer, plans.pending, seen.today
        ):
            return renew_button(reader, catalogue, customer, plans.pending)
    return None


def _not_allowed(reader: Reader) -> Mrkdwn:
    return reader.mrkdwn(
        "A partner may not change the super administrator, two-factor settings, admin roles, profile pictures, "
        "passwords, the dashboard or contact sync, nor delete or back up users."
    )
