"""The baseline: a bare six-step Streamlit wizard that writes each step to SQLite."""

import json
import os
import sqlite3
import threading
import uuid

import streamlit as st

STEPS = (
    ("Site", None),
    ("Scope", ["One", "Some", "All"]),
    ("Since", ["Today", "Yesterday", "Longer"]),
    ("Changed", None),
    ("Error", ["502", "Timeout", "Other"]),
    ("Contact", None),
)


@st.cache_resource
def database() -> tuple[sqlite3.Connection, threading.Lock]:
    connection = sqlite3.connect(os.environ["BARE_DB"], check_same_thread=False, timeout=30)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")  # as the product stores its answers
    connection.execute("CREATE TABLE IF NOT EXISTS draft (id TEXT PRIMARY KEY, answers TEXT)")
    connection.commit()
    return connection, threading.Lock()


state = st.session_state
state.setdefault("step", 0)
state.setdefault("answers", {})
state.setdefault("draft", uuid.uuid4().hex)


def forward(name: str) -> None:
    state.answers[name] = state[f"answer-{name}"]
    state.step += 1
    connection, lock = database()
    with lock, connection:
        connection.execute(
            "INSERT INTO draft VALUES (?, ?)"
            " ON CONFLICT (id) DO UPDATE SET answers = excluded.answers",
            (state.draft, json.dumps(state.answers)),
        )


def restart() -> None:
    state.step, state.answers, state.draft = 0, {}, uuid.uuid4().hex


st.title("Support request")
if state.step < len(STEPS):
    name, options = STEPS[state.step]
    st.progress(state.step / len(STEPS), text=f"Step {state.step + 1} of {len(STEPS)}")
    if options is None:
        st.text_input(name, key=f"answer-{name}")
    else:
        st.radio(name, options, key=f"answer-{name}")
    st.button("Next", key="next", on_click=forward, args=(name,))
else:
    st.success("Thank you")
    st.json(state.answers)
    st.button("Restart", key="restart", on_click=restart)
