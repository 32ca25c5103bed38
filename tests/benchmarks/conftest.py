"""The benchmarks are no part of the installed package: they are found in the repository, after everything installed."""

import sys

from common import ROOT

sys.path.append(str(ROOT))
