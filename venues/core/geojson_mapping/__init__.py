"""GeoJSON as a source of maps: a mapping says which of its properties make which IMDF feature (docs/guides/importing.md).

* **Rules** stand in order; the first whose `when` holds takes the feature. What no rule takes is passed over, with the reason.
* **Levels** come from a rule's `level`, else from the one level that the same file draws; what has neither stays unknown and is
  left out, never put on level 0. A level that units name and nobody drew gets the outline of its units.
* **Floors.** Where a plan draws shops and shafts but not what lies between them, the level's rule may say `rest`: what its
  units leave free becomes units of that category.
* **Doors** drawn as points are laid along the nearest edge. Where a plan draws none, a rule may say `assume_door`; such openings
  are marked `dalil:assumed` and reported.
"""
