"""Asks a network all the time who has an address, and prints who answers: arp-watch.py INTERFACE ADDRESS SECONDS

A line per question, "<time> ?", and per answer, "<time> <MAC address>"; times in seconds since 1970. It ends with its
standard input. The questions come from a MAC address that nobody has, without an IP address (a probe, RFC 5227): they
fill no neighbour table, neither here nor there.
"""

import select
import socket
import struct
import sys
import threading
import time

ASKER = bytes.fromhex("02686c616273")
BROADCAST = b"\xff" * 6
ARP = 0x0806
REQUEST, REPLY = 1, 2
# <linux/if_packet.h>
SOL_PACKET, PACKET_ADD_MEMBERSHIP, PACKET_MR_PROMISC = 263, 1, 1

interface, address, seconds = sys.argv[1:]
address = socket.inet_aton(address)
seconds = float(seconds)

wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ARP))
wire.bind((interface, ARP))
membership = struct.pack("iHH8s", socket.if_nametoindex(interface), PACKET_MR_PROMISC, 0, b"")
wire.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP, membership)

ethernet_ipv4 = struct.pack("!HHBB", 1, 0x0800, 6, 4)
question = BROADCAST + ASKER + struct.pack("!H", ARP) + ethernet_ipv4
question += struct.pack("!H6s4s6s4s", REQUEST, ASKER, bytes(4), bytes(6), address)


def listen():
    while True:
        frame = wire.recv(2048)
        operation, mac, sender, asker = struct.unpack("!H6s4s6s", frame[20:38])
        if operation == REPLY and sender == address and asker == ASKER:
            print(f"{time.time():.4f} {mac.hex(':')}", flush=True)


threading.Thread(target=listen, daemon=True).start()
while not select.select([sys.stdin], [], [], seconds)[0]:
    print(f"{time.time():.4f} ?", flush=True)
    wire.send(question)
