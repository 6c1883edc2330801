"""Your idea to the mayor: a resident gives an idea, the city hall answers, all can read both.

For residents of a municipality and its city hall. It carries on what Zugdidi's commitment under the
national action plan of open governance set out: every idea received gets an answer. A hall adopts
its own statute of the portal; the number of the act is kept with the decision to switch it on.
"""
