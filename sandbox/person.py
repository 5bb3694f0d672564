"""A person of the sandbox, driven from Python: acts and looks by what is on the screen, never by ids."""

from typing import Any

from sandbox import seen
from sandbox.acts import Acts
from sandbox.eyes import HOME, Eyes
from sandbox.filling import chosen_value
from sandbox.people import find_place
from sandbox.screen import Control
from sandbox.world import Message, User, View

Json = dict[str, Any]

PATIENCE_SECONDS = 5.0
EFFECT_SECONDS = 2.0
QUIET_SECONDS = 0.05


class Person:
    """Somebody at their screen.

    Every act waits for the thing it acts on (up to 5 seconds), then for the bot to have reacted: until the first
    effect, at most 2 seconds, and until the bot has been quiet for a moment. Looking does not wait, except `sees`.
    Places are named `#channel`, `DM` (the app's direct messages), `Home`, or the name of a person.
    """

    def __init__(self, acts: Acts, user_id: str) -> None:
        self._acts, self._core, self._id = acts, acts.core, user_id
        self._eyes = Eyes(acts.core, user_id)

    @property
    def user(self) -> User:
        """The person's record in the workspace."""
        return self._core.world.users[self._id]

    @property
    def name(self) -> str:
        """The full name."""
        return self.user.real_name

    # Looking

    @property
    def modal(self) -> seen.SeenModal:
        """The modal on top. AssertionError when none is open, with what is on the screen instead."""
        view = self._eyes.top()
        if view is None:
            raise AssertionError(f"{self.name} has no modal open. {self._eyes.describe()}")
        return seen.SeenModal(view, self._eyes.screen(view))

    @property
    def has_modal(self) -> bool:
        """Whether a modal is open."""
        return self._eyes.top() is not None

    def messages(self, where: str | None = None) -> list[seen.SeenMessage]:
        """The messages of a place, oldest first, with those that only this person sees; here by default."""
        conversation = self._eyes.conversation(where)
        return [seen.SeenMessage(m, self._core) for m in self._core.world.seen_by(self._id, conversation.id)]

    def last_message(self, where: str | None = None) -> seen.SeenMessage:
        """The latest message of a place."""
        messages = self.messages(where)
        if not messages:
            raise AssertionError(f"{self.name} sees no message in {where or self._eyes.place}.")
        return messages[-1]

    async def sees(self, *words: str, where: str | None = None, within: float = PATIENCE_SECONDS) -> seen.Seen:
        """Wait until one thing shows all the words, and return it: a modal, the Home tab, or the latest such message.

        Looks everywhere, or in one place. AssertionError after `within` seconds, with what is on the screen.
        """

        def look() -> seen.Seen | None:
            shown = [thing for thing in self._eyes.everything(where) if all(word in thing.text for word in words)]
            return shown[0] if shown else None

        found: seen.Seen | None = await self._core.changes.wait_for(look, within)
        if found is None:
            place = where or "any place"
            raise AssertionError(f"{self.name} does not see {words} in {place}. {self._eyes.describe(where)}")
        return found

    async def home(self, within: float = EFFECT_SECONDS) -> seen.SeenHome:
        """Open the app's Home tab, and return what it shows once the bot has published it."""
        self._eyes.place = HOME
        before = self._core.world.home_of(self._id)
        old_hash = before.hash if before else ""

        def published() -> View | None:
            view = self._core.world.home_of(self._id)
            return view if view and view.hash != old_hash else None

        await self._acts.open_home(self.user)
        await self._core.changes.wait_for(published, within)
        view = self._core.world.home_of(self._id)
        if view is None:
            raise AssertionError(f"The app shows nothing to {self.name} in its Home tab.")
        return seen.SeenHome(view, self._eyes.screen(view))

    def go(self, where: str) -> None:
        """Look at another place; acts are done there from now on."""
        if where != HOME:
            find_place(self._core.world, self.user, where)
        self._eyes.place = where

    # Acting

    async def command(self, typed: str, channel: str | None = None) -> None:
        """Type a slash command with its arguments; here, or in another channel, which is then the present one."""
        conversation = self._eyes.conversation(
            channel or (self._eyes.place if self._eyes.place != HOME else "DM"), move=True
        )
        since = self._core.changes.count
        await self._acts.command(self.user, conversation, typed)
        await self._settle(since)

    async def says(self, text: str, where: str | None = None) -> None:
        """Write a message."""
        since = self._core.changes.count
        self._acts.say(self.user, self._eyes.conversation(where, move=True), text)
        await self._settle(since + 1, patience=QUIET_SECONDS * 4)

    async def fill(self, label: str, value: Any, *, typing: str | None = None) -> None:
        """Fill in the field with this label.

        value: a text; the words of a choice, or a list of them; True or False for a single checkbox; a date or time; a
        person's name or `#channel`; for a file its path, or (name, bytes); None to empty it. typing: what to type to
        find a choice of an external select.
        """
        view, entry = await self._wait(lambda: self._eyes.field(label), f"no field {label!r}")
        control = entry.control
        if control.kind in ("external_select", "multi_external_select") and value is not None:
            control = await self._with_options(view, control, typing if typing is not None else str(value))
        if control.kind == "file_input" and value is not None:
            value = self._acts.put_file(self.user, value)
        chosen = chosen_value(control, value, self._core.world, self.user)
        self._eyes.remember(view, control, chosen)
        block, _ = self._acts.find(view, control.block_id, control.action_id)
        if block.get("dispatch_action"):
            await self._use(view, control, chosen)

    async def fill_many(self, values: dict[str, Any]) -> None:
        """Fill in several fields, by label."""
        for label, value in values.items():
            await self.fill(label, value)

    async def submit(self) -> None:
        """Press the modal's submit button. What is wrong shows in `modal.errors` afterwards."""
        view = await self._wait(self._eyes.top, "no modal open")
        if not view.payload.get("submit"):
            raise AssertionError(f"The modal has no submit button. {self._eyes.describe()}")
        since = self._core.changes.count
        await self._acts.submit(self.user, view, self._eyes.filled_in(view))
        await self._settle(since)

    async def close(self) -> None:
        """Close the modal on top."""
        view = await self._wait(self._eyes.top, "no modal open")
        since = self._core.changes.count
        await self._acts.close(self.user, view)
        await self._settle(since + 1, patience=QUIET_SECONDS)

    async def click(
        self,
        words: str,
        *,
        where: str | None = None,
        near: str | None = None,
        nth: int | None = None,
        confirm: bool = True,
    ) -> str | None:
        """Press a button: in the open modal, else in the Home tab or the latest message here that has it.

        where: another place. near: words that stand by the button, in the same message. nth: which of several, from 0.
        confirm: what to answer to a question that is asked before; the question is returned.
        """
        found = await self._wait(
            lambda: self._eyes.control(words, "button", where, near, nth), f"no button {words!r}", where
        )
        place, control = found
        question = seen.question(control.element)
        if question is not None and not confirm:
            return question
        if control.element.get("url") and not control.element.get("action_id"):
            return question
        await self._use(place, control, {})
        return question

    async def choose(
        self,
        menu: str,
        option: str,
        *,
        where: str | None = None,
        near: str | None = None,
        nth: int | None = None,
        confirm: bool = True,
    ) -> str | None:
        """Choose from a menu outside of inputs; an overflow menu is called `More`. Else like `click`."""
        found = await self._wait(
            lambda: self._eyes.control(menu, "menu", where, near, nth, option), f"no menu {menu!r}", where
        )
        place, control = found
        if control.kind in ("external_select", "multi_external_select"):
            control = await self._with_options(place, control, option)
        question = seen.question(control.element)
        if question is not None and not confirm:
            return question
        chosen = chosen_value(control, option, self._core.world, self.user)
        if control.kind != "overflow":
            self._eyes.remember(place, control, chosen)
        await self._use(place, control, chosen)
        return question

    # Inside

    async def _use(self, place: Message | View, control: Control, chosen: Json) -> None:
        action = {"block_id": control.block_id, "action_id": control.action_id, **chosen}
        since = self._core.changes.count
        await self._acts.press(self.user, place, action, self._eyes.filled_in(place))
        await self._settle(since)

    async def _with_options(self, place: Message | View, control: Control, typed: str) -> Control:
        offered = await self._acts.options(self.user, place, control.block_id, control.action_id, typed)
        return Control(
            control.kind, control.name, control.block_id, control.action_id, control.line, control.element | offered
        )

    async def _settle(self, since: int, patience: float = EFFECT_SECONDS) -> None:
        """Wait for the first effect after `since`, and then until nothing has happened for a moment."""
        changes = self._core.changes
        await changes.wait_for(lambda: changes.count > since or None, patience)
        for _ in range(int(PATIENCE_SECONDS / QUIET_SECONDS)):
            now = changes.count
            await changes.wait_for(lambda now=now: changes.count > now or None, QUIET_SECONDS)  # type: ignore[misc]
            if changes.count == now and not self._core.calls_under_way:
                return

    async def _wait(self, look: Any, missing: str, where: str | None = None) -> Any:
        found = await self._core.changes.wait_for(look, PATIENCE_SECONDS)
        if found is None:
            raise AssertionError(f"{self.name} sees {missing}. {self._eyes.describe(where)}")
        return found
