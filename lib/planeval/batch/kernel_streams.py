"""The standard streams of a forked kernel, which waits for nothing where nothing was printed."""

from __future__ import annotations

from ipykernel.iostream import OutStream


class PromptStream(OutStream):
    """Flushes only what there is to send.

    ipykernel flushes both streams some six times a cell, and waits for its sending thread each time, printed or not.
    """

    _is_sending = False

    def flush(self) -> None:
        """Wait until all that was printed is sent; what is sent just now is in no buffer any more."""
        if getattr(self, "_buffers", True) or self._is_sending:
            super().flush()

    def _flush(self) -> None:
        self._is_sending = True
        try:
            super()._flush()
        finally:
            self._is_sending = False
