"""What can go wrong with visitors.

ApiError
├── VisitorErased            401: they erased themselves while this was under way
├── NotFound
│   └── DeviceNotFound       404
└── InvalidRequest
    └── EndpointNotPublic    422: a push endpoint that leads into a private network
"""

from apikit.errors import ApiError, InvalidRequest, NotFound


class VisitorErased(ApiError):
    code = "authentication_failed"
    status = 401

    def __init__(self) -> None:
        super().__init__("This token belongs to no visitor any more. Get a new one with POST /api/v1/visitors.")


class DeviceNotFound(NotFound):
    code = "device_not_found"


class EndpointNotPublic(InvalidRequest):
    code = "endpoint_not_public"
