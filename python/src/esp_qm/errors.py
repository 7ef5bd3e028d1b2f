"""Exceptions. Each carries the message and the exit code of the program."""

from __future__ import annotations


class EspError(Exception):
    """A failure of the program.

    Attributes:
        message: what the program said.
        code: its exit code, or None if the program did not end by itself or was not started.
    """

    def __init__(self, message: str, code: int | None = None) -> None:
        super().__init__(message if code is None else f"{message} (exit code {code})")
        self.message = message
        self.code = code

    def __reduce__(self) -> tuple[type[EspError], tuple[str, int | None]]:
        return type(self), (self.message, self.code)


class ProgramNotFound(EspError):
    """There is no program `esp`."""


class NotConverged(EspError):
    """A calculation did not converge; its checkpoint is kept (exit code 2)."""


class UsageError(EspError):
    """The command line or the input contradicts itself (exit code 64)."""


class BadInput(EspError):
    """Molecule, basis set, charge or method is wrong, or a file is missing (exit codes 65 and 66)."""


class MachineError(EspError):
    """This processor, its memory or the installation does not suffice (exit codes 69 and 71)."""


class OutputError(EspError):
    """The folder for the results cannot be written or holds another calculation (exit codes 73 and 74)."""


class Interrupted(EspError):
    """A signal ended the program; checkpoints are kept (exit codes 130 and 143)."""


_CLASSES: dict[int, type[EspError]] = {
    2: NotConverged,
    64: UsageError,
    65: BadInput,
    66: BadInput,
    69: MachineError,
    71: MachineError,
    73: OutputError,
    74: OutputError,
    130: Interrupted,
    143: Interrupted,
}


def error(message: str, code: int) -> EspError:
    """The exception of an exit code. A negative code is the signal that killed the program, as in `subprocess`."""
    if code < 0:
        return EspError(f"{message or 'the program was killed'} (signal {-code})")
    return _CLASSES.get(code, EspError)(message or "the program gave no reason", code)
