"""The application of the `eventsourcing` library under a log, for those who already build on that ecosystem."""

from __future__ import annotations

from typing import Any

from eventsourcing.application import Application
from eventsourcing.persistence import Mapper, Notification, StoredEvent
from eventsourcing.utils import Environment, EnvType

from oplog.store.codec import decode_state, encode_state


class LogMapper(Mapper[str]):
    """The library's place for a codec; ours is a pure table of names, so its transcoder and topics are not used."""

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """An event as it is stored."""
        return StoredEvent(domain_event.stream, domain_event.version, domain_event.name, encode_state(domain_event))

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        """An event as it was recorded; raises `Undecodable`."""
        return decode_state(
            position=stored_event.id if isinstance(stored_event, Notification) else 0,
            stream=str(stored_event.originator_id),
            version=stored_event.originator_version,
            name=stored_event.topic,
            state=stored_event.state,
        )


class LogApplication(Application[str]):
    """The library's application of a log, for those who already build on that ecosystem."""

    name = "Oplog"

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """The settings given, and nothing from the process's environment, which could divert the log."""
        return Environment(name, env)


def application(settings: dict[str, str]) -> LogApplication:
    """The application with these settings of a persistence module, and with oplog's own codec."""
    return LogApplication(
        env={
            "MAPPER_TOPIC": "oplog.store.application:LogMapper",
            "COMPRESSOR_TOPIC": "",
            "CIPHER_TOPIC": "",
            "CIPHER_KEY": "",
            "IS_SNAPSHOTTING_ENABLED": "n",
            "APPLICATION_RECORDER_TOPIC": "",
            **settings,
        }
    )
