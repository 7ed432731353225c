"""The invented world that demo, tests and benches run on.

An independent author's view: it writes its own wire formats by its own code and knows no reader and no rule.
Seeded, with a fixed now; everything in it is harmless and stands on documentation addresses.
"""

from faru.synthetic.country import CODE, NOW, PHONE_PREFIX, ZONE
from faru.synthetic.world import World, generate, write_records

__all__ = ["CODE", "NOW", "PHONE_PREFIX", "ZONE", "World", "generate", "write_records"]
