"""The network's own limits and periods, as the running application has them (config/network.toml)."""

from __future__ import annotations

from functools import lru_cache

from flask import current_app

from config.network_file import Limits, NetworkConfig
from network.domain.periods import Periods


def network_config() -> NetworkConfig:
    """The network this application serves."""
    found: NetworkConfig = current_app.config["NETWORK"]
    return found


def limits() -> Limits:
    """How much of anything one person, need or organisation may take."""
    return network_config().limits


def periods() -> Periods:
    """The clocks of the lifecycles."""
    return _periods_of(network_config().periods)


@lru_cache(maxsize=8)
def _periods_of(source: object) -> Periods:
    return Periods.of(source)
