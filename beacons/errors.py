"""What can go wrong with beacons.

ApiError
├── NotFound
│   ├── BeaconNotFound      404
│   ├── DeploymentNotFound  404: the map never had these beacons
│   ├── EmissionNotFound    404: the venue never had that emission version
│   ├── NotDeployed         404: the venue has no deployment yet
│   └── SurveyNotFound      404
├── InvalidRequest
│   ├── InvalidBeacon       422: it names the field
│   ├── ImportRefused       422: every bad row, its column and why; nothing was imported
│   ├── InvalidBatch        422: it names the item
│   └── SurveyRefused       422: every bad row, its column and why; nothing was kept
└── Conflict
    └── BeaconExists        409: another beacon of the venue has this identity
"""

from apikit.errors import Conflict, InvalidRequest, NotFound


class BeaconNotFound(NotFound):
    code = "beacon_not_found"


class DeploymentNotFound(NotFound):
    code = "deployment_not_found"


class NotDeployed(NotFound):
    code = "not_deployed"


class EmissionNotFound(NotFound):
    code = "emission_not_found"


class SurveyNotFound(NotFound):
    code = "survey_not_found"


class SurveyRefused(InvalidRequest):
    code = "survey_refused"


class InvalidBeacon(InvalidRequest):
    code = "invalid_beacon"


class ImportRefused(InvalidRequest):
    code = "import_refused"


class InvalidBatch(InvalidRequest):
    code = "invalid_batch"


class BeaconExists(Conflict):
    code = "beacon_exists"
