"""What is loaded, table by table."""

from dataclasses import dataclass, field

from catalog_service.services.demo.figures import Row


@dataclass(frozen=True, slots=True)
class DemoRows:
    """Rows by table, ready to insert."""

    places: list[Row] = field(default_factory=list)
    partnerships: list[Row] = field(default_factory=list)
    schedules: list[Row] = field(default_factory=list)
    offers: list[Row] = field(default_factory=list)
    reservations: list[Row] = field(default_factory=list)
    counter_sales: list[Row] = field(default_factory=list)
    history: list[Row] = field(default_factory=list)
    stats: list[Row] = field(default_factory=list)
    reports: list[Row] = field(default_factory=list)
