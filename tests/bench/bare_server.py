"""Serves the baseline with the very settings of the product."""

import sys
from pathlib import Path

from streamlit.starlette import App

from intake.web.server import STREAMLIT_SETTINGS

if __name__ == "__main__":
    port = int(sys.argv[1])
    sys.argv = sys.argv[:1]
    App(Path(__file__).parent / "bare.py").run(
        config={**STREAMLIT_SETTINGS, "server.address": "127.0.0.1", "server.port": port}
    )
