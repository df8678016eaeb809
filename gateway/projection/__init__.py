"""Operation → a compiled function from gathered data to response data."""

from gateway.projection.denials import DENIED, Denial
from gateway.projection.printing import print_projection
from gateway.projection.projection import Projection, compile_projection

__all__ = ["DENIED", "Denial", "Projection", "compile_projection", "print_projection"]
