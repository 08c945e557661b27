"""The contract between numbers and pictures: named arrays with shapes, units and a schema version."""
