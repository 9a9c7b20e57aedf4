"""The front door: departments' files as they really arrive, read cell by cell, nothing guessed and nothing lost."""
