#!/usr/bin/env python3
"""Two ends for the tests of plan and prove.

plan_packets.py listen NAME PROTO:PORT...   as a program NAME, on all addresses of both families, until killed
plan_packets.py ask ADDRESS PROTO:PORT...   a line each: "tcp:22 open", or "shut" where nothing came back
"""
import os
import select
import socket
import struct
import sys
import time

# A lost packet looks like a dropped one: long enough for a busy machine.
PATIENCE = 0.6


def parse(word):
    proto, port = word.split(":")
    return proto, int(port)


def listen(name, words):
    with open("/proc/self/comm", "w") as comm:
        comm.write(name)
    sockets = []
    for proto, port in map(parse, words):
        for family, address in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
            kind = socket.SOCK_STREAM if proto == "tcp" else socket.SOCK_DGRAM
            one = socket.socket(family, kind)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            one.bind((address, port))
            if proto == "tcp":
                one.listen(16)
            sockets.append(one)
    print("ready", flush=True)
    while True:
        for one in select.select(sockets, [], [])[0]:
            if one.type == socket.SOCK_STREAM:
                one.accept()[0].close()
            else:
                data, peer = one.recvfrom(2048)
                one.sendto(data, peer)


def ask(address, words):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    waiting = {}
    for word in words:
        if word == "ping":
            continue
        proto, port = parse(word)
        one = socket.socket(family, socket.SOCK_STREAM if proto == "tcp" else socket.SOCK_DGRAM)
        one.setblocking(False)
        try:
            one.connect((address, port))
            if proto == "udp":
                one.send(b"OPTIONS sip:test SIP/2.0\r\n\r\n")
        except BlockingIOError:
            pass
        waiting[one] = word
    if "ping" in words:
        kind, proto = (128, socket.getprotobyname("ipv6-icmp")) if family == socket.AF_INET6 else (8, 1)
        one = socket.socket(family, socket.SOCK_RAW, proto)
        one.setblocking(False)
        one.connect((address, 0))
        # Its own number each time: conntrack takes another echo of the same for an answer's part.
        number = os.getpid() & 0x3FFF
        total = 0 if family == socket.AF_INET6 else 0xFFFF - kind * 256 - number - 1
        echo = struct.pack("!BBHHH", kind, 0, total, number, 1)
        one.send(echo)
        waiting[one] = "ping"
    state = {word: "shut" for word in words}
    end = time.monotonic() + PATIENCE
    while waiting and time.monotonic() < end:
        streams = [one for one in waiting if one.type == socket.SOCK_STREAM]
        grams = [one for one in waiting if one.type != socket.SOCK_STREAM]
        readable, writable, _ = select.select(grams, streams, [], max(0, end - time.monotonic()))
        for one in readable + writable:
            if one.type == socket.SOCK_RAW:
                # Other ICMP comes here too: only the answer counts.
                data = one.recv(2048)
                if data[0 if family == socket.AF_INET6 else 20] != (129 if family == socket.AF_INET6 else 0):
                    continue
                state[waiting.pop(one)] = "open"
                continue
            word = waiting.pop(one)
            good = one.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0
            if good and one.type == socket.SOCK_DGRAM:
                try:
                    one.recv(2048)
                except OSError:
                    good = False
            state[word] = "open" if good else "shut"
    for word in words:
        print(word, state[word])


if sys.argv[1] == "listen":
    listen(sys.argv[2], sys.argv[3:])
else:
    ask(sys.argv[2], sys.argv[3:])
