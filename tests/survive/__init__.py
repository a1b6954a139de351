"""`make survive`: whatever dies, nothing acknowledged is lost. A table of one fault a row."""
