"""More customers than there is room for: who is let in, who waits, and threads of their own."""
