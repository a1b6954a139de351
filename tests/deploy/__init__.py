"""Tests of what operators copy from deploy/."""
