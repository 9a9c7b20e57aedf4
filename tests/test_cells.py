"""The addresses of cells, as a spreadsheet shows them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import column_index_from_string

from planeval.trust.cells import column_letter

LAST_OF_EXCEL = 16_383  # XFD


@given(st.integers(0, LAST_OF_EXCEL))
def test_the_letters_of_a_column_are_those_of_a_spreadsheet(index):
    assert column_index_from_string(column_letter(index)) == index + 1
