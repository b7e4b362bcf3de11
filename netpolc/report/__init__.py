"""What users are shown of what policies allow."""
