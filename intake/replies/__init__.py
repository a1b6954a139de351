"""Replies that staff send to customers: templates that fill themselves, and what was asked."""
