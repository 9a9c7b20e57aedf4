"""Workbooks as bytes that tell neither the time nor the user: the same content gives the same bytes."""

from __future__ import annotations

import io
import zipfile

import openpyxl

# Properties name who made a file and when; these name nobody.
CORE = "docProps/core.xml"
NOBODY = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties '
    b'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"></cp:coreProperties>'
)
EARLIEST = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can hold


def workbook_bytes(book: openpyxl.Workbook) -> bytes:
    """The xlsx of a workbook, without times and names."""
    written, same = io.BytesIO(), io.BytesIO()
    book.save(written)
    with zipfile.ZipFile(written) as parts, zipfile.ZipFile(same, "w") as fixed:
        for name in parts.namelist():
            part = zipfile.ZipInfo(name, EARLIEST)
            part.compress_type, part.create_system, part.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            fixed.writestr(part, NOBODY if name == CORE else parts.read(name))
    return same.getvalue()
