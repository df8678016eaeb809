"""What a request costs this gateway, beside other gateways and beside a bare forwarding server."""
