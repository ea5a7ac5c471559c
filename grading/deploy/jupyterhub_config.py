"""JupyterHub for one class: students by the system's accounts, formgrader as a service for the instructors.

INSTRUCTORS and STUDENTS are names, separated by commas, in the environment of the hub.
"""

import os

c = get_config()  # noqa: F821 (JupyterHub defines it)

COURSE = "segmentation"
ROOT = "/opt/segcourse"
JUPYTER = f"{ROOT}/.venv/bin"


def names(variable):
    return {name.strip() for name in os.environ.get(variable, "").split(",") if name.strip()}


instructors, students = names("INSTRUCTORS"), names("STUDENTS")

c.JupyterHub.bind_url = "http://:8000"
c.Authenticator.allowed_users = instructors | students
c.Authenticator.admin_users = set()
# Passwords are the system's (PAM); put your school's authenticator (OAuth, LTI, LDAP) in its place.
c.LocalAuthenticator.create_system_users = True
c.Spawner.cmd = [f"{JUPYTER}/jupyterhub-singleuser"]
c.Spawner.environment = {"PATH": f"{JUPYTER}:/usr/local/bin:/usr/bin:/bin"}
c.Spawner.args = ["--ServerApp.shutdown_no_activity_timeout=7200"]

# nbgrader tells by these groups who is on the course, and who grades.
c.JupyterHub.load_groups = {
    f"nbgrader-{COURSE}": {"users": sorted(students)},
    f"formgrade-{COURSE}": {"users": sorted(instructors)},
}
# The course folder belongs to a user of its own, who is nobody's account.
c.JupyterHub.services = [
    {
        "name": COURSE,
        "url": "http://127.0.0.1:9999",
        "user": f"grader-{COURSE}",
        "cwd": f"/home/grader-{COURSE}",
        "command": [
            f"{JUPYTER}/jupyterhub-singleuser",
            "--ServerApp.root_dir=.",
            f"--HubOAuth.client_id=service-{COURSE}",
        ],
        "environment": {"PATH": f"{JUPYTER}:/usr/local/bin:/usr/bin:/bin"},
        "oauth_no_confirm": True,
    }
]
c.JupyterHub.load_roles = [
    {
        "name": f"formgrade-{COURSE}",
        "groups": [f"formgrade-{COURSE}"],
        "scopes": [f"access:services!service={COURSE}"],
    },
    {
        "name": f"grader-{COURSE}-service",
        "services": [COURSE],
        "scopes": ["list:users", "read:users:groups", "groups", "list:services", "admin:users"],
    },
]
