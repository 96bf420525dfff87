"""What the doctor looks at: one subject a file, each a generator that changes nothing."""
