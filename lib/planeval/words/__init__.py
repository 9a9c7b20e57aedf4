"""Layer 1, words: contracts, closed lists, fiscal years, problems. It imports nothing of the other layers."""
