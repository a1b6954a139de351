"""The script that Streamlit runs for every page: it only chooses which room draws."""

import streamlit as st

from intake.bootstrap import services
from intake.ui import uploads
from intake.ui.render_limiter import render_slot

with render_slot(), uploads.watched():
    _name = services().settings.name
    st.set_page_config(page_title=_name, layout="centered", initial_sidebar_state="collapsed")
    st.navigation(
        [
            st.Page("../wizard/page.py", title=_name, default=True),
            st.Page("../inbox/page.py", title=_name, url_path="inbox"),
            st.Page("../studio/page.py", title=_name, url_path="studio"),
        ],
        position="hidden",
    ).run()
