"""Sets a lived baseline beside published figures: what is compared, what is counted, and the verdicts."""
