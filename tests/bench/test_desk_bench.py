"""The bench of the desk runs: a small filled unit is served, used, and takes alerts in meanwhile."""

import os
import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).parents[2] / "bench" / "desk.py"


def test_a_quick_run_answers_every_page_rightly(tmp_path) -> None:
    env = {name: value for name, value in os.environ.items() if name != "FARU_DATA"}
    command = [sys.executable, str(BENCH), "--quick", "--room", str(tmp_path), "--port", "8799"]
    ran = subprocess.run(command, check=False, capture_output=True, text=True, env=env, timeout=300)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ", 0 wrong" in ran.stdout
    for page in ("Today", "Search", "Lead", "Referral"):
        assert page in ran.stdout
