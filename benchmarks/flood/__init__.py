"""How a flood of new documents slows a client that sends a known one."""
