"""Views of visitors: what they accept, which service they call, what they return."""

from typing import Any, cast
from uuid import UUID

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apikit.api.throttling import Throttle
from visitors import models
from visitors.api.serializers import (
    CodeSerializer,
    ConsentSerializer,
    DeviceAnswerSerializer,
    DeviceSerializer,
    NewVisitorAnswerSerializer,
    NewVisitorSerializer,
    VisitorChangeSerializer,
    VisitorSerializer,
)
from visitors.authentication import VisitorTokenAuthentication
from visitors.models import DeviceKind
from visitors.services import codes, consent, devices, sessions


class VisitorView(APIView):
    """A view for who bears a visitor's token."""

    authentication_classes = (VisitorTokenAuthentication,)
    permission_classes = (IsAuthenticated,)
    throttle_classes = (Throttle,)
    throttle_scope = "visitor"


class NewVisitor(APIView):
    throttle_classes = (Throttle,)
    throttle_scope = "new_visitor"

    @extend_schema(
        operation_id="createVisitor", request=NewVisitorSerializer, responses={201: NewVisitorAnswerSerializer}, auth=[]
    )
    def post(self, request: Request) -> Response:
        """Begin an anonymous session. The token in the answer is shown this once."""
        wanted = _valid(NewVisitorSerializer(data=request.data))
        granted = wanted.pop("consent", {})
        visitor, token = sessions.create(**wanted, granted=granted, now=timezone.now())
        return Response(VisitorSerializer(visitor).data | {"token": token}, status=status.HTTP_201_CREATED)


class Me(VisitorView):
    @extend_schema(operation_id="getMe", responses=VisitorSerializer)
    def get(self, request: Request) -> Response:
        """Return the visitor who asks."""
        return Response(VisitorSerializer(visitor_of(request)).data)

    @extend_schema(operation_id="changeMe", request=VisitorChangeSerializer, responses=VisitorSerializer)
    def patch(self, request: Request) -> Response:
        """Change language, profile, tags or time zone. Tags are replaced as a whole."""
        visitor = sessions.change(
            visitor=visitor_of(request), values=_valid(VisitorChangeSerializer(data=request.data))
        )
        return Response(VisitorSerializer(visitor).data)

    @extend_schema(operation_id="eraseMe", responses={204: OpenApiResponse(description="Nothing is left.")})
    def delete(self, request: Request) -> Response:
        """Erase the visitor and everything that is kept about them, at once."""
        sessions.erase(visitor_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class MyExport(VisitorView):
    @extend_schema(operation_id="exportMe", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Return everything that is kept about the visitor."""
        return Response(sessions.export(visitor_of(request)))


class MyConsent(VisitorView):
    @extend_schema(operation_id="putConsent", request=ConsentSerializer, responses=ConsentSerializer)
    def put(self, request: Request) -> Response:
        """Grant or withdraw consent by purpose. Purposes that aren't named keep what they have."""
        wanted = _valid(ConsentSerializer(data=request.data))
        standing = consent.record(visitor=visitor_of(request), wanted=wanted, now=timezone.now())
        return Response({purpose.value: granted for purpose, granted in standing.items()})


class MyCode(VisitorView):
    @extend_schema(operation_id="showMyCode", request=None, responses={201: CodeSerializer})
    def post(self, request: Request) -> Response:
        """Show a code to read out to an operator, for a quarter of an hour. The one before it ends."""
        shown = codes.show(visitor=visitor_of(request), now=timezone.now())
        return Response(CodeSerializer(shown).data, status=status.HTTP_201_CREATED)


class MyDevices(VisitorView):
    @extend_schema(operation_id="addDevice", request=DeviceSerializer, responses={201: DeviceAnswerSerializer})
    def post(self, request: Request) -> Response:
        """Register a device that messages may be pushed to. Registering it again changes nothing."""
        wanted = _valid(DeviceSerializer(data=request.data))
        device = devices.register(visitor=visitor_of(request), now=timezone.now(), **wanted)
        return Response(DeviceAnswerSerializer(device).data, status=status.HTTP_201_CREATED)

    @extend_schema(operation_id="removeDeviceByEndpoint", request=DeviceSerializer, responses={204: None})
    def delete(self, request: Request) -> Response:
        """Give up the device whose token or subscription is in the body."""
        wanted = _valid(DeviceSerializer(data=request.data))
        address = wanted["token"] if wanted["kind"] == DeviceKind.FCM else wanted["subscription"]["endpoint"]
        devices.remove_endpoint(visitor=visitor_of(request), kind=wanted["kind"], address=address)
        return Response(status=status.HTTP_204_NO_CONTENT)


class MyDevice(VisitorView):
    @extend_schema(operation_id="removeDevice", responses={204: None})
    def delete(self, request: Request, device_id: UUID) -> Response:
        """Give up a device by its id."""
        devices.remove(visitor=visitor_of(request), device_id=device_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


def visitor_of(request: Request) -> models.Visitor:
    """Return the visitor whom VisitorTokenAuthentication found; IsAuthenticated has made sure that there is one."""
    return cast(models.Visitor, request.user)  # DRF types every user as Django's


def _valid(serializer: Any) -> Any:
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data
