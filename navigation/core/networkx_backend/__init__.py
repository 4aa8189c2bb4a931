"""Dalil as a backend of networkx: `nx.shortest_path(graph, a, b, weight="length_m", backend="dalil")`.

The entry points in pyproject.toml name `info` (read whenever networkx is imported, so it imports nothing) and `dispatch` (loaded
when the backend is first asked). What comes back is what networkx itself returns: the same nodes in the same order, the same
numbers of the same types, the same exceptions. That is why ties are broken as networkx breaks them: who was found first, wins.
"""
