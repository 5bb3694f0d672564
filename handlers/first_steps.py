"""What a new partner does first, ticking itself off in its place (mission row 9)."""

from slack_sdk.models.blocks import Block, ButtonElement

from handlers import blocks as b
from handlers.caller import Caller
from handlers.reader import Mrkdwn
from programme.access import Rights
from programme.first_steps import FirstSteps


def first_steps_blocks(caller: Caller, may: Rights, steps: FirstSteps) -> list[Block]:
    """Three lines until all of them are done, then nothing. A button stands at what its reader may do now."""
    if steps.are_done:
        return []
    reader = caller.reader
    lines = _lines(caller, steps)
    may_do = {
        "settings.open": may.may_administer, "members.invite": may.may_administer, "add.open": may.may_change,
    }  # fmt: skip
    blocks: list[Block] = [b.section(reader.mrkdwn("*Your first steps*"))]
    is_next = True  # only one of them stands out
    for is_done, text, button in lines:
        offered = not is_done and may_do[str(button.action_id)]
        if offered and is_next:
            button.style, is_next = "primary", False
        blocks.append(b.section(text, button if offered else None))
    return blocks


def _lines(caller: Caller, steps: FirstSteps) -> list[tuple[bool, Mrkdwn, ButtonElement]]:
    reader = caller.reader
    channel = b.button(reader.text("Choose the alert channel"), "settings.open")
    invite = b.button(reader.text("Invite colleagues"), "members.invite")
    add = b.button(reader.text("Add a customer"), "add.open")
    return [
        (steps.has_channel, _channel(caller, steps), channel),
        (steps.has_colleagues, _colleagues(caller, steps), invite),
        (steps.has_customer, _customer(caller, steps), add),
    ]


def _channel(caller: Caller, steps: FirstSteps) -> Mrkdwn:
    reader = caller.reader
    if steps.has_channel:
        return reader.mrkdwn(":white_check_mark: Your alert channel is chosen.")
    return reader.mrkdwn(":white_circle: *Nobody is warned yet.* Choose the channel for your alerts.")


def _colleagues(caller: Caller, steps: FirstSteps) -> Mrkdwn:
    reader = caller.reader
    if steps.has_colleagues:
        return reader.mrkdwn(":white_check_mark: You have invited colleagues.")
    return reader.mrkdwn(":white_circle: *Nobody can step in for you yet.* Invite colleagues.")


def _customer(caller: Caller, steps: FirstSteps) -> Mrkdwn:
    reader = caller.reader
    if steps.has_customer:
        return reader.mrkdwn(":white_check_mark: Your first customer is added.")
    return reader.mrkdwn(":white_circle: *You have no customers yet.* Add the first one: its trial starts at once.")
