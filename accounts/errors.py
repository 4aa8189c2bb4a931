"""Errors of operators' accounts.

ApiError
└── RoleRequired    403: `role` names the least role in the venue that may do it
"""

from accounts.core.roles import Right, Role, least_role
from apikit.errors import ApiError


class RoleRequired(ApiError):
    code = "role_required"
    status = 403

    def __init__(self, right: Right) -> None:
        role: Role = least_role(right)
        detail = f"This needs the role {role} in this venue. An owner of the venue grants it: POST to its members."
        super().__init__(detail, role=role.value)
