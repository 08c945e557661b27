"""The tab of the film: what is stale, a player, the settings, and a build with its progress."""
