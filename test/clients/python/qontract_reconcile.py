"""Drives the Quay module of qontract-reconcile: HOST:PORT TOKEN ORGANIZATION. Prints what it returned."""

import json
import sys

import requests
from reconcile.utils.quay_api import QuayApi, QuayTeamNotFoundException

host, token, organization = sys.argv[1:]
quay = QuayApi(token, organization, base_url=host)


def error_of(call, *arguments, **keywords):
    try:
        call(*arguments, **keywords)
    except QuayTeamNotFoundException:
        return "team not found"
    except requests.HTTPError as error:
        return error.response.status_code
    return None


def repositories():
    return [
        [found["name"], found["description"], found["is_public"]]
        for found in sorted(quay.list_images(), key=lambda found: found["name"])
    ]


steps = {}

# quay_repos
quay.repo_create("web", "the shop", public=False)
quay.repo_create("docs", "", public=True)
steps["created"] = repositories()
steps["created again"] = error_of(quay.repo_create, "web", "", public=False)
quay.repo_update_description("web", "The **shop**")
quay.repo_make_public("web")
quay.repo_make_private("docs")
steps["updated"] = repositories()

# quay_membership
steps["missing team"] = error_of(quay.list_team_members, "nobodies")
quay.create_or_update_team("devs", role="member", description="people")
quay.create_or_update_team("devs", role="creator")
steps["users"] = [quay.user_exists("bob"), quay.user_exists("nobody")]
quay.add_user_to_team("bob", "devs")
quay.add_user_to_team("bob", "devs")
steps["members"] = quay.list_team_members("devs")
quay.remove_user_from_team("bob", "devs")
steps["members after"] = quay.list_team_members("devs")
steps["removed again"] = error_of(quay.remove_user_from_team, "bob", "devs")

# quay_permissions
steps["no permission"] = quay.get_repo_team_permissions("web", "devs")
quay.set_repo_team_permissions("web", "devs", "write")
steps["permission"] = quay.get_repo_team_permissions("web", "devs")

quay.repo_delete("docs")
steps["deleted"] = [name for name, _, _ in repositories()]
steps["deleted again"] = error_of(quay.repo_delete, "docs")

json.dump(steps, sys.stdout)
