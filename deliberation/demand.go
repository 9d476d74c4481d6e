package deliberation

import (
	"slices"
	"strings"
	"time"
)

// Demanded is what a joint demand 联名提议 asks for. It is a code, so that other
// things which enough people may demand can stand beside these.
type Demanded string

const (
	// DemandAssembly asks for 居(村)民会议, by all adults or by households as the conveners choose.
	DemandAssembly Demanded = "assembly"
	// DemandConference asks for 居(村)民代表会议.
	DemandConference Demanded = "conference"
	// DemandRecall asks for a vote on the recall of one elected person 罢免.
	DemandRecall Demanded = "recall"
	// DemandOwnersMeeting asks for 业主大会临时会议 of one estate.
	DemandOwnersMeeting Demanded = "owners_meeting"
)

// Demands lists what may be demanded.
var Demands = []Demanded{DemandAssembly, DemandConference, DemandOwnersMeeting, DemandRecall}

// demandKeys are the thresholds of each in the packs, of which any one is enough
// (law.md §§4.1, 4.2, 9.2). assembly.call_groups is not among them: a group
// proposes by a meeting of its own, not by signatures.
var demandKeys = map[Demanded][]string{
	DemandAssembly:      {"assembly.call_residents", "assembly.call_households", "assembly.call_representatives"},
	DemandConference:    {"reps.call"},
	DemandRecall:        {"recall.call_residents", "recall.call_households", "recall.call_representatives"},
	DemandOwnersMeeting: {"owners.call"},
}

// Bodies gives the bodies whose meeting is what was demanded.
func (d Demanded) Bodies() []Body {
	switch d {
	case DemandAssembly:
		return []Body{Assembly, HouseholdAssembly}
	case DemandConference:
		return []Body{Conference}
	case DemandOwnersMeeting:
		return []Body{OwnersMeeting}
	case DemandRecall:
		return []Body{Electors}
	}
	return nil
}

// Word names what is demanded.
func (d Demanded) Word(lang string) string {
	if d == DemandRecall {
		return pick(lang, "罢免", "recall")
	}
	if len(d.Bodies()) == 0 {
		return ""
	}
	return d.Bodies()[0].Word(lang)
}

// DemandRules is all that a joint demand asks of a rule pack.
type DemandRules struct {
	Pack     PackRef  `json:"pack"`
	Demanded Demanded `json:"demanded"`
	// Thresholds are alternatives: any one met is enough.
	Thresholds []MajorityRule `json:"thresholds"`
	// SigningDays is how long signatures are gathered, AnswerDays how long the conveners
	// have to answer, ConveneDays the most from the count to the day they name.
	SigningDays DaysRule `json:"signing_days"`
	AnswerDays  DaysRule `json:"answer_days"`
	ConveneDays DaysRule `json:"convene_days"`

	AcknowledgeDays DaysRule `json:"acknowledge_days"`
	RectifyDays     DaysRule `json:"rectify_days"`
	QuestionDays    DaysRule `json:"question_days"`
	RemindDays      DaysRule `json:"remind_days"`
}

// Offices gives the offices whose holders' signatures are counted, each once.
func (r DemandRules) Offices() (list []Office) {
	for _, t := range r.Thresholds {
		if o := signersOf(t.Majority.Of); o != "" && !slices.Contains(list, o) {
			list = append(list, o)
		}
	}
	return list
}

// signersOf gives the office by which the people of a denominator are found on the
// record. There is no list of electors between elections: those of eighteen or
// more stand for them (四川省实施村民委员会组织法办法 第十二条).
func signersOf(d Denominator) Office {
	switch d {
	case OfAdults, OfElectors:
		return Resident
	case OfHouseholds:
		return HouseholdHead
	case OfRepresentatives:
		return Representative
	case OfOwnersHeads:
		return Owner
	}
	return ""
}

// DemandOf makes, from a pack, all that a joint demand asks of it. What nobody may
// demand under the pack is refused (RefuseFormNotInPack).
func DemandOf(p Pack, d Demanded) (DemandRules, error) {
	r := packReader{pack: p}
	rules := DemandRules{Pack: p.Ref(), Demanded: d}
	for _, key := range demandKeys[d] {
		if t := r.majorityIf(key); t.Key != "" && signersOf(t.Majority.Of) != "" {
			rules.Thresholds = append(rules.Thresholds, t)
		}
	}
	if len(rules.Thresholds) == 0 || !p.Has("demand.signing_days") {
		return DemandRules{}, Refuse(RefuseFormNotInPack)
	}
	rules.SigningDays, rules.AnswerDays, rules.ConveneDays = r.days("demand.signing_days"), r.days("demand.answer_days"), r.days("demand.convene_days")
	if d == DemandConference {
		rules.ConveneDays = r.days("reps.call_days")
	}
	rules.AcknowledgeDays, rules.RectifyDays, rules.QuestionDays = r.days("supervision.ack_days"), r.days("supervision.rectify_days"), r.days("supervision.question_days")
	rules.RemindDays = r.days("task.remind_days")
	return rules, r.err
}

// CheckDemand says whether the matter may be demanded under the pack. It refuses
// what is filled in wrongly (RefuseInvalid with Fields) and what the pack gives
// nobody the right to demand (RefuseFormNotInPack).
func CheckDemand(p Pack, m Matter) error {
	bodies := m.Demanded.Bodies()
	problems := matterProblems(m, []string{string(OriginResidents), string(OriginRepresentatives)}, bodies)
	if len(bodies) == 0 {
		problems = append(problems, FieldProblem{Field: "demanded", Problem: "not_a_choice"})
	}
	if (m.Demanded == DemandOwnersMeeting) != (m.Estate != "") {
		problems = append(problems, FieldProblem{Field: "estate", Problem: "required"})
	}
	if len(problems) > 0 {
		return &Refusal{Code: RefuseInvalid, Fields: problems}
	}
	_, err := DemandOf(p, m.Demanded)
	return err
}

// SheetChannel is a signature on a paper sheet 纸质签名单, entered by the clerk.
const SheetChannel Channel = "paper"

// Signature is 签名 below a joint demand: one of each person, by whatever channel.
type Signature struct {
	Process ProcessID
	Person  Person
	Channel Channel
	At      time.Time
	// Sheet is the photo of the paper sheet, and EnteredBy who copied it.
	Sheet     PaperRef
	EnteredBy PersonID
}

// Line is what stands of a signature in the hash of all: "person channel sheet\n",
// the sheet by its hash or "-".
func (s Signature) Line() string {
	sheet := s.Sheet.SHA256
	if sheet == "" {
		sheet = "-"
	}
	return strings.Join([]string{string(s.Person.ID), string(s.Channel), sheet}, " ")
}

// SheetRow is one row of a paper sheet as the clerk copies it: a name, and where
// several people have it their group or home.
type SheetRow struct {
	Name string `json:"name"`
	Home string `json:"home,omitempty"`
}

// SheetProblem says why a row of a sheet was not entered.
type SheetProblem struct {
	// Row counts from one.
	Row int `json:"row"`
	// Problem is a catalogue key: required, unknown, ambiguous, under_age, not_on_roll, twice, taken_back.
	Problem string `json:"problem"`
}

// SignatureRoll is the roll of one office frozen at the close, with how many on it signed.
type SignatureRoll struct {
	Office Office `json:"office"`
	Due    int    `json:"due"`
	Signed int    `json:"signed"`
	// SHA256 is of the sorted ids, each followed by a newline.
	SHA256 string `json:"sha256"`
}

// SignatureCount is the signatures as they were counted at the close.
type SignatureCount struct {
	Web   int `json:"web"`
	Paper int `json:"paper"`
	// Rolls are those of the offices that count; one signature may stand on several.
	Rolls []SignatureRoll `json:"rolls"`
	// Outside are signatures of persons who were on none of the rolls at the close.
	Outside []OutsideSignatures `json:"outside,omitempty"`
	// SHA256 is of the sorted lines of all signatures (Signature.Line).
	SHA256 string `json:"sha256"`
}

// OutsideSignatures counts signatures that do not count, for one reason.
type OutsideSignatures struct {
	// Reason is a catalogue key: moved, dead, erased or no_office.
	Reason string `json:"reason"`
	Count  int    `json:"count"`
}

// All is the number of signatures, whether they count or not.
func (n SignatureCount) All() int { return n.Web + n.Paper }

// DemandVerdict decides whether enough have signed. The thresholds are
// alternatives; each is of its own roll.
func DemandVerdict(thresholds []MajorityRule, n SignatureCount) Verdict {
	v := Verdict{Question: DemandQuestion}
	for _, t := range thresholds {
		var roll SignatureRoll
		for _, r := range n.Rolls {
			if r.Office == signersOf(t.Majority.Of) {
				roll = r
			}
		}
		c := check(t, roll.Signed, roll.Due)
		v.Checks, v.Met = append(v.Checks, c), v.Met || c.Met
	}
	return v
}

// DemandStatus is where a joint demand stands.
type DemandStatus struct {
	Demanded   Demanded       `json:"demanded"`
	Thresholds []MajorityRule `json:"thresholds"`
	Opened     time.Time      `json:"opened"`
	// Until is when the signing ends unless it is closed early; Closed when it did.
	Until   time.Time `json:"until"`
	Closed  time.Time `json:"closed,omitzero"`
	Verdict *Verdict  `json:"verdict,omitempty"`
	// Answer is what the conveners said last, Day the day they named where they accepted.
	Answer   PaperRef  `json:"answer,omitzero"`
	Accepted bool      `json:"accepted,omitempty"`
	Day      time.Time `json:"day,omitzero"`
	// Guidance is what the street or township said.
	Guidance PaperRef `json:"guidance,omitzero"`
	// From is the moment from which ConveneDays are counted: the count, or the guidance.
	From time.Time `json:"from,omitzero"`
	// Started is the process that was started for the demand.
	Started ProcessID `json:"started,omitempty"`
}

// SignaturesData says that signing closed, and what was counted.
type SignaturesData struct {
	Opened time.Time `json:"opened"`
	Until  time.Time `json:"until"`
	Closed time.Time `json:"closed"`
	Days   DaysRule  `json:"days"`
	// Early: the starter closed it before its end.
	Early   bool           `json:"early,omitempty"`
	Count   SignatureCount `json:"count"`
	Verdict Verdict        `json:"verdict"`
}

// DemandAnswerData is an answer of the conveners, or guidance from above: whether
// the meeting will be held, and why.
type DemandAnswerData struct {
	Paper    PaperRef  `json:"paper"`
	Accepted bool      `json:"accepted"`
	Day      time.Time `json:"day,omitzero"`
}

// DemandMetData says that what was demanded was started.
type DemandMetData struct {
	Started ProcessID `json:"started"`
}

// DemandStages lists the stages of a joint demand in order. Guiding is entered only
// where the conveners refuse or stay silent.
var DemandStages = []Stage{Signing, Answering, Guiding, Convening, Archive}

// NextOfDemand gives the stage that follows in a joint demand, and false where it
// ends. A demand that the conveners refuse, do not answer, or do not carry out goes
// to the street or township.
func NextOfDemand(s Stage, o Outcome) (Stage, bool) {
	switch {
	case o == Withdrawn || o == Cancelled || o == Lost:
		return Archive, false
	case o == Contested:
		return Guiding, true
	case s == Signing:
		return Answering, true
	case s == Answering || s == Guiding:
		return Convening, true
	}
	return Archive, false
}
