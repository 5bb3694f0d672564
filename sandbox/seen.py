"""The things a person can look at: messages, modals and the Home tab."""

from typing import Any

from sandbox import markup
from sandbox.core import Core
from sandbox.screen import Control, Screen, draw
from sandbox.world import Message, View

Json = dict[str, Any]


class SeenMessage:
    """A message on the screen. What can be read of it is `text`: the blocks, or without blocks the text."""

    def __init__(self, message: Message, core: Core) -> None:
        self.message, self._core = message, core
        self.screen = draw(message.blocks or [], core.world)

    @property
    def text(self) -> str:
        """All that can be read."""
        world = self._core.world
        own = self.screen.text if self.message.blocks else markup.visible(self.message.text, world)
        attached = [_attachment_text(one, self._core) for one in self.message.attachments or []]
        return "\n".join(part for part in [own, *attached, *self.files] if part)

    @property
    def notification(self) -> str:
        """What a notification on a phone would say: the text beside the blocks."""
        return markup.visible(self.message.text, self._core.world)

    @property
    def author(self) -> str:
        """Who wrote it."""
        return markup.name_of(self.message.user, self._core.world)

    @property
    def buttons(self) -> list[str]:
        """The words on its buttons."""
        return self.screen.buttons

    @property
    def menus(self) -> dict[str, list[str]]:
        """Its menus with their choices."""
        return self.screen.menus

    @property
    def files(self) -> list[str]:
        """The titles of its files."""
        return [self._core.world.files[file].title for file in self.message.files]

    @property
    def ephemeral(self) -> bool:
        """Whether only one person sees it."""
        return self.message.only_for is not None

    @property
    def edited(self) -> bool:
        """Whether it was changed after it was posted."""
        return self.message.edited

    @property
    def pings(self) -> list[str]:
        """Whom it alerts."""
        return self.message.pings

    @property
    def in_thread(self) -> bool:
        """Whether it is a reply."""
        return self.message.thread_ts not in (None, self.message.ts)

    @property
    def blocks(self) -> list[Json]:
        """The blocks themselves, for rare needs."""
        return self.message.blocks or []

    def describe(self) -> str:
        """The message in words, with its buttons."""
        return f"{self.author}: {self.text}\n[{'] ['.join(self.buttons)}]"


class SeenModal:
    """A modal on the screen."""

    def __init__(self, view: View, screen: Screen) -> None:
        self.view, self.screen = view, screen

    @property
    def title(self) -> str:
        """The words at the top."""
        return str(self.view.payload["title"]["text"])

    @property
    def text(self) -> str:
        """All that can be read, the title first."""
        return "\n".join(part for part in [self.title, self.screen.text, self.view.banner] if part)

    @property
    def fields(self) -> dict[str, str]:
        """The values of the fields, by label."""
        return {one.label: one.value for one in self.screen.fields}

    @property
    def errors(self) -> dict[str, str]:
        """The errors at fields, by label."""
        return {one.label: one.error for one in self.screen.fields if one.error}

    @property
    def banner(self) -> str | None:
        """What is said about the modal as a whole, such as trouble connecting."""
        return self.view.banner

    @property
    def buttons(self) -> list[str]:
        """The words on the buttons within, without submit and close."""
        return self.screen.buttons

    @property
    def menus(self) -> dict[str, list[str]]:
        """The menus outside of inputs, with their choices."""
        return self.screen.menus

    @property
    def submit(self) -> str | None:
        """The words on the submit button, if there is one."""
        return (self.view.payload.get("submit") or {}).get("text")

    @property
    def blocks(self) -> list[Json]:
        """The blocks themselves, for rare needs."""
        return self.view.blocks

    def describe(self) -> str:
        """The modal in words."""
        return f"the modal «{self.title}»:\n{self.text}\nFields: {self.fields}\n[{'] ['.join(self.buttons)}]"


class SeenHome:
    """The app's Home tab."""

    def __init__(self, view: View, screen: Screen) -> None:
        self.view, self.screen = view, screen

    @property
    def text(self) -> str:
        """All that can be read."""
        return self.screen.text

    @property
    def buttons(self) -> list[str]:
        """The words on the buttons."""
        return self.screen.buttons

    @property
    def menus(self) -> dict[str, list[str]]:
        """The menus with their choices."""
        return self.screen.menus

    @property
    def blocks(self) -> list[Json]:
        """The blocks themselves, for rare needs."""
        return self.view.blocks

    def describe(self) -> str:
        """The tab in words."""
        return f"the Home tab:\n{self.text}\n[{'] ['.join(self.buttons)}]"


Seen = SeenMessage | SeenModal | SeenHome


def key_of(place: Message | View) -> str:
    """A name for a place with inputs."""
    return place.id if isinstance(place, View) else f"{place.conversation}/{place.ts}"


def question(element: Json) -> str | None:
    """What is asked before an element acts."""
    confirm = element.get("confirm")
    if confirm is None:
        return None
    return "\n".join([confirm["title"]["text"], markup.unescape(confirm["text"]["text"])])


def pick(
    screen: Screen, name: str, kind: str, near: str | None, nth: int | None, option: str | None = None
) -> Control | None:
    """The control with this name; of several the one nearest below the line with the words `near`, or the nth."""
    found = [one for one in screen.controls if (one.kind == "button") == (kind == "button")]
    found = [one for one in found if name == one.name]
    if option is not None:
        found = [one for one in found if _offers(one, option)]
    if near is not None:
        found = _nearest(screen, found, near)
    wanted = nth or 0
    return found[wanted] if len(found) > wanted else None


def _offers(control: Control, option: str) -> bool:
    return not control.options or any(one["text"]["text"] == option for one in control.options)


def _nearest(screen: Screen, controls: list[Control], near: str) -> list[Control]:
    lines = [number for number, line in enumerate(screen.lines) if near in line]
    if not lines:
        return []
    below = [one for one in controls if one.line >= lines[0]]
    return below or controls


def _attachment_text(attachment: Json, core: Core) -> str:
    if attachment.get("blocks"):
        return draw(attachment["blocks"], core.world).text
    return markup.visible(attachment.get("text") or attachment.get("fallback") or "", core.world)
