"""Layer 5, delivery: from a plan to published reports (papermill, HTML, tables, indexes) and the command line."""
