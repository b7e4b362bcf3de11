"""Lines that would allow what is asked for: written, and tried out before they are shown."""
