"""A pytest plugin that gives each xdist worker a Redis database of its own, before Django reads its settings.

Loaded with `-p tests.per_worker`: a conftest would come too late.
"""

import os

if (worker := os.environ.get("PYTEST_XDIST_WORKER")) and (url := os.environ.get("REDIS_URL")):
    os.environ["REDIS_URL"] = f"{url.rsplit('/', 1)[0]}/{int(worker.removeprefix('gw')) + 1}"
