"""The ASGI application: Streamlit's own, with our routes, headers, limits and lifespan."""
