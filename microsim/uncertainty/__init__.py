"""What the numbers of a scenario may be, and draws of them: parameter uncertainty, apart from simulation error."""
