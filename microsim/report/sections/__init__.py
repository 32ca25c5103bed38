"""The parts of a report, a file each, in the order of `microsim.report.contents`."""
