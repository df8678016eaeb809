"""Demo data: accounts that anyone may sign in with, and what they sell and reserve."""
