"""The API for panels, bots and agents that collected answers elsewhere: `/api/v1`."""
