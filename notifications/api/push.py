"""What a browser needs to subscribe to Web Push."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from notifications.api.serializers import PushKeySerializer
from notifications.errors import PushNotConfigured
from notifications.transports import vapid


class PushKey(APIView):
    @extend_schema(operation_id="getPushKey", responses=PushKeySerializer, auth=[])
    def get(self, request: Request) -> Response:
        """Return the server's public key, for `applicationServerKey` of `PushManager.subscribe`."""
        if not (key := vapid.public_key()):
            raise PushNotConfigured("This server sends no Web Push. Its operator can set DALIL_VAPID_PRIVATE_KEY.")
        return Response({"public_key": key})
