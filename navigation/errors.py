"""What can go wrong on the way.

ApiError
├── InvalidRequest
│   ├── InvalidWaypoint        422: neither a place, nor several, nor a point, nor a category
│   ├── ContradictoryOptions   422: one option leaves another without a meaning
│   ├── PointNotWalkable       422: the point is in a wall or off the map; it says where the nearest walkable place is
│   ├── NoRoute                422: nobody with this profile gets there; `blocked_by` says what stands in the way,
│   │                          `alternative` how near one gets, `cut_off` what no way leads to for anybody
│   ├── MatrixTooLarge         422: it names the limit
│   ├── InvalidClosure         422: what can't be closed, or no period
│   └── InvalidOverride        422: an override of the compiled graph can't be read
├── Conflict
│   └── SightingsReplayed      409: the same sightings came before under another sequence
├── ConsentMissing             403: the visitor has not consented to what was asked for
├── GraphMissing               503: the map was published without its routing graph
└── NotFound
    ├── ProfileNotFound
    ├── CategoryNotFound       the map has nothing of this category to go to
    ├── TripNotFound           the visitor has no such trip
    ├── ClosureNotFound
    └── OverrideNotFound
"""

from apikit.errors import ApiError, Conflict, InvalidRequest, NotFound


class InvalidWaypoint(InvalidRequest):
    code = "invalid_waypoint"


class ContradictoryOptions(InvalidRequest):
    code = "contradictory_options"


class PointNotWalkable(InvalidRequest):
    code = "point_not_walkable"


class NoRoute(InvalidRequest):
    code = "no_route"


class MatrixTooLarge(InvalidRequest):
    code = "matrix_too_large"


class InvalidClosure(InvalidRequest):
    code = "invalid_closure"


class InvalidOverride(InvalidRequest):
    code = "invalid_override"


class ProfileNotFound(NotFound):
    code = "profile_not_found"


class CategoryNotFound(NotFound):
    code = "category_not_found"


class GraphMissing(ApiError):
    code = "graph_missing"
    status = 503


class SightingsReplayed(Conflict):
    code = "sightings_replayed"


class ConsentMissing(ApiError):
    code = "consent_missing"
    status = 403


class TripNotFound(NotFound):
    code = "trip_not_found"


class ClosureNotFound(NotFound):
    code = "closure_not_found"


class OverrideNotFound(NotFound):
    code = "override_not_found"
