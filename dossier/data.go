package dossier

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/register"
)

// Data is a dossier as it was read: the files, and the facts decoded.
type Data struct {
	Case     Case
	Facts    []Fact
	Proofs   Proofs
	Rolls    map[deliberation.MeetingID]Roll
	Opinions []Opinion
	People   map[deliberation.PersonID]string
	Calendar deliberation.Calendar

	voters  map[deliberation.PollID][]deliberation.PersonID
	ballots map[deliberation.PollID][]choice
	// receipts has an entry for each secret poll; its ballots name no person.
	receipts map[deliberation.PollID][]string
	// cancelled are the receipts of ballots of the web that paper cancelled.
	cancelled map[deliberation.PollID][]string
	sheets    map[deliberation.PollID]deliberation.PaperCount
	holders   map[deliberation.PollID][]deliberation.PersonID
	agents    map[deliberation.MeetingID][]agency
	// Hearing is what a hearing rests on, nil for another process.
	Hearing *HearingRecord
	// Signatures and signers are of a joint demand.
	Signatures []SignatureLine
	signers    map[deliberation.Office][]deliberation.PersonID
	election   electionData
	files      contents
}

// Fact is one entry of the register with its data decoded.
type Fact struct {
	deliberation.Entry
	Leaf []byte
	// Value is a pointer to the Data type that the kind of fact has.
	Value any
}

// place says where something was found: a file, a fact, or both.
type place struct {
	file string
	fact int64 // index in the register, -1 where no fact is meant
}

func inFile(name string) place { return place{file: name, fact: -1} }
func (f Fact) place() place    { return place{file: factsFile, fact: f.Index} }

// problem is something that does not hold, in both languages.
type problem struct {
	place
	zh, en string
}

// parse reads the files of a dossier. What cannot be read is a problem and left out.
func parse(c contents) (Data, []problem) {
	r := &reader{c: c, d: Data{
		files: c, Rolls: map[deliberation.MeetingID]Roll{},
		voters: map[deliberation.PollID][]deliberation.PersonID{}, ballots: map[deliberation.PollID][]choice{},
		receipts: map[deliberation.PollID][]string{}, cancelled: map[deliberation.PollID][]string{}, sheets: map[deliberation.PollID]deliberation.PaperCount{},
		holders: map[deliberation.PollID][]deliberation.PersonID{}, agents: map[deliberation.MeetingID][]agency{},
	}}
	r.json(processFile, &r.d.Case)
	r.json(proofsFile, &r.d.Proofs)
	r.json(opinionsFile, &r.d.Opinions)
	if _, sealed := c[peopleFile]; sealed {
		r.json(peopleFile, &r.d.People)
	}
	r.json(calendarFile, &r.d.Calendar)
	r.facts()
	for _, f := range r.d.Facts {
		if c, ok := f.Value.(*deliberation.CountData); ok && c.ReceiptsSHA256 != "" {
			r.d.receipts[deliberation.PollID(f.Subject)] = []string{}
		}
	}
	for _, f := range r.d.Facts {
		switch f.Kind {
		case deliberation.FactRoll:
			r.roll(deliberation.MeetingID(f.Subject))
		case deliberation.FactPollOpened:
			r.poll(deliberation.PollID(f.Subject))
		case deliberation.FactPollClosed:
			if value[deliberation.CountData](&f).CancelledSHA256 != "" {
				id := deliberation.PollID(f.Subject)
				r.d.cancelled[id] = r.lines(cancelledFile(id))
			}
		case deliberation.FactCasting:
			r.sheets(deliberation.PollID(f.Subject))
		case deliberation.FactMandates:
			r.agents(deliberation.MeetingID(f.Subject))
		case deliberation.FactHearingPlan:
			r.hearing()
		case deliberation.FactSignatures:
			r.signatures(value[deliberation.SignaturesData](&f))
		}
	}
	if r.d.Case.Kind == deliberation.ElectionKind {
		r.election()
	}
	return r.d, r.problems
}

type reader struct {
	c        contents
	d        Data
	problems []problem
}

func (r *reader) fail(at place, zh, en string, args ...any) {
	r.problems = append(r.problems, problem{at, fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...)})
}

func (r *reader) json(name string, v any) {
	b, ok := r.c[name]
	if !ok {
		r.fail(inFile(name), "缺少该文件", "the file is missing")
		return
	}
	if err := strict(b, v); err != nil {
		reflect.ValueOf(v).Elem().SetZero()
		r.fail(inFile(name), "不是预期的数据格式", "does not hold the data it should")
	}
}

// strict decodes one JSON value and nothing besides; a field that the type does
// not have is an error, so that nothing in a dossier goes unread.
func strict(b []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("more than one value")
	}
	return nil
}

func (r *reader) facts() {
	b, ok := r.c[factsFile]
	if !ok {
		r.fail(inFile(factsFile), "缺少该文件", "the file is missing")
		return
	}
	n := 0
	for line := range strings.Lines(string(b)) {
		if n++; n > MaxFacts {
			r.fail(inFile(factsFile), "事实记录超过 %d 条", "more than %d facts", MaxFacts)
			return
		}
		var l FactLine
		if err := strict([]byte(line), &l); err != nil {
			r.fail(inFile(factsFile), "第 %d 行不是事实记录", "line %d is not a fact", n)
			continue
		}
		at := place{factsFile, l.Index}
		e, err := register.ReadLeaf(l.Leaf)
		if err != nil {
			r.fail(at, "第 %d 行的记录不是规范形式", "line %d: the entry is not in the canonical form", n)
			continue
		}
		e.Index = l.Index
		v, err := decode(e.Fact)
		if err != nil {
			r.fail(at, "%s 的数据无法读取", "the data of %s cannot be read", e.Kind)
			continue
		}
		r.d.Facts = append(r.d.Facts, Fact{Entry: e, Leaf: l.Leaf, Value: v})
	}
}

// decode gives a pointer to the data of a fact.
func decode(f deliberation.Fact) (any, error) {
	v := emptyData(f)
	if v == nil {
		return nil, fmt.Errorf("unknown kind of fact %q", f.Kind)
	}
	return v, strict(f.Data, v)
}

func emptyData(f deliberation.Fact) any {
	switch f.Kind {
	case deliberation.FactStarted:
		return &deliberation.StartedData{}
	case deliberation.FactStage:
		return &deliberation.StageData{}
	case deliberation.FactOutcome, deliberation.FactEnded:
		return &deliberation.OutcomeData{}
	case deliberation.FactPaper, deliberation.FactPostingProof:
		return &deliberation.PaperData{}
	case deliberation.FactOpinions:
		return &deliberation.OpinionsData{}
	case deliberation.FactNotice:
		return &deliberation.NoticeData{}
	case deliberation.FactRoll, deliberation.FactPollOpened:
		return &deliberation.RollData{}
	case deliberation.FactQuorum, deliberation.FactPassing:
		return &deliberation.VerdictData{}
	case deliberation.FactPollClosed:
		return &deliberation.CountData{}
	case deliberation.FactMotion:
		return &deliberation.MotionData{}
	case deliberation.FactHandCount:
		return &deliberation.HandCountData{}
	case deliberation.FactSignatures:
		return &deliberation.SignaturesData{}
	case deliberation.FactDemandAnswer, deliberation.FactDemandGuided:
		return &deliberation.DemandAnswerData{}
	case deliberation.FactDemandMet:
		return &deliberation.DemandMetData{}
	case deliberation.FactHearingPlan:
		return &deliberation.HearingPlanData{}
	case deliberation.FactDrawCommitted:
		return &deliberation.DrawCommittedData{}
	case deliberation.FactDrawn:
		return &deliberation.DrawnData{}
	case deliberation.FactHearingClosed:
		return &deliberation.HearingClosedData{}
	case deliberation.FactSpeakers:
		return &deliberation.SpeakersData{}
	case deliberation.FactRecordSigned:
		return &deliberation.RecordSignedData{}
	case deliberation.FactHearingReport:
		return &deliberation.HearingReportData{}
	case deliberation.FactHearingAsked:
		return &deliberation.HearingAskedData{}
	case deliberation.FactHearingStarted:
		return &deliberation.HearingStartedData{}
	case deliberation.FactDisclosure:
		return &deliberation.DisclosureDraftData{}
	case deliberation.FactConfirmed:
		return &deliberation.DisclosureConfirmData{}
	case deliberation.FactAppraised:
		return &deliberation.AppraisedListData{}
	case deliberation.FactRatedList:
		return &deliberation.RatedListData{}
	case deliberation.FactRated:
		return &deliberation.RatedData{}
	case deliberation.FactRatingAct:
		return &deliberation.RatingActData{}
	case deliberation.FactDutyReport:
		return &deliberation.DutyReportData{}
	case deliberation.FactGraded:
		return &deliberation.GradedData{}
	case deliberation.FactGradeAct:
		return &deliberation.AppraisalActData{}
	case deliberation.FactElectionAudit:
		return &deliberation.ElectionAuditData{}
	case deliberation.FactElectionCommittee:
		return &deliberation.ElectionCommitteeData{}
	case deliberation.FactElectionScheme:
		return &deliberation.ElectionSchemeData{}
	case deliberation.FactElectors:
		return &deliberation.ElectorsData{}
	case deliberation.FactNominations:
		return &deliberation.NominationsData{}
	case deliberation.FactNominee:
		return &deliberation.NomineeData{}
	case deliberation.FactCandidates:
		return &deliberation.CandidatesData{}
	case deliberation.FactElectionRound:
		return &deliberation.ElectionRoundData{}
	case deliberation.FactElectionDay:
		return &deliberation.ElectionDayData{}
	case deliberation.FactDeclared:
		return &deliberation.ElectionDeclaredData{}
	case deliberation.FactChallenge:
		return &deliberation.ElectionChallengeData{}
	case deliberation.FactElectionStep:
		return &deliberation.ElectionStepData{}
	case deliberation.FactResignation:
		return &deliberation.ResignationData{}
	case deliberation.FactChoosingCandidate:
		return &deliberation.ChoosingCandidateData{}
	case deliberation.FactChoosingLists:
		return &deliberation.ChoosingListsData{}
	case deliberation.FactChosen:
		return &deliberation.ChosenData{}
	case deliberation.FactRecall:
		return &deliberation.RecallData{}
	case deliberation.FactScreened:
		return &deliberation.ScreenedData{}
	case deliberation.FactQuickAnswer:
		return &deliberation.QuickAnswerData{}
	case deliberation.FactParticipants:
		return &deliberation.ParticipantsData{}
	case deliberation.FactFinding:
		return &deliberation.FindingData{}
	case deliberation.FactTalkItem:
		return &deliberation.TalkItemData{}
	case deliberation.FactMerged:
		return &deliberation.MergedData{}
	case deliberation.FactSurvey:
		return &deliberation.SurveyData{}
	case deliberation.FactForwarded:
		return &deliberation.ForwardedData{}
	case deliberation.FactTurned, deliberation.FactCarriedOut:
		return &deliberation.PaperData{}
	case deliberation.FactVoided, deliberation.FactFiled:
		return &deliberation.PaperData{}
	case deliberation.FactCasting:
		return &deliberation.CastingData{}
	case deliberation.FactMandates:
		return &deliberation.MandatesData{}
	case deliberation.FactSentUp:
		return &deliberation.SentUpData{}
	case deliberation.FactChair:
		return &deliberation.ChairData{}
	case deliberation.FactAuthorised:
		return &deliberation.AuthorisedData{}
	case deliberation.FactSigned:
		return &deliberation.SignedData{}
	case deliberation.FactPosted, deliberation.FactPostingEnded, deliberation.FactPostingBroken:
		return &deliberation.PostedData{}
	case deliberation.FactObjection:
		return &deliberation.ObjectionData{}
	case deliberation.FactMark:
		return &deliberation.MarkData{}
	case deliberation.FactReminder:
		return &deliberation.TaskData{}
	case deliberation.FactEscalation:
		var d struct{ Mark json.RawMessage }
		if json.Unmarshal(f.Data, &d) == nil && d.Mark != nil {
			return &deliberation.MarkData{}
		}
		return &deliberation.TaskData{}
	}
	return nil
}

func (r *reader) roll(id deliberation.MeetingID) {
	var roll Roll
	before := len(r.problems)
	r.json(rollFile(id), &roll)
	if len(r.problems) == before {
		r.d.Rolls[id] = roll
	}
}

func (r *reader) poll(id deliberation.PollID) {
	name := votersFile(id)
	b, ok := r.c[name]
	if !ok {
		r.fail(inFile(name), "缺少该文件", "the file is missing")
	}
	voters := []deliberation.PersonID{}
	for line := range strings.Lines(string(b)) {
		voters = append(voters, deliberation.PersonID(strings.TrimSuffix(line, "\n")))
	}
	r.d.voters[id] = voters
	name = ballotsFile(id)
	if b, ok = r.c[name]; !ok {
		r.fail(inFile(name), "缺少该文件", "the file is missing")
	}
	ballots := []choice{}
	_, secret := r.d.receipts[id]
	for line := range strings.Lines(string(b)) {
		person, said, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if secret {
			person, said = "", strings.TrimSuffix(line, "\n")
		}
		ballots = append(ballots, choice{deliberation.PersonID(person), deliberation.Choice(said)})
	}
	r.d.ballots[id] = ballots
	if secret {
		r.receipts(id)
	}
}

func (r *reader) receipts(id deliberation.PollID) { r.d.receipts[id] = r.lines(receiptsFile(id)) }

// lines gives the lines of a file, never nil.
func (r *reader) lines(name string) []string {
	b, ok := r.c[name]
	if !ok {
		r.fail(inFile(name), "缺少该文件", "the file is missing")
	}
	lines := []string{}
	for line := range strings.Lines(string(b)) {
		lines = append(lines, strings.TrimSuffix(line, "\n"))
	}
	return lines
}

// paper gives the name of the file that holds the paper, and false where none does.
func (d Data) paper(id deliberation.PaperID) (string, bool) {
	for _, ext := range []string{".txt", ".jpg", ".png"} {
		if name := paperStem(id) + ext; d.files[name] != nil {
			return name, true
		}
	}
	return paperStem(id) + ".*", false
}
