"""OpenStreetMap as a source of maps: Simple Indoor Tagging, footways, squares, lifts and steps become IMDF features.

The conventions that we read by are those of the OSM wiki (Simple Indoor Tagging; Key:level; Key:layer; Key:access):

* **Levels.** `level` and `repeat_on` hold lists and ranges (`0;1`, `-1-3`, `0.5`). What is indoors and has no level stays unknown:
  it is reported as `level_unknown` and left out until a manager gives its level. What is outdoors and has none is on the ground, level 0,
  unless a layer, bridge, tunnel or location says that it is not; then it takes the level of the known ways that its ends join, where they agree
  (reported as `level_resolved`), else it is unknown too. A layer is never read as a level. A passage through a building is on the ground.
* **Walls.** A room has walls; corridors and areas have none between them, except where an `indoor=wall` is drawn; outdoor areas neither.
  Indoors and outdoors meet only at doors and entrances. A room is entered by a door node on its outline. Where a room has none, no door is made up,
  unless the caller asks to assume doors; those are marked `dalil:assumed`.
* **Lifts.** A lift stops at each of its levels and opens somewhere: where no door is drawn, on its longest edge with a walkway (`lift_door_assumed`).
  A lift drawn as a node is cut out of the floor that it stands on, as a square.
* **Overlaps.** Of two spaces that overlap on a level, the smaller is cut out of the larger one, where that has no walls of its own.
* **Paths.** Each way is one relationship of category traversal.path with exactly its nodes; shared nodes have equal coordinates.
  A line between levels runs from its lower end: told by what its ends join, else by `incline`, else drawn upwards (`direction_assumed`).
"""
