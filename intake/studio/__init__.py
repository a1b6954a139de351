"""The authors' pages: the checklists, one of them with its problems, its preview, its history."""
