"""Says over which connection Ansible comes, and whether rules for these ports and networks let it in."""

import ipaddress
import json
import os
import sys

connection = os.environ.get('SSH_CONNECTION', '')
ports, networks = sys.argv[1].split(','), sys.argv[2].split(',')
source, _, _, port = connection.split() if connection else ['', '', '', '']
address = ipaddress.ip_address(source.split('%')[0]) if source else None
is_home = address is None or (
    address.is_link_local
    if address.version == 6
    else any(address in ipaddress.ip_network(network, strict=False) for network in networks)
)
print(
    json.dumps(
        {
            'connection': connection,
            'source': source,
            'port': port,
            'port_is_open': not connection or port in ports,
            'source_is_home': is_home,
        }
    )
)
