// Package dossier is the 台账 of a finished process as data: a zip that holds the
// facts with their proofs, the rules they were decided under, the rolls, ballots,
// papers and the six forms; and its verification, which needs neither the server
// nor a network and believes nothing that it can recompute.
//
// What stands on what:
//
//	manifest.sig   signs manifest.json, which has the SHA-256 of every other file
//	checkpoint.txt is signed by the register and has the root of its tree
//	proofs.json    leads from each line of facts.jsonl to that root
//	facts.jsonl    has the hashes of the pack, rolls, voters, ballots and papers,
//	               and the numbers, dates and verdicts that are computed again
package dossier

// Format names the form of the zip. A change that an older verifier would
// misread gets a new name.
const Format = "yishi-dossier/1"

// The files of a dossier.
const (
	manifestFile   = "manifest.json"
	signatureFile  = "manifest.sig"
	processFile    = "process.json"
	factsFile      = "facts.jsonl"
	proofsFile     = "proofs.json"
	checkpointFile = "checkpoint.txt"
	calendarFile   = "calendar.json"
	opinionsFile   = "opinions.json"
	peopleFile     = "people.json"
	readmeFile     = "README.txt"

	rulesDir   = "rules/"
	rollsDir   = "rolls/"
	votersDir  = "voters/"
	ballotsDir = "ballots/"
	// receiptsDir holds, for each secret poll, the sorted receipts; its ballots are the
	// sorted choices alone.
	receiptsDir = "receipts/"
	// cancelledDir holds, for each poll of an election in which paper cancelled ballots of
	// the web, their sorted receipts; their choices are not among the ballots.
	cancelledDir = "cancelled/"
	// sheetsDir holds, for each poll on paper, what was counted, and who held a sheet.
	sheetsDir = "sheets/"
	// agentsDir holds the list of agents of a meeting as it was published.
	agentsDir = "agents/"
	papersDir = "papers/"
	formsDir  = "forms/"
)
