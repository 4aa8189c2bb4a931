from django.apps import AppConfig


class BeaconsConfig(AppConfig):
    name = "beacons"
