"""The former name of ``steerco.testkit.kit``; it goes with the next minor version."""

import sys

from steerco.testkit import kit

sys.modules[__name__] = kit
