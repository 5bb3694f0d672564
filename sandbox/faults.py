"""The sandbox told to break: a method that fails, an answer that is lost, an answer that is late, work that is slow."""

from typing import Literal

from pydantic import BaseModel, Field


class Fault(BaseModel):
    """One instruction. It counts down `times` and then is gone.

    method: a Web API method, or `*`. kind `fail`: answer `error` (or the HTTP `status`) and do nothing; `lose`: do it,
    then drop the connection; `late`: do it, and answer after `seconds`; `slow`: do it after `seconds`, even when the
    caller has gone by then.
    """

    method: str
    kind: Literal["fail", "lose", "late", "slow"] = "fail"
    error: str | None = None
    status: int | None = None
    seconds: float = 0.0
    times: int = Field(default=1, ge=1)


class Faults:
    """The instructions that are waiting."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def fail(self, method: str, *, error: str | None = None, status: int | None = None, times: int = 1) -> None:
        """Refuse the next calls: with Slack's `error` name, or with an HTTP status such as 503."""
        if error is None and status is None:
            error = "internal_error"
        self.add(Fault(method=method, kind="fail", error=error, status=status, times=times))

    def lose(self, method: str, *, times: int = 1) -> None:
        """Perform the next calls, but drop the connection instead of answering."""
        self.add(Fault(method=method, kind="lose", times=times))

    def late(self, method: str, *, seconds: float, times: int = 1) -> None:
        """Perform the next calls at once, and answer only after some seconds."""
        self.add(Fault(method=method, kind="late", seconds=seconds, times=times))

    def slow(self, method: str, *, seconds: float, times: int = 1) -> None:
        """Perform the next calls only after some seconds, whether the caller still waits or not."""
        self.add(Fault(method=method, kind="slow", seconds=seconds, times=times))

    def add(self, fault: Fault) -> None:
        """Add one instruction."""
        self.waiting.append(fault)

    def clear(self) -> None:
        """Work properly again."""
        self.waiting.clear()

    def take(self, method: str) -> Fault | None:
        """The instruction for this call, counted down."""
        for fault in self.waiting:
            if fault.method in (method, "*"):
                fault.times -= 1
                if fault.times == 0:
                    self.waiting.remove(fault)
                return fault
        return None
