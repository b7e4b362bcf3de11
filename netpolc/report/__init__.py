"""Reports: what policies allow, in the forms that users choose from."""
