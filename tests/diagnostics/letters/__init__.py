"""Returned letters: notices in the forms of mail servers, written for these tests."""
