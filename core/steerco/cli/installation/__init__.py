"""The installation as a whole: its settings, database and backups; ``doctor`` examines it by ``doctor_program``, ``…_database``
and ``…_operations``.
"""

from steerco.cli.installation.backup import backup, restore
from steerco.cli.installation.config import config
from steerco.cli.installation.db import db
from steerco.cli.installation.doctor import doctor
from steerco.cli.installation.files import files

__all__ = ["backup", "config", "db", "doctor", "files", "restore"]
