"""Private servers for the demo, the tests and the benchmarks: found, started on free loopback ports, and removed."""
