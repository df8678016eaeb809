"""When the process gets nothing more: no memory, no thread."""


def is_exhausted(error: BaseException | None) -> bool:
    """Whether ``error`` says so: it may pass, and is nobody's fault who asked."""
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and str(error) == "can't start new thread"
    )
