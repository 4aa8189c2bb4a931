"""What can go wrong with visitors.

ApiError
├── NotFound
│   └── DeviceNotFound       404
└── InvalidRequest
    └── EndpointNotPublic    422: a push endpoint that leads into a private network
"""

from apikit.errors import InvalidRequest, NotFound


class DeviceNotFound(NotFound):
    code = "device_not_found"


class EndpointNotPublic(InvalidRequest):
    code = "endpoint_not_public"
