"""What is served as a file: the frontend, its first HTML, pictures, an author's checklist."""
