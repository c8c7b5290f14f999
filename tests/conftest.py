"""What holds for all tests."""

from __future__ import annotations

from hypothesis import settings

# A busy machine is no defect of the code, and a run that cannot be repeated is no test.
settings.register_profile("deskcollect", deadline=None, derandomize=True)
settings.load_profile("deskcollect")
