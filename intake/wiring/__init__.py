"""Build each part from the settings; `intake.bootstrap` joins the parts to one product."""
