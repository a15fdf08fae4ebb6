# SPDX-License-Identifier: BSD-3-Clause
"""Answers each DNS question for an A record with 10.78.0.2; for make_capture.sh. Usage: dns_server.py ADDRESS PORT"""
import socket
import sys

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind((sys.argv[1], int(sys.argv[2])))
while True:
    question, client = server.recvfrom(512)
    # RFC 1035 section 4.1: same id, response + recursion, one question, one answer that points back at the question's name.
    header = question[:2] + b"\x81\x80" + question[4:6] + b"\x00\x01\x00\x00\x00\x00"
    answer = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04" + socket.inet_aton("10.78.0.2")
    server.sendto(header + question[12:] + answer, client)
