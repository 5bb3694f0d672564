"""The report of a month, a quarter or a year (mission row 22)."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.models.blocks import Block, RawTextObject, TableBlock
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.caller import caller_of
from handlers.customer_blocks import name_of_plan, shown_domain
from handlers.reader import Reader
from handlers.typed import command_text
from programme.catalogue import Catalogue
from programme.reports import Report, after, renewals_report


async def show_report(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext, respond: AsyncRespond
) -> None:
    caller = caller_of(context)
    report = await renewals_report(caller.desk, caller.actor, command_text(body))
    await ack()
    text = _title(caller.reader, report)
    blocks = b.drawn(report_blocks(caller.reader, caller.desk.catalogue, report))
    if body.get("response_url"):
        await respond(text=text, blocks=blocks, response_type="ephemeral", replace_original=False)
    else:
        # In the Home tab there is nothing to answer into, and a modal takes no table.
        await client.chat_postMessage(channel=caller.actor.user_id, text=text, blocks=blocks)


def report_blocks(reader: Reader, catalogue: Catalogue, report: Report) -> list[Block]:
    blocks: list[Block] = [b.header(_title(reader, report))]
    if not report.lines:
        nothing = reader.mrkdwn(
            "No subscription renews in this period. The next one? `/partner-report {period}`",
            period=after(report.period).name,
        )
        return [*blocks, b.section(nothing)]
    count = reader.count("{number} subscription renews", "{number} subscriptions renew", report.count)
    total = reader.mrkdwn(
        "*{count}*, worth *{total}*", count=count, total=reader.money(report.total, catalogue.currency)
    )
    blocks += [b.section(total), _table(reader, catalogue, report)]
    if report.count > len(report.lines):
        blocks.append(b.context(reader.mrkdwn("The first {number} are shown.", number=len(report.lines))))
    return blocks


def _title(reader: Reader, report: Report) -> str:
    return reader.text("Renewals in {period}", period=reader.period(report.period.first, report.period.last))


def _table(reader: Reader, catalogue: Catalogue, report: Report) -> TableBlock:
    heading = [
        reader.text("Renewal"),
        reader.text("Organisation"),
        reader.text("Domain"),
        reader.text("Plan"),
        reader.text("Licences"),
        reader.text("Price"),
    ]
    rows = [
        [
            reader.short_day(customer.renews_on) if customer.renews_on else "–",
            customer.organisation,
            shown_domain(customer),
            name_of_plan(catalogue, what.plan),
            reader.number(what.licences),
            "–" if price is None else reader.money(price, catalogue.currency),
        ]
        for customer, what, price in report.lines
    ]
    cells = [[RawTextObject(text=cell).to_dict() for cell in row] for row in [heading, *rows]]
    return TableBlock(
        rows=cells, column_settings=[{}, {"is_wrapped": True}, {}, {}, {"align": "right"}, {"align": "right"}]
    )


def register(app: AsyncApp) -> None:
    app.command("/partner-report")(show_report)
    app.action("report.open")(show_report)
