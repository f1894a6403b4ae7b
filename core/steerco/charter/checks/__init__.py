"""What ``tenant check`` finds in a charter: one file for each subject."""
