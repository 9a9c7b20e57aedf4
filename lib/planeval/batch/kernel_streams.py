"""The standard streams of a forked kernel, which has nothing to wait for where nothing was printed."""

from __future__ import annotations

from ipykernel.iostream import OutStream


class PromptStream(OutStream):
    """ipykernel flushes both streams some six times a cell, and waits for another thread each time, printed or not."""

    def flush(self) -> None:
        """Send what was printed, if there is anything."""
        with self._buffer_lock:
            is_empty = not self._buffers
        if not is_empty:
            super().flush()
