"""`flask import volunteers`: a network's own list."""

from __future__ import annotations

from flask.cli import AppGroup

import_commands = AppGroup("import", help="Bring in a network's own lists.")
