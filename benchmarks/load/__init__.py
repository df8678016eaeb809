"""What happens to clients, and to liveness, when far more is asked for than can be served."""
