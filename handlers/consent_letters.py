"""Letters to a customer's super administrator: another partner asks for it; who looks after it, and how to end that."""

from handlers.customer_blocks import parties
from handlers.mail import Letter
from handlers.reader import Reader
from programme.desk import Desk
from programme.links import Link
from programme.proof_letter import about_letter
from programme.rulings import conflict_of
from storage.models import OutgoingMail


async def draw_consent(desk: Desk, mail: OutgoingMail) -> Letter | None:
    seen = await conflict_of(desk, int(str(mail.about["request_id"])))
    if seen is None or seen.request.status != "open":
        return None
    reader, request = Reader(mail.language), seen.request
    facts = parties(desk.catalogue, seen.asker, seen.customer)
    note = reader.text("What {company} wrote to you: {note}", note=request.note, **facts) if request.note else None
    return Letter(
        subject=reader.text("{company} would like to look after {domain}", **facts),
        greeting=reader.text("Who is to look after you?"),
        paragraphs=[
            reader.text("{company}, a partner of {vendor}, would like to look after {product} for {organisation} "
                        "({domain}). At present another partner does.", **facts),
            *([note] if note else []),
            reader.text("You decide, and nobody else. The page behind this link says what changes and what does not; "
                        "there you agree or decline. Until you do, everything stays as it is."),
        ],
        link=(desk.links.address(Link("mapping", request.id, request.asked_at)), reader.text("Read and decide")),
        closing=reader.text("The link is good until {day}. Questions? Write to {support}.",
                            day=reader.day(request.good_until), support=desk.catalogue.support_address),
    )  # fmt: skip


async def draw_looked_after(desk: Desk, mail: OutgoingMail) -> Letter | None:
    about = await about_letter(desk, int(str(mail.about["partner_id"])), int(str(mail.about["customer_id"])))
    if about is None:
        return None
    partner, customer = about
    reader, facts = Reader(mail.language), parties(desk.catalogue, partner, customer)
    return Letter(
        subject=reader.text("{company} looks after {domain}", **facts),
        greeting=reader.text("This is who looks after you"),
        paragraphs=[
            reader.text("{company} looks after {product} for {organisation} ({domain}): the subscription, the licences "
                        "and the set-up of the services, on your behalf.", **facts),
            reader.text("You can end that at any time: keep this letter, and follow the link in it when you want to. "
                        "It asks once more before anything changes."),
        ],
        link=(desk.links.address(Link("leaving", customer.id, desk.clock.now())), reader.text("See who has access")),
        closing=reader.text("You do not know this company? Then end its access, and write to {support}.",
                            support=desk.catalogue.support_address),
    )  # fmt: skip


LETTERS = {"consent": draw_consent, "looked_after": draw_looked_after}
