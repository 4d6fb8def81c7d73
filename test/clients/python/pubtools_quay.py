"""Drives the API client of pubtools-quay: HOST:PORT TOKEN ORGANIZATION. Prints what it returned."""

import json
import logging
import sys
import warnings

# It does not check certificates, and says so each time.
warnings.filterwarnings("ignore")

from pubtools._quay.quay_api_client import QuayApiClient

host, token, organization = sys.argv[1:]
words = []


class Words(logging.Handler):
    def emit(self, record):
        words.append(record.getMessage())


logging.getLogger("pubtools.quay").addHandler(Words())
client = QuayApiClient(token, host=host)
session = client.session

steps = {}
body = {"namespace": organization, "repository": "web", "visibility": "private", "description": ""}
steps["created"] = session.post("repository", json=body).status_code
steps["delete tag"] = client.delete_tag(f"{organization}/web", "latest").status_code
steps["after"] = session.get(f"repository/{organization}/web").status_code
steps["delete"] = client.delete_repository(f"{organization}/web").status_code
steps["delete again"] = client.delete_repository(f"{organization}/web").status_code
steps["words"] = words

json.dump(steps, sys.stdout)
