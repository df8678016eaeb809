"""Which signals end a process."""

import signal


def ending_signals() -> tuple[signal.Signals, ...]:
    """SIGINT and SIGTERM, and SIGHUP, of a terminal that closes, unless ``nohup`` keeps it off."""
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        return signal.SIGINT, signal.SIGTERM
    return signal.SIGINT, signal.SIGTERM, signal.SIGHUP
