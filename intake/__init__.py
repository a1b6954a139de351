"""Intake: from "my site is down" to one complete ticket."""
