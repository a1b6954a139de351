"""What is deleted after a time, and what is given to or deleted for one person."""
