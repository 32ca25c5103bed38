"""Who pays and who gains: the pay of those who are raised, followed to employees, employers and the Exchequer.

By the rules of tax on pay alone: no Universal Credit, no income beside pay, nobody deterred. The tax and benefit lines
of the run hold all of these. What one party pays another receives, so that the amounts of a year add up to nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from microsim.measures.contract import Setting, Totals
from microsim.years import format_financial_year

PENCE = 100


def flows(totals: Totals) -> list[tuple[str, str, np.ndarray]]:
    """Party, what for, and pence [years]: plus is a gain of that party."""
    private, public = totals["private_pay"], totals["public_pay"]
    private_charge, public_charge = totals["private_contributions"], totals["public_contributions"]
    tax, relief = totals["tax_on_pay"], totals["corporation_tax"]
    return [
        ("Apprentices", "Pay", private + public),
        ("Apprentices", "Income tax and employee National Insurance", -tax),
        ("Private employers", "Pay", -private),
        ("Private employers", "Employer National Insurance", -private_charge),
        ("Private employers", "Corporation tax not due", relief),
        ("Public employers", "Pay", -public),
        ("Public employers", "Employer National Insurance", -public_charge),
        ("Taxes", "Income tax and employee National Insurance", tax),
        ("Taxes", "Employer National Insurance", private_charge + public_charge),
        ("Taxes", "Corporation tax not received", -relief),
    ]


def tables(params: Any, setting: Setting, totals: Totals) -> dict[str, pd.DataFrame]:
    """`who_pays`: pounds by financial year, party and item from the start on; a year adds up to nothing."""
    rows = [
        (format_financial_year(year), party, item, int(pence[index]) / PENCE)
        for index, year in enumerate(setting.years)
        if year >= params.start
        for party, item, pence in flows(totals)
    ]
    return {"who_pays": pd.DataFrame(rows, columns=["financial_year", "party", "item", "amount"])}
