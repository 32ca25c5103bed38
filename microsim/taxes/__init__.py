"""Tax and benefit rules of one financial year: small functions of pounds a year, each citing the law it follows."""
