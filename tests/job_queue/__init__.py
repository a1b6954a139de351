"""Tests of workers on the job queue, on a real PostgreSQL."""
