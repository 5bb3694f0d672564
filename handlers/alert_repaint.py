"""Alerts that are drawn anew where they stand, once what they warn of has been seen to."""

from handlers.alert_parts import DIGEST_ROWS
from handlers.alerts import draw
from handlers.courier import NotYet
from handlers.posting import Repaint
from programme.desk import Desk
from programme.standing_alerts import standing
from storage.models import OutgoingMessage


async def repaint_alert(desk: Desk, message: OutgoingMessage) -> Repaint | None:
    """The message that an alert stands in; None for a full one, which may be one of several: nobody knows any more of
    how many, and how many customers all of them are about.

    Raises: NotYet while it is being posted.
    """
    found = await standing(desk, int(str(message.about["alert_id"])))
    if found is None:
        return None
    alert, bundle = found
    if alert.status == "claimed" or (alert.status == "waiting" and alert.in_doubt):
        raise NotYet("the alert has not been posted")
    if alert.status != "sent" or alert.channel is None or alert.ts is None or len(bundle) >= DIGEST_ROWS:
        return None
    return Repaint(alert.channel, alert.ts, draw(desk, bundle))


MESSAGES = {"alert_repaint": repaint_alert}
