"""Tests of the databases themselves."""
