"""The administrators' page: who may sign in, deliveries that wait for a person, the audit."""
