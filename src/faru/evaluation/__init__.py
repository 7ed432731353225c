"""Whether the order of the queue is worth anything: measured on invented years with a latent truth.

Faru's queue against four plainer orders, the same years, the same leads. Every figure made here is synthetic
and says so; a unit's real outcomes stand beside it as soon as it has some.
"""
