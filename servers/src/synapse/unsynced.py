"""Synapse whose SQLite does not wait for the disk: it only lives for a test."""

from synapse.app import homeserver
from synapse.storage.engines.sqlite import Sqlite3Engine

prepare = Sqlite3Engine.on_new_connection


def on_new_connection(self, db_conn):
    prepare(self, db_conn)
    db_conn.execute("PRAGMA synchronous = OFF;")


Sqlite3Engine.on_new_connection = on_new_connection
homeserver.main()
