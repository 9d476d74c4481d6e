package dossier

import (
	"bytes"
	"slices"
	"strings"

	"github.com/yishi-project/yishi/deliberation"
)

// papers checks each paper that a fact or an opinion names against its hash, and
// that the dossier holds nothing that nothing speaks of.
func (e *examination) papers() {
	known := map[string]bool{}
	examine := func(ref deliberation.PaperRef, at place) {
		name, ok := e.d.paper(ref.ID)
		first := !known[name]
		known[name] = true
		switch {
		case !ok:
			e.fail(inFile(name), "材料缺失(%s,第 %d 号记录)", "the paper is missing (%s, entry %d)", at.file, at.fact)
		case sum(e.d.files[name]) != ref.SHA256 && first:
			e.fail(inFile(name), "材料与登记的哈希值不符(%s,第 %d 号记录)", "the paper differs from its hash (%s, entry %d)", at.file, at.fact)
		case sum(e.d.files[name]) != ref.SHA256:
			e.fail(at, "所指材料 %s 的哈希值前后不一", "names the paper %s with another hash", name)
		}
	}
	for _, f := range e.d.Facts {
		for _, ref := range paperRefs(f.Data) {
			examine(ref, f.place())
		}
	}
	for _, o := range e.d.Opinions {
		if !o.Paper.IsZero() {
			examine(o.Paper, inFile(opinionsFile))
		}
	}
	for _, s := range e.d.Signatures {
		if !s.Sheet.IsZero() {
			examine(s.Sheet, inFile(signaturesFile))
		}
	}
	for _, name := range e.d.files.names() {
		if !known[name] && !e.expected(name) {
			e.fail(inFile(name), "没有任何记录提到该文件", "nothing speaks of this file")
		}
	}
	e.summary("%d 份材料与登记一致", "%d papers as registered", len(known))
}

// expected reports whether a file other than a paper belongs to the dossier.
func (e *examination) expected(name string) bool {
	switch name {
	case manifestFile, signatureFile, processFile, factsFile, proofsFile, checkpointFile, calendarFile, opinionsFile, peopleFile, readmeFile:
		return true
	}
	if name == signaturesFile && e.d.signers != nil {
		return true
	}
	if name == hearingFile && e.d.Hearing != nil {
		return true
	}
	if e.electionFile(name) {
		return true
	}
	for p := range e.d.cancelled {
		if name == cancelledFile(p) {
			return true
		}
	}
	for m := range e.d.agents {
		if name == agentsFile(m) {
			return true
		}
	}
	for p := range e.d.sheets {
		if name == sheetsFile(p) || name == holdersFile(p) {
			return true
		}
	}
	for o := range e.d.signers {
		if name == signersFile(o) {
			return true
		}
	}
	for _, m := range e.h.meetings {
		if (m.roll != nil && name == rollFile(m.id)) || slices.ContainsFunc(m.polls, func(p *ballot) bool {
			return p.opened != nil && (name == votersFile(p.id) || name == ballotsFile(p.id)) || value[deliberation.CountData](p.closed).ReceiptsSHA256 != "" && name == receiptsFile(p.id)
		}) {
			return true
		}
	}
	// The pack's hash stands for its files, and the forms have a check of their own.
	return strings.HasPrefix(name, rulesDir) || strings.HasPrefix(name, formsDir)
}

// forms makes the case's forms again from the facts and compares them byte by byte.
func (e *examination) forms() {
	made := map[string]bool{}
	for _, f := range Forms(e.d) {
		name := formFile(f.Number)
		made[name] = true
		b, err := writeJSON(f)
		if err != nil || !bytes.Equal(b, e.d.files[name]) {
			e.fail(inFile(name), "与事实记录不符", "does not agree with the facts")
		}
	}
	for _, name := range e.d.files.under(formsDir) {
		if !made[name] {
			e.fail(inFile(name), "不属于本程序的登记表", "is not one of the forms of this process")
		}
	}
	e.summary("登记表与事实记录一致", "the forms agree with the facts")
}
