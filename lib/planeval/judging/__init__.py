"""Layer 3, judging: pure arithmetic and rules; it opens no files of a plan and knows no clock."""
