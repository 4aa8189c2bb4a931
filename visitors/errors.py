"""What can go wrong with visitors.

ApiError
└── NotFound
    └── DeviceNotFound    404
"""

from apikit.errors import NotFound


class DeviceNotFound(NotFound):
    code = "device_not_found"
