"""Files that are served: the frontend, its first HTML, pictures, an author's checklist."""
