// Package deliberation is the law of Yishi as plain values and pure functions:
// majorities, denominators, verdicts, periods, stages, offices, acts and
// refusals. It imports the standard library only, has no clock, no randomness
// and no input or output, so that it can be read by a lawyer, recomputed offline
// by `yishi verify`, and called from a Temporal workflow without breaking replay.
//
// The rule packs (data) are loaded by the package deliberation/packs.
package deliberation
