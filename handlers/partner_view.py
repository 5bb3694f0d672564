"""How partners look to reviewers: the list, a partner's page, and the forms to change something about it."""

from datetime import date
from decimal import Decimal

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    DatePickerElement,
    PlainTextInputElement,
    SectionBlock,
    UserSelectElement,
)
from slack_sdk.models.views import View

from handlers import blocks as b
from handlers.caller import Caller
from handlers.paging import Place, is_beginning, turning, word
from handlers.reader import LANGUAGE_NAMES, Mrkdwn, Reader, escape, mention
from handlers.settings_view import zone_name
from programme.forms import LONGEST_TEXT
from programme.partnerships import Overview, percent_of
from storage.models import CommissionRate, Partner
from storage.queries.paging import Page


def list_view(caller: Caller, page: Page[Partner], place: Place) -> View:
    reader = caller.reader
    words = PlainTextInputElement(
        action_id="typed",
        initial_value=word(place, "words") or None,
        placeholder=reader.text("How its name begins, or a whole domain"),
        max_length=200,
    )
    person = UserSelectElement(
        action_id="chosen", initial_user=word(place, "person") or None, placeholder=reader.text("Choose a person")
    )
    blocks: list[Block] = [
        b.actions(b.button(reader.text("Applications"), "review.queue")),
        b.field("words", reader.text("Company, or a customer's domain"), words, optional=True),
        b.field("person", reader.text("One of its people"), person, optional=True),
        b.divider(),
        *[_row(reader, partner) for partner in page.rows],
        *([] if page.rows else [_nothing(reader, place)]),
        *turning(reader, page, place, "partners.page"),
    ]
    return b.modal(
        reader, reader.text("Partners"), blocks, callback="partners", submit=reader.text("Search"),
        remember={name: word(place, name) for name in ("words", "person")},
    )  # fmt: skip


def _row(reader: Reader, partner: Partner) -> Block:
    text = Mrkdwn(f"*{escape(partner.name)}*\n{standing(reader, partner)}")
    return b.section(text, b.button(reader.text("Open"), "partners.open", partner.id))


def standing(reader: Reader, partner: Partner) -> Mrkdwn:
    if partner.suspended_at is not None:
        return reader.mrkdwn(":no_entry: suspended since {when}", when=reader.moment(partner.suspended_at))
    return reader.mrkdwn(":large_green_circle: partner since {when}", when=reader.moment(partner.created_at))


def _nothing(reader: Reader, place: Place) -> SectionBlock:
    if not is_beginning(place):
        return b.section(reader.mrkdwn("There is nothing more in this list."))
    if word(place, "words") or word(place, "person"):
        return b.section(reader.mrkdwn("No partner fits this search."))
    return b.section(reader.mrkdwn("There are no partners yet."))


def page_view(caller: Caller, seen: Overview) -> View:
    """All that reviewers know of a partner, and what they can do."""
    reader, partner = caller.reader, seen.partner
    blocks: list[Block] = [
        b.header(partner.name),
        b.section(standing(reader, partner)),
        *([b.words(partner.suspension_reason)] if partner.suspension_reason else []),
        b.fields(*_facts(caller, seen)),
        b.section(_people(reader, seen)),
        b.section(_commission(reader, seen)),
        *_buttons(reader, seen),
    ]
    return b.modal(reader, reader.text("Partner page"), blocks, callback="partner", remember=partner.id)


def _facts(caller: Caller, seen: Overview) -> list[Mrkdwn]:
    reader, catalogue, partner = caller.reader, caller.desk.catalogue, seen.partner
    names = {one.id: one.name[reader.language] for one in (*catalogue.expertise, *catalogue.data_centre)}
    return [
        reader.mrkdwn(
            "*Primary expertise or interest*\n{value}", value=names.get(partner.expertise, partner.expertise)
        ),
        reader.mrkdwn("*Data centre*\n{value}", value=names.get(partner.data_centre, partner.data_centre)),
        reader.mrkdwn("*Language*\n{value}", value=LANGUAGE_NAMES[partner.language]),
        reader.mrkdwn("*Time zone*\n{value}", value=zone_name(partner.time_zone)),
        reader.mrkdwn("*Customers*\n{value}", value=reader.number(seen.customers)),
        reader.mrkdwn("*Alert channel*\n{value}", value=_channel(reader, seen)),
    ]


def _channel(reader: Reader, seen: Overview) -> Mrkdwn:
    """The alert channel's health, in a word."""
    if seen.partner.alert_channel is None:
        return reader.mrkdwn("none yet")
    if seen.health is None or (seen.health.delivered_at is None and seen.health.broken_since is None):
        return reader.mrkdwn(":white_circle: nothing delivered yet.")
    if seen.health.broken_since is not None:
        return reader.mrkdwn(":red_circle: broken since {when}", when=reader.moment(seen.health.broken_since))
    return reader.mrkdwn(":large_green_circle: works")


def _people(reader: Reader, seen: Overview) -> Mrkdwn:
    def listed(role: str) -> Mrkdwn:
        found = [mention(member.user_id) for member in seen.members if member.role == role]
        return Mrkdwn(", ".join(found) or "–")

    return reader.mrkdwn("*Admins:* {admins}\n*Members:* {members}", admins=listed("admin"), members=listed("member"))


def _commission(reader: Reader, seen: Overview) -> Mrkdwn:
    lines = [_rate(reader, rate, seen.today) for rate in seen.rates]
    return Mrkdwn("\n".join([reader.mrkdwn("*Commission*"), *lines]))


def _rate(reader: Reader, rate: CommissionRate, today: date) -> Mrkdwn:
    facts = {"percent": reader.percent(percent_of(rate)), "day": reader.day(rate.valid_from)}
    if rate.valid_from > today:
        return reader.mrkdwn("{percent} from {day} on", **facts)
    return reader.mrkdwn("{percent} now, since {day}", **facts)


def _buttons(reader: Reader, seen: Overview) -> list[Block]:
    number = seen.partner.id
    trail = b.button(reader.text("What was done"), "partners.trail", number)
    if seen.is_own:
        note = reader.mrkdwn("You belong to this partner. Another reviewer has to change it.")
        return [b.actions(trail), b.context(note)]
    return [
        b.actions(
            b.button(reader.text("Change commission"), "partners.rate", number),
            b.button(reader.text("Name an admin"), "partners.admin", number),
            trail,
            _reinstate(reader, seen.partner) if seen.partner.suspended_at else _suspend(reader, number),
        )
    ]


def _suspend(reader: Reader, number: int) -> ButtonElement:
    return b.button(reader.text("Suspend"), "partners.suspend", number, "danger")


def _reinstate(reader: Reader, partner: Partner) -> ButtonElement:
    sure = b.confirm(
        reader,
        reader.text("Reinstate this partner?"),
        reader.text("{partner} can work again, and gets its alerts.", partner=b.cut(partner.name, 100)),
        reader.text("Reinstate"),
    )
    return b.button(reader.text("Reinstate"), "partners.reinstate", partner.id, "primary", sure)


def suspension_view(reader: Reader, partner: Partner) -> View:
    reason = PlainTextInputElement(action_id="typed", multiline=True, max_length=LONGEST_TEXT)
    about = reader.mrkdwn(
        "*{partner}* will be able to read everything, but to change nothing, and gets no alerts until it is "
        "reinstated. Its customers keep what they have.",
        partner=partner.name,
    )
    hint = reader.text("The partner's people will read this text as it is.")
    blocks = [b.section(about), b.field("reason", reader.text("Reason"), reason, hint=hint)]
    return b.modal(
        reader, reader.text("Suspend"), blocks, callback="suspension", submit=reader.text("Suspend"),
        close=reader.text("Cancel"), remember=partner.id,
    )  # fmt: skip


def rate_view(reader: Reader, partner: Partner, holds: CommissionRate | None, today: date, most: Decimal) -> View:
    """The form of a new commission, from today on as long as nobody says otherwise."""
    percent = PlainTextInputElement(action_id="typed", placeholder=reader.number(Decimal("12.5")), max_length=20)
    day = DatePickerElement(action_id="chosen", initial_date=today.isoformat())
    now = reader.percent(percent_of(holds)) if holds else "–"
    blocks = [
        b.section(reader.mrkdwn("*{partner}* gets {percent} at present.", partner=partner.name, percent=now)),
        b.field(
            "percent",
            reader.text("New commission in percent"),
            percent,
            hint=reader.text("{percent} at most.", percent=reader.percent(most)),
        ),
        b.field(
            "valid_from",
            reader.text("From this day on"),
            day,
            hint=reader.text("What was to hold from the same day on is replaced. The partner's admins are told."),
        ),
    ]
    return b.modal(
        reader, reader.text("Change commission"), blocks, callback="rate", submit=reader.text("Save"),
        close=reader.text("Cancel"), remember=partner.id,
    )  # fmt: skip


def admin_view(reader: Reader, partner: Partner) -> View:
    about = reader.mrkdwn(
        "Whom you choose can do everything for *{partner}* and will be told. For a company that has lost its admins.",
        partner=partner.name,
    )
    person = UserSelectElement(action_id="chosen", placeholder=reader.text("Choose a person"))
    blocks = [b.section(about), b.field("person", reader.text("New admin"), person)]
    return b.modal(
        reader, reader.text("Name an admin"), blocks, callback="named_admin", submit=reader.text("Save"),
        close=reader.text("Cancel"), remember=partner.id,
    )  # fmt: skip
