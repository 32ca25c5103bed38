"""What a run leaves behind: the scorecard on the terminal and the run folder."""
