"""The authors' pages: the checklists, and one of them with problems, preview, and history."""
