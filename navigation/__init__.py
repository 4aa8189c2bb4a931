"""Navigation: the joining app. Maps become routing graphs, positions become guidance."""
