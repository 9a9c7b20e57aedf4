"""Names that collection sheets carry, so that their reader knows what people fill in from what is only for reference."""

from __future__ import annotations

# A heading that begins so is there to be looked at, never read.
REFERENCE = "参考："
# Sheets of a collection workbook that hold no figures: how to fill in, and the words of the drop-downs.
GUIDE_SHEET, WORDS_SHEET = "記入要領", "選択肢"
