"""What a web server loads: `wsgi:app`. A wrong setting ends the start with one line instead of a trace."""

import sys

from config.settings import SettingsError
from network.app import create_app

try:
    app = create_app()
except SettingsError as error:
    sys.stderr.write(f"Kinbridge cannot start. {error}\n")
    sys.exit(2)
