"""`make bench`: what a step of our wizard costs against a bare one, in the same run."""
