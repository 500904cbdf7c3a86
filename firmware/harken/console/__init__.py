"""The console: JSON-RPC 2.0 and plain chat on one line-based channel."""
