"""What a process has of its machine: descriptors, memory, threads, and the signals that end it."""
