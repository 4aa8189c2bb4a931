"""The Celery application: workers wake the outbox, beat sweeps it."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("dalil")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
