"""How each part is built from the settings; `intake.bootstrap` joins the parts to one product."""
