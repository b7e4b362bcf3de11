"""Pictures of who may reach whom: what is drawn as one, and why each line is there."""
