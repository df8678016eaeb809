"""What can be typed after `est`, one file per family of commands."""
