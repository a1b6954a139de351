"""
The job queue of many processes: procrastinate, in the PostgreSQL database that holds everything
else.

A job only wakes a worker. What is to be delivered is in the outbox, what is measured in the claims;
a job that is lost, late or run twice changes nothing of that. procrastinate is imported only if
INTAKE_JOB_QUEUE names it (`pip install 'hosting-intake[scale]'`).
"""
