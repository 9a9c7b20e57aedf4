"""Layer 2, trust: cells with their address → typed tables that obey a contract → cross-table checks → a frozen workbook."""
