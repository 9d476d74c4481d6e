// Package workflows holds the processes, one file each, and the steps they share:
// task, meeting, poll, posting, supervision, solicitation. A process file reads
// like the statute it carries out.
//
// Three rules keep it sound. Workflows sequence, pure functions of deliberation
// decide, activities touch the world. Control comes through Updates, mass input
// (ballots, check-ins, opinions) goes straight to the database. Rules are data,
// pinned in the input. Nothing here knows a name, a text or a choice.
package workflows
