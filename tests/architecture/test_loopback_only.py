"""The suite itself: no test can reach another machine by accident."""

from __future__ import annotations

import socket

import pytest

from tests.plugins.loopback_only import OutsideConnection


def test_a_test_asks_for_another_machine_is_refused():
    with socket.socket() as outside, pytest.raises(OutsideConnection):
        outside.connect(("192.0.2.1", 80))
    with socket.socket() as outside, pytest.raises(OutsideConnection):
        outside.connect_ex(("2001:db8::1", 80))
    with socket.socket(type=socket.SOCK_DGRAM) as outside, pytest.raises(OutsideConnection):
        outside.sendto(b"?", ("192.0.2.1", 53))
    with pytest.raises(OutsideConnection):
        socket.getaddrinfo("network.example", 80)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_test_asks_for_this_machine_is_connected(host):
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection((host, server.getsockname()[1]), timeout=5) as near,
    ):
        assert near.getpeername()[0] == "127.0.0.1"
