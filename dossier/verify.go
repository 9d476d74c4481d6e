package dossier

import (
	"encoding/json"
	"fmt"

	"github.com/yishi-project/yishi/deliberation"
)

// Options says what a verification may rely on beside the dossier.
type Options struct {
	// VerifierKey is the key the signatures must be of. Where it is empty the key in
	// the dossier is taken, and the report says so.
	VerifierKey string
	// LoadPack loads the pack from its files, by base name, and computes its hash.
	LoadPack func(id string, files map[string][]byte) (deliberation.Pack, error)
	// DaysOn gives a continuing duty by the law of the day (law.md §17.5). Where it is
	// nil the pinned pack must say the same.
	DaysOn func(kind deliberation.CommunityKind, place, key string, on deliberation.Date) (deliberation.DaysRule, error)
}

// Verify recomputes a dossier offline: every hash, signature, proof, count, date
// and threshold. It never fails; what does not hold, and a zip that cannot be
// read, is in the report.
func Verify(zip []byte, o Options) Report {
	e := &examination{o: o}
	c, bad := unpack(zip)
	if bad != nil {
		e.add("container", false, inFile(bad.file), bad.zh, bad.en)
		return e.Report
	}
	e.passed("container", "可读取,共 %d 个文件", "readable, %d files", len(c))
	if !e.seal(c) {
		return e.Report
	}
	e.read(c)
	e.check("checkpoint", e.checkpoint)
	e.check("inclusion", e.inclusion)
	e.check("completeness", e.completeness)
	if e.h.started == nil {
		return e.Report
	}
	e.check("case", e.caseFile)
	if !e.loadRules() {
		return e.Report
	}
	for _, c := range []struct {
		name string
		do   func()
	}{
		{"order", e.order}, {"soliciting", e.soliciting}, {"notice", e.notices}, {"roll", e.rolls}, {"quorum", e.quorums},
		{"ballots", e.ballots}, {"paper_ballots", e.sheets}, {"tally", e.tallies}, {"passing", e.passings}, {"minutes", e.minutes},
		{"posting", e.postings},
		{"objections", e.objections}, {"supervision", e.supervision}, {"papers", e.papers}, {"forms", e.forms},
	} {
		e.check(c.name, c.do)
	}
	for _, c := range ofKind(e.h.started.Process) {
		e.check(c, map[string]func(){"agents": e.agents, "agenda": e.agenda, "demand": e.demand, "appraisal": e.appraisal, "rating": e.rating, "disclosure": e.disclosure, "consultation": e.consultation, "open_talk": e.openTalk, "livelihood": e.livelihoodMatter, "hearing": e.hearing, "asked_hearing": e.askedHearing, "election": e.election, "recall": e.recall, "choosing": e.choosing, "resignation": e.resignation}[c])
	}
	return e.Report
}

// ofKind names the checks that only one kind of process has.
func ofKind(kind string) []string {
	switch kind {
	case deliberation.ConferenceKind:
		return []string{"agents", "agenda"}
	case deliberation.DemandKind:
		return []string{"demand"}
	case deliberation.DutyReportKind:
		return []string{"appraisal"}
	case deliberation.DepartmentKind:
		return []string{"rating"}
	case deliberation.DisclosureKind:
		return []string{"disclosure"}
	case deliberation.ConsultationKind:
		return []string{"consultation"}
	case deliberation.OpenTalkKind:
		return []string{"open_talk"}
	case deliberation.LivelihoodKind:
		return []string{"asked_hearing", "livelihood"}
	case deliberation.HearingKind:
		return []string{"hearing"}
	case deliberation.FourDeliberationsKind, "":
		return []string{"asked_hearing"}
	case deliberation.ElectionKind:
		return []string{"agents", "election"}
	case deliberation.RecallKind:
		return []string{"agents", "recall"}
	case deliberation.ResignationKind:
		return []string{"agents", "resignation"}
	case deliberation.ChoosingKind:
		return []string{"agents", "choosing"}
	}
	return nil
}

// examination is a verification while it goes on.
type examination struct {
	Report
	o        Options
	manifest Manifest
	d        Data
	h        *history
	pack     deliberation.Pack
	rules    deliberation.FourDeliberationsRules
	// conference is what a conference asks of the pack, nil for another process.
	conference *deliberation.ConferenceRules
	// appraise is what a yearly report asks of the pack, nil for another process.
	appraise *deliberation.AppraisalRules
	// rate is what a rating of departments asks of the pack, nil for another process.
	rate *deliberation.DepartmentRules
	// disclose is what a disclosure asks of the pack, nil for another process.
	disclose *deliberation.DisclosureRules
	// listen is what a hearing asks of the pack, nil for another process.
	listen *deliberation.HearingRules
	// consult is what a consultation asks of the pack, nil for another process.
	consult *deliberation.ConsultationRules
	// talk is what an open talk asks of the pack, nil for another process.
	talk *deliberation.OpenTalkRules
	// live is what a livelihood matter asks of the pack, nil for another process.
	live *deliberation.LivelihoodRules
	// elect is what an election asks of the pack, dismiss a recall, nil for another process.
	elect   *deliberation.ElectionRules
	dismiss *deliberation.RecallRules
	// choose is what a choice asks of the pack, nil for another process.
	choose *deliberation.ChoosingRules
	// release is what a resignation asks of the pack, nil for another process.
	release *deliberation.ResignationRules

	// name is the check under way; zh and en are its summary where all holds.
	name   string
	zh, en string
}

func (e *examination) add(name string, ok bool, at place, zh, en string) {
	c := Check{Name: name, OK: ok, File: at.file, ZH: zh, EN: en}
	if at.fact >= 0 && at.file != "" {
		c.Fact = &at.fact
	}
	e.Checks = append(e.Checks, c)
}

func (e *examination) fault(name string, at place, zh, en string, args ...any) {
	e.add(name, false, at, fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...))
}

func (e *examination) passed(name, zh, en string, args ...any) {
	e.add(name, true, inFile(""), fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...))
}

// check runs one check: its faults are listed, or that all of it holds.
func (e *examination) check(name string, do func()) {
	before := len(e.Faults())
	e.name, e.zh, e.en = name, "符合", "holds"
	do()
	if len(e.Faults()) == before {
		e.add(name, true, inFile(""), e.zh, e.en)
	}
}

// fail records a fault of the check under way. Both sentences take the same arguments.
func (e *examination) fail(at place, zh, en string, args ...any) {
	e.fault(e.name, at, zh, en, args...)
}

// note tells something that is no fault, such as a limit that passed.
func (e *examination) note(at place, zh, en string, args ...any) {
	e.add(e.name, true, at, fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...))
}

// summary says what the check under way looked at.
func (e *examination) summary(zh, en string, args ...any) {
	e.zh, e.en = fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...)
}

// read decodes the files and sorts the facts.
func (e *examination) read(c contents) {
	d, problems := parse(c)
	e.d, e.h, e.Facts = d, historyOf(d.Facts), len(d.Facts)
	e.Demo = d.Case.Community.Demo
	if e.h.ended != nil {
		e.Outcome = e.h.ended.Outcome
	}
	e.check("content", func() {
		for _, p := range problems {
			e.add(e.name, false, p.place, p.zh, p.en)
		}
		e.summary("%d 条事实记录可读取", "%d facts can be read", e.Facts)
	})
}

// same compares two values by what is written of them.
func same(a, b any) bool {
	x, err := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err == nil && err2 == nil && string(x) == string(y)
}
