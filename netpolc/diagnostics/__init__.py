"""What is said to users, as data, and the forms in which it is said."""
