"""The administrators' page: users, parked deliveries, the audit."""
