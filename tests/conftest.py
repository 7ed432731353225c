"""One invented unit's folder a test process, so that Django's settings can be read."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from faru.desk import unit

_DATA = Path(tempfile.mkdtemp(prefix="faru-tests-"))
atexit.register(shutil.rmtree, _DATA, ignore_errors=True)
unit.create(_DATA / "unit", name="Test unit", pack_name="demo", origin="unit.example/faru-tests", demo=True)
(_DATA / "unit" / "static").mkdir()  # as `collectstatic` would have left it
os.environ[unit.VARIABLE] = str(_DATA / "unit")
os.environ["DJANGO_SETTINGS_MODULE"] = "faru.desk.settings"

import django  # noqa: E402 - the settings need the folder

django.setup()

# The processes that xdist starts inherit this one's environment. Left there, the name of the settings would
# make them read this process's unit before their own conftest has made another: two processes, one folder.
del os.environ["DJANGO_SETTINGS_MODULE"]
