"""The standard streams of a forked kernel, which waits for nothing where nothing was printed."""

from __future__ import annotations

import select

from ipykernel.iostream import OutStream


class PromptStream(OutStream):
    """Flushes only what there is to send.

    ipykernel flushes both streams some six times a cell, and waits for its sending thread each time, printed or not.
    """

    _is_sending = False

    def flush(self) -> None:
        """Wait until all that was printed is sent; what is sent just now is in no buffer any more."""
        if getattr(self, "_buffers", True) or self._is_sending or self._is_unread():
            super().flush()

    def _is_unread(self) -> bool:
        """Whether something was written past Python, as a C library does, that the watching thread has not read yet."""
        return self._should_watch and bool(select.select([self._fid], [], [], 0)[0])

    def _flush(self) -> None:
        self._is_sending = True
        try:
            super()._flush()
        finally:
            self._is_sending = False
