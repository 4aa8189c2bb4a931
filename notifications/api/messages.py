"""Views of a visitor's messages."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from notifications import selectors
from notifications.api.serializers import AfterSerializer, MessagesSerializer
from notifications.core.message import to_json
from notifications.services import messages
from visitors.api.views import VisitorView, visitor_of


class MyMessages(VisitorView):
    @extend_schema(operation_id="listMessages", parameters=[AfterSerializer], responses=MessagesSerializer)
    def get(self, request: Request) -> Response:
        """Return the visitor's messages after a number, oldest first, at most a hundred."""
        asked = AfterSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        visitor, now = visitor_of(request), timezone.now()
        found = selectors.messages_after(visitor, asked.validated_data["after"], now)
        untaken = [message.seq for message in found if message.taken_at is None]
        if untaken:
            messages.note_taken(visitor_id=visitor.pk, seqs=untaken, now=now)
        return Response({"messages": [to_json(message.value()) for message in found]})


class MyMessageDisplayed(VisitorView):
    @extend_schema(operation_id="displayMessage", request=None, responses={204: None})
    def post(self, request: Request, message_id: UUID) -> Response:
        """Note that the visitor's device has shown the message. Saying it again changes nothing."""
        messages.note_displayed(visitor=visitor_of(request), message_id=message_id, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class MyMessageOpened(VisitorView):
    @extend_schema(operation_id="openMessage", request=None, responses={204: None})
    def post(self, request: Request, message_id: UUID) -> Response:
        """Note that the visitor has opened the message. Saying it again changes nothing."""
        messages.note_opened(visitor=visitor_of(request), message_id=message_id, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
