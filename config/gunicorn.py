"""How the web server runs: `gunicorn --config config/gunicorn.py wsgi:app`.

WEB_CONCURRENCY sets the number of processes and GUNICORN_CMD_ARGS anything else (such as `--bind`).
"""

import os
import sys

import gunicorn

from config.settings import SettingsError, load_settings

try:
    # Read here as well, so that a wrong setting ends the start and not one process after the other.
    _settings = load_settings()
except SettingsError as error:
    sys.stderr.write(f"Kinbridge cannot start. {error}\n")
    sys.exit(2)

# What stands in the Server header: nobody has to know what runs here.
gunicorn.SERVER = "Kinbridge"
bind = "127.0.0.1:8000"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8
# Loaded once and shared by all processes: nothing connects or opens a file before the first request.
preload_app = True
timeout = 60
graceful_timeout = 15
keepalive = 5
# Processes tell that they live through a file: on a slow disk that stalls, in memory it does not.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
# It would be a way in that nobody asked for.
control_socket_disable = True
loglevel = _settings.log_level.lower()
errorlog = "-"
# The application writes its own line for each request, with the request's id.
accesslog = None
# Only a proxy that was announced may say who is asking.
forwarded_allow_ips = "*" if _settings.proxy_count else "127.0.0.1,::1"
