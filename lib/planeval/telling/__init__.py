"""Layer 4, telling: views (a table that answers one question), charts (a picture of one view), wording (sentences)."""
