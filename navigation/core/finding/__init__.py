"""From places to a way between them: joined to the graph, in the best order, with alternatives, and how far one gets."""
