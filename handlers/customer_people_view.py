"""How the people around a customer look."""

from slack_sdk.models.blocks import Block, InteractiveElement, StaticSelectElement
from slack_sdk.models.views import View

from handlers import blocks as b
from handlers.customer_blocks import shown_domain
from handlers.reader import N_, Mrkdwn, Reader, mail_link, mention
from handlers.step_rows import row_menu
from handlers.steps import Step
from programme.catalogue import Catalogue
from programme.customer_people import People
from programme.desk import Actor
from programme.phones import readable_phone
from storage.models import CustomerContact

ROLES = {
    "decides": N_("Decides"),
    "billing": N_("Billing"),
    "technical": N_("Technical"),
    "other": N_("Something else"),
}
# Slack takes a hundred options in a menu, and one of them is nobody.
MOST_COLLEAGUES = 99


def people_view(reader: Reader, catalogue: Catalogue, you: Actor, seen: People, step: Step) -> View:
    customer = seen.found.customer
    facts = {"organisation": customer.organisation, "domain": shown_domain(customer)}
    may_change = seen.found.rights.may_change
    add = b.button(reader.text("Add a contact"), "contacts.add") if may_change else None
    blocks: list[Block] = [
        b.header(customer.organisation),
        b.section(_super_admin(reader, catalogue, seen)),
        *_letter(reader, seen),
        b.divider(),
        *_looked_after(reader, you, seen),
        b.divider(),
        *_in_use(reader, seen),
        b.divider(),
        b.section(reader.mrkdwn("*Whom you speak to at {organisation}*", **facts), add),
        *(block for contact in seen.contacts for block in _contact(reader, contact, may_change)),
        *step.way_back(reader),
    ]
    if not seen.contacts:
        nobody = reader.mrkdwn("Nobody yet: write down who decides, who pays the bills, who knows the technology.")
        blocks.insert(-1 if step.in_place else len(blocks), b.context(nobody))
    return b.modal(
        reader, reader.text("People of the customer"), blocks, callback="customer_people", remember=step.kept()
    )


def _super_admin(reader: Reader, catalogue: Catalogue, seen: People) -> Mrkdwn:
    return reader.mrkdwn(
        "*Super administrator*\n{email}\nA partner may not change it; the customer does so in the admin console. "
        "Questions? Write to {support}.",
        email=seen.found.customer.super_admin_email,
        support=mail_link(catalogue.support_address),
    )


def _letter(reader: Reader, seen: People) -> list[Block]:
    """The last letter to the super administrator, and one more: one a day."""
    letter = seen.letter
    if letter is None:
        return []
    text = reader.mrkdwn(
        "*E-mail about your access*\nIt went to {email} on {when}. It names your company as the partner, and has the "
        "link with which the customer can end that.",
        email=letter.to,
        when=reader.moment(letter.at),
    )
    if letter.today:
        return [b.section(text), b.context(reader.mrkdwn("Sent again today. You can send it once more tomorrow."))]
    again = b.button(reader.text("Send it again"), "contacts.letter")
    return [b.section(text, again if seen.found.rights.may_change else None)]


def _looked_after(reader: Reader, you: Actor, seen: People) -> list[Block]:
    customer = seen.found.customer
    if customer.assigned_to is None:
        text = reader.mrkdwn("*Looked after by*\nnobody in particular")
    else:
        text = reader.mrkdwn("*Looked after by*\n{who}", who=mention(customer.assigned_to))
    if not seen.found.rights.may_change:
        return [b.section(text)]
    controls: list[InteractiveElement] = []
    if (customer.assigned_workspace, customer.assigned_to) != (you.workspace_id, you.user_id):
        controls.append(b.button(reader.text("Assign to me"), "contacts.take_on"))
    controls.append(_colleagues(reader, seen))
    return [b.section(text), b.actions(*controls)]


def _colleagues(reader: Reader, seen: People) -> StaticSelectElement:
    """Everybody of the partner, and nobody."""
    customer, options = seen.found.customer, [b.option(reader.text("Nobody"), "nobody")]
    for colleague in seen.colleagues[:MOST_COLLEAGUES]:
        member, person = colleague.member, colleague.person
        name = person.name if person else member.user_id
        options.append(b.option(name, f"{member.workspace_id} {member.user_id}"))
    assigned = f"{customer.assigned_workspace} {customer.assigned_to}"
    chosen = next((option for option in options if option.value == assigned), options[0])
    placeholder = reader.text("Assign to …")
    return StaticSelectElement(
        action_id="contacts.assign", placeholder=placeholder, options=options, initial_option=chosen
    )


def _in_use(reader: Reader, seen: People) -> list[Block]:
    customer = seen.found.customer
    text = reader.mrkdwn("*Licences in use*\nnot noted yet")
    if seen.is_in_use_noted:
        text = reader.mrkdwn(
            "*Licences in use*\n{in_use} of {licences}",
            in_use=reader.number(customer.licences_in_use),
            licences=reader.number(customer.licences),
        )
    record = b.button(reader.text("Record"), "contacts.in_use") if seen.found.rights.may_change else None
    blocks: list[Block] = [b.section(text, record)]
    if customer.licences_in_use > customer.licences:
        missing = reader.count(
            "{number} licence is missing. Change the plan, under Subscription.",
            "{number} licences are missing. Change the plan, under Subscription.",
            customer.licences_in_use - customer.licences,
        )
        blocks.append(b.context(Mrkdwn(f":warning: {missing}")))
    if seen.licences_kept is not None:
        kept = reader.count(
            "Fewer licences are planned for the renewal than are in use: {number} stays.",
            "Fewer licences are planned for the renewal than are in use: {number} stay.",
            seen.licences_kept,
        )
        blocks.append(b.context(Mrkdwn(f":warning: {kept}")))
    return blocks


def shown_contact(reader: Reader, contact: CustomerContact) -> Mrkdwn:
    text = reader.mrkdwn("*{name}* · {role}", name=contact.name, role=reader.text(ROLES[contact.role]))
    if contact.email:
        text = Mrkdwn(f"{text}\n{mail_link(contact.email)}")
    if contact.phone:
        text = reader.mrkdwn("{text}\n{phone}", text=text, phone=readable_phone(contact.phone))
    return text


def _contact(reader: Reader, contact: CustomerContact, may_change: bool) -> list[Block]:
    menu = row_menu(reader, "contacts.choose", contact.id) if may_change else None
    return [b.section(shown_contact(reader, contact), menu)]
