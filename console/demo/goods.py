"""What the demo's shop sells: things for offices, and flowers."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Good:
    """`price` is in euros, for one."""

    sku: str
    name: str
    category: str
    price: Decimal


def _good(sku: str, name: str, category: str, price: str) -> Good:
    return Good(sku, name, category, Decimal(price))


PRINTERS = (
    _good("PRN-210", "Laser printer Brisk 210", "printer", "189.00"),
    _good("PRN-340", "Colour laser printer Brisk 340", "printer", "329.00"),
    _good("PRN-55", "Photo printer Lumen 55", "printer", "129.90"),
)
INK = (
    _good("INK-210K", "Toner black for Brisk 210", "ink", "64.90"),
    _good("INK-340S", "Toner set for Brisk 340", "ink", "214.00"),
    _good("INK-55S", "Ink set for Lumen 55", "ink", "38.50"),
)
FLOWERS = (
    _good("FLW-ROS", "Bouquet of 21 roses", "flowers", "49.00"),
    _good("FLW-TUL", "Tulips, seasonal", "flowers", "24.90"),
    _good("FLW-SUB", "Reception flowers, weekly", "flowers", "32.00"),
    _good("FLW-ORC", "Orchid in a pot", "flowers", "28.00"),
)
PAPER = (
    _good("PAP-A4", "Paper A4, 5 x 500 sheets", "paper", "27.40"),
    _good("PAP-A3", "Paper A3, 500 sheets", "paper", "14.20"),
    _good("ENV-C5", "Envelopes C5, 250", "paper", "18.60"),
)
OFFICE = (
    _good("OFF-PEN", "Gel pens, 12", "office", "15.80"),
    _good("OFF-BND", "Ring binders, 10", "office", "22.50"),
    _good("OFF-LMP", "Desk lamp Halo", "office", "59.00"),
    _good("OFF-WBD", "Whiteboard 120 x 90", "office", "84.00"),
    _good("OFF-SHR", "Paper shredder P4", "office", "139.00"),
)
FURNITURE = (
    _good("FUR-CHR", "Office chair Ergo M", "furniture", "249.00"),
    _good("FUR-DSK", "Sit-stand desk 140", "furniture", "489.00"),
    _good("FUR-CAB", "Filing cabinet, 3 drawers", "furniture", "179.00"),
)
COFFEE = (
    _good("COF-1KG", "Coffee beans Sierra, 1 kg", "coffee", "21.90"),
    _good("COF-MCH", "Coffee machine Crema 3", "coffee", "399.00"),
    _good("TEA-100", "Tea selection, 100 bags", "coffee", "13.50"),
)
EVERYDAY = (*FLOWERS, *PAPER, *OFFICE, *COFFEE)
EVERYTHING = (*PRINTERS, *INK, *EVERYDAY, *FURNITURE)
