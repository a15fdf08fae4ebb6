# SPDX-License-Identifier: BSD-3-Clause
"""Asks a server for a name's A record and prints it; for make_capture.sh. Usage: dns_lookup.py SERVER NAME"""
import socket
import sys

name = b"".join(bytes([len(label)]) + label.encode() for label in sys.argv[2].split(".")) + b"\x00"
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.settimeout(3)
client.sendto(b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00" + name + b"\x00\x01\x00\x01", (sys.argv[1], 53))
print(socket.inet_ntoa(client.recv(512)[-4:]))
