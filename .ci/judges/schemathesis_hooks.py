"""What Schemathesis has to know of the storefront's Auth API that its document cannot say.

Loaded by SCHEMATHESIS_HOOKS; the server's address is in STANDIN_URL. docs/judges.md gives the reasons.
"""

import os
import random

import requests
import schemathesis

CONTROL = os.environ["STANDIN_URL"].rstrip("/") + "/_standin"
PASSWORD = "standin-Passw0rd"

# A valid request may be refused for what it means, never for its form.
FORM = {"invalid_request", "malformed_body"}

http = requests.Session()
dice = random.Random(1)
last = {}  # by user: the token that was given out last, which outlives the user


def control(method, path, body=None):
    """Calls the control API. None where there is no such thing."""
    answer = http.request(method, CONTROL + path, json=body, timeout=60)
    if answer.status_code == 404:
        return None
    answer.raise_for_status()
    return answer.json()


def newcomer():
    """A user nobody else uses: one that is deleted or logged out is missed by no other request."""
    return control("POST", "/users", {"count": 1, "password": PASSWORD})["users"][0]


def token(user):
    """A token of a user, the last one if the user is gone; None for a user who never was."""
    made = control("POST", f"/users/{user}/tokens", {"expires_in": "1h"})
    if made:
        last[user] = made["access_token"]
    return last.get(user)


def negative(case):
    return case.meta is not None and case.meta.generation.mode.is_negative


@schemathesis.auth(refresh_interval=None)
class Bearer:
    """A fresh token for each request: of the user in the path if there is one, else of a newcomer, whose id then goes
    into the path of half of the valid requests."""

    def get(self, case, context):
        user = (case.path_parameters or {}).get("id")
        known = token(user) if isinstance(user, str) and user.isascii() and user.isalnum() else None
        if known:
            return known, None
        who = newcomer()
        return token(who["id"]), who

    def set(self, case, data, context):
        bearer, who = data
        if case.operation.definition.raw["operationId"] == "get-anonymous-token":
            case.headers["X-Api-Key"] = "judge"
            return
        case.headers["Authorization"] = "Bearer " + bearer
        if who is None or negative(case) or dice.random() < 0.5:
            return
        if "id" in (case.path_parameters or {}):
            case.path_parameters["id"] = who["id"]
        believe(case, who)


def believe(case, who):
    """Makes a valid body mean something."""
    body = case.body
    if not isinstance(body, dict):
        return
    if "confirm_password" in body:
        body["confirm_password"] = body["new_password" if "new_password" in body else "password"]
    if "old_password" in body:
        body["old_password"] = PASSWORD
    operation = case.operation.definition.raw["operationId"]
    if operation.startswith("login") or operation == "forgot-password":
        for name in ("email", "phone"):
            if name in body:
                body[name] = who[name]
        if "password" in body:
            body["password"] = PASSWORD


@schemathesis.hook
def filter_body(context, body):
    """A form's field whose name holds a control character cannot be written: RFC 7578, 4.2, and RFC 5322, 2.2."""
    content = context.operation.definition.raw.get("requestBody", {}).get("content", {}) if context.operation else {}
    if "multipart/form-data" not in content or not isinstance(body, dict):
        return True
    return not any(ord(c) < 32 or ord(c) == 127 for name in body for c in name)


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Leaves out what is no failure."""
    kind = type(failure).__name__
    operation = case.operation.definition.raw["operationId"]
    if kind == "RejectedPositiveData" and response.status_code == 400:
        return response.json().get("code") in FORM
    if kind == "IgnoredAuth" and operation == "get-anonymous-token":
        return getattr(failure, "scenario", None) != "invalid_auth" and "invalid" not in failure.title.lower()
    return True
