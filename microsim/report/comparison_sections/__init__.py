"""The sections of the page of several runs, each a function of a comparison."""
