// Package faults pulls plugs while many vote: the server's, the database's, the
// engine's, the disk's, and it turns the clocks. After each, every acknowledged ballot
// is in the count once, nobody has voted twice, and the poll is closed once.
//
// It runs on Linux, on loopback addresses, on processes and clusters of its own, and ends
// by itself. FAULT_ROUNDS says how often each fault strikes (once); `make faults` runs long.
package faults
