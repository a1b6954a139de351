"""Lines of broken YAML as their author meant them."""
