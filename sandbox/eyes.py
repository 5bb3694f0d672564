"""What a person's screen shows, and where on it the things are that they name."""

from typing import Any

from sandbox import forms, seen
from sandbox.core import Core
from sandbox.people import find_place
from sandbox.screen import Control, Field, Screen, draw
from sandbox.world import Conversation, Message, User, View

Json = dict[str, Any]

HOME = "Home"


class Eyes:
    """The screen of one user: the place they look at, and what they have filled in but not sent yet."""

    def __init__(self, core: Core, user_id: str) -> None:
        self._core, self._id = core, user_id
        self.place = "#general"
        self.filled: dict[str, forms.State] = {}

    @property
    def user(self) -> User:
        """The user whose screen it is."""
        return self._core.world.users[self._id]

    def remember(self, place: Message | View, control: Control, chosen: Json) -> None:
        """Something was filled in."""
        state = self.filled.setdefault(seen.key_of(place), {})
        state.setdefault(control.block_id, {})[control.action_id] = {"type": control.kind, **chosen}

    def filled_in(self, place: Message | View) -> forms.State:
        """What was filled in at a place."""
        return self.filled.get(seen.key_of(place), {})

    def conversation(self, where: str | None, *, move: bool = False) -> Conversation:
        """The conversation of a place, here by default; `move` to look at it from now on."""
        place = where or self.place
        conversation = find_place(self._core.world, self.user, "DM" if place == HOME else place)
        if move and where:
            self.place = where
        return conversation

    def top(self) -> View | None:
        """The open modal on top."""
        stack = self._core.world.stack(self._id)
        return stack[-1] if stack else None

    def screen(self, place: Message | View) -> Screen:
        """What a message or view shows, with what was filled in."""
        blocks = place.blocks or []
        state = forms.merged(blocks, self.filled_in(place))
        errors = place.errors if isinstance(place, View) else {}
        return draw(blocks, self._core.world, state, errors)

    def field(self, label: str) -> tuple[View, Field] | None:
        """The field with this label, or else the first whose label begins so, in the modal or the Home tab."""
        view = self.top() or self._core.world.home_of(self._id)
        if view is None:
            return None
        fields = self.screen(view).fields
        exact = [one for one in fields if one.label == label]
        begins = [one for one in fields if one.label.startswith(label)]
        found = exact or begins
        return (view, found[0]) if found else None

    def _places_to_use(self, where: str | None) -> list[Message | View]:
        """Where controls may be, the most likely first."""
        top = self.top()
        if top is not None and where is None:
            return [top]
        if (where or self.place) == HOME:
            home = self._core.world.home_of(self._id)
            return [home] if home else []
        conversation = self.conversation(where)
        return list(reversed(list(self._core.world.seen_by(self._id, conversation.id))))

    def control(
        self, name: str, kind: str, where: str | None, near: str | None, nth: int | None, option: str | None = None
    ) -> tuple[Message | View, Control] | None:
        """The button or menu with this name, and the message or view it is in."""
        for place in self._places_to_use(where):
            control = seen.pick(self.screen(place), name, kind, near, nth, option)
            if control is not None:
                return place, control
        return None

    def everything(self, where: str | None) -> list[seen.Seen]:
        """All that can be looked at in a place, or anywhere: modal, Home tab, the latest messages first."""
        things: list[seen.Seen] = []
        top, home = self.top(), self._core.world.home_of(self._id)
        if top is not None and where is None:
            things.append(seen.SeenModal(top, self.screen(top)))
        if home is not None and (where or self.place) == HOME:
            things.append(seen.SeenHome(home, self.screen(home)))
        if where == HOME:
            return things
        here = [self.conversation(where)] if where else self._core.world.conversations_of(self._id)
        found = [m for one in here for m in self._core.world.seen_by(self._id, one.id)]
        latest_first = sorted(found, key=lambda message: message.ts, reverse=True)
        return [*things, *(seen.SeenMessage(message, self._core) for message in latest_first)]

    def describe(self, where: str | None = None) -> str:
        """The screen in words, for the messages of failed assertions."""
        things = self.everything(where or (None if self.top() else self.place))[:3]
        return "On the screen: " + ("\n---\n".join(thing.describe() for thing in things) or "nothing.")
