package deliberation

import (
	"strconv"
	"testing"
	"time"
)

func TestTheArchiveHasItsItemsAndNoticesInOrder(t *testing.T) {
	archive := DocumentsHeld(ArchiveItems, nil)
	if len(archive) != 47 {
		t.Fatalf("%d items of the archive", len(archive))
	}
	for i, d := range archive {
		if d.Number != strconv.Itoa(i+1) || d.There() {
			t.Errorf("item %d: %+v", i+1, d)
		}
	}
	if n := len(DocumentsHeld(ElectionNotices, nil)); n != 18 {
		t.Errorf("%d notices", n)
	}
	for _, d := range ElectionDocuments {
		registered := d.Kept == KeptInRegister
		if d.ZH == "" || d.EN == "" || d.Kept.Word("zh") == "" || d.List.Word("en") == "" || registered && len(d.From) == 0 {
			t.Errorf("%s %s is not complete: %+v", d.List, d.Number, d)
		}
	}
	if got := archive[1].Title("zh", Village); got != "村民代表会议记录（通过选举工作方案和选举办法）" {
		t.Errorf("title %s", got)
	}
}

// A mobile box that somebody named “web” voids itself and not the ballots of the web.
func TestABoxNamedAsTheWebVoidsNothingElse(t *testing.T) {
	three := 3
	n := Count{Questions: []QuestionCount{{Question: QuestionID(PostDirector), Ballots: 8, Votes: []OptionCount{{Option: "d", Votes: 6}, {Option: "e", Votes: 2}}}}}
	paper := PaperCount{Stations: []StationCount{{Station: "web", Channel: MobileChannel, Users: 2, Issued: 3, Recovered: &three}}}
	c := ElectionCount{
		Round: 1, Base: 10, Seats: ElectionSeats{PostDirector: 1}, Candidates: map[ElectionPost][]PersonID{PostDirector: {"d", "e"}},
		Rules: ElectionRules{VoidMobileBox: CodeRule{Code: VoidBoxLeftOut}},
	}
	c.Boxes, c.Tallies = ElectionPapers(n, paper, 8)
	o := c.Decide(Calendar{})
	if o.Status == ElectionUnread || len(o.Posts) != 1 || o.Posts[0].Recovered != 8 {
		t.Errorf("%+v", o)
	}
}

func TestDocumentsAreFilledByTheFactsTheyName(t *testing.T) {
	paper := PaperRef{ID: "p1", SHA256: "00", Kind: PaperNotice}
	entry := func(i int64, kind FactKind, stage Stage, data any) Entry {
		return Entry{Index: i, At: time.Time{}, Fact: NewFact(kind, stage, "", data)}
	}
	nominee := func(s NomineeState) NomineeData { return NomineeData{Nominee: NomineeProgress{State: s}, Paper: paper} }
	for _, x := range []struct {
		name   string
		entry  Entry
		list   DocumentList
		filled []string
	}{
		{"nominees", entry(1, FactCandidates, NominationStage, CandidatesData{}), ArchiveItems, []string{"27"}},
		{"final list", entry(1, FactCandidates, NominationStage, CandidatesData{Final: true}), ElectionNotices, []string{"9"}},
		{"final list after a preselection", entry(1, FactCandidates, NominationStage, CandidatesData{Final: true, Preselection: "q"}), ArchiveItems, []string{"33"}},
		{"answer", entry(1, FactNominee, NominationStage, nominee(NomineeAccepted)), ElectionForms, []string{"3"}},
		{"review", entry(1, FactNominee, NominationStage, nominee(NomineeQualified)), ArchiveItems, []string{"28", "35"}},
		{"barred", entry(1, FactNominee, NominationStage, nominee(NomineeBarred)), ArchiveItems, []string{"28", "30", "35"}},
		{"bodies", entry(1, FactElectionStep, ElectionHandedOver, ElectionStepData{Step: ElectionBodies, Paper: paper}), ArchiveItems, []string{"15", "19", "42", "45"}},
		{"preselection", entry(1, FactPollClosed, NominationStage, CountData{}), ArchiveItems, []string{"32"}},
		{"vote", entry(1, FactPollClosed, ElectionVoting, CountData{}), ArchiveItems, []string{"37"}},
		{"minutes of the vote", entry(1, FactPaper, ElectionVoting, PaperData{Paper: PaperRef{ID: "p2", SHA256: "11", Kind: PaperMinutes}}), ArchiveItems, []string{"39"}},
		{"another paper of the vote", entry(1, FactPaper, ElectionVoting, PaperData{Paper: paper}), ArchiveItems, nil},
		{"defence", entry(1, FactRecall, RecallDefence, RecallData{Recall: RecallProgress{Defence: paper}}), RecallPapers, []string{"1"}},
		{"end of a recall", entry(1, FactRecall, RecallVoting, RecallData{Recall: RecallProgress{Defence: paper, Passed: &Verdict{}}}), RecallPapers, []string{"3"}},
	} {
		t.Run(x.name, func(t *testing.T) {
			var filled []string
			for _, h := range DocumentsHeld(x.list, []Entry{x.entry}) {
				if h.There() {
					filled = append(filled, h.Number)
				}
			}
			if len(filled) != len(x.filled) {
				t.Fatalf("filled %v, not %v", filled, x.filled)
			}
			for i := range filled {
				if filled[i] != x.filled[i] {
					t.Fatalf("filled %v, not %v", filled, x.filled)
				}
			}
		})
	}
}

func TestADocumentSaysWhatItStandsOn(t *testing.T) {
	text := Basis{Citation: Citation{Law: "四川省村民委员会选举条例", Article: "第二十三条"}, Confidence: LawText}
	p := Pack{Parameters: map[string]Parameter{"election.nominated_list_days": {Basis: text}}}
	d := DocumentsHeld(ArchiveItems, nil)
	if got := d[26].Basis(p); got != text {
		t.Errorf("list of nominees: %v", got)
	}
	if got := d[8].Basis(p); got.Confidence != LocalPractice {
		t.Errorf("photos: %v", got)
	}
}
