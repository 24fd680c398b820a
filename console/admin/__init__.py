"""Pages on which admins set up what is the same for everybody."""
