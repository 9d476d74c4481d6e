package deliberation

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
)

// Line is what stands of a statement in the hash of all: "number kind conclusion
// disposition text reason\n", the last two as SHA-256 in hex, "-" where empty.
func (s Statement) Line() string {
	dash := func(s string) string {
		if s == "" {
			return "-"
		}
		return s
	}
	return strings.Join([]string{
		strconv.Itoa(s.Number), string(s.Kind), dash(string(s.Conclusion)), dash(string(s.Disposition)), textSHA256(s.Text), textSHA256(s.Reason),
	}, " ") + "\n"
}

func textSHA256(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// HearingPlanData says how a hearing is to be held.
type HearingPlanData struct {
	Body Body      `json:"body"`
	Plan PlanCount `json:"plan"`
	// Starts is the moment that is announced.
	Starts time.Time `json:"starts"`
	Paper  PaperRef  `json:"paper"`
	// Otherwise is the forum that the rule has where the other was chosen.
	Otherwise *ForumRule `json:"otherwise,omitempty"`
}

// HearingClosedData says that the chair closed the sitting once all had been heard.
type HearingClosedData struct {
	Meeting MeetingID `json:"meeting"`
}

// SpeakersData says who has the record to sign: those who spoke, and the presenter.
type SpeakersData struct {
	Meeting MeetingID  `json:"meeting"`
	Persons []PersonID `json:"persons"`
}

// RecordSignedData says what became of the record with one who spoke.
type RecordSignedData struct {
	Person PersonID      `json:"person"`
	Record PaperRef      `json:"record"`
	How    RecordSigning `json:"how"`
	Reason PaperRef      `json:"reason,omitzero"`
}

// HearingReportData is the report: what was said in numbers, and the conclusion of
// an appraisal.
type HearingReportData struct {
	Process    ProcessID      `json:"process"`
	Body       Body           `json:"body"`
	Paper      PaperRef       `json:"paper"`
	Count      StatementCount `json:"count"`
	Conclusion Finding        `json:"conclusion,omitempty"`
}

// HearingAskedData says that a matter waits for a hearing.
type HearingAskedData struct {
	Rule  ForumRule `json:"rule"`
	Paper PaperRef  `json:"paper"`
}

// HearingStartedData says which hearing was started for the matter, or that it ended
// without a report and another is to be held.
type HearingStartedData struct {
	Process ProcessID `json:"process"`
	Lapsed  bool      `json:"lapsed,omitempty"`
}

// SpeakerSigning is one who has the record to sign.
type SpeakerSigning struct {
	Person PersonID `json:"person"`
	// How is empty while they have not said.
	How RecordSigning `json:"how,omitempty"`
}

// HearingStatus is where a hearing stands.
type HearingStatus struct {
	Plan   PlanCount `json:"plan"`
	Starts time.Time `json:"starts,omitzero"`
	// Commitment binds the draw, from the day the sign-up opens.
	Commitment string             `json:"commitment,omitempty"`
	Window     SignUpSpan         `json:"window,omitzero"`
	Drawn      *DrawnData         `json:"drawn,omitempty"`
	Meeting    MeetingID          `json:"meeting,omitempty"`
	Record     PaperRef           `json:"record,omitzero"`
	Speakers   []SpeakerSigning   `json:"speakers,omitempty"`
	Report     *HearingReportData `json:"report,omitempty"`
}

// AskedHearing is where the hearing stands that a matter waits for.
type AskedHearing struct {
	Rule ForumRule `json:"rule"`
	// Started is the hearing, empty until it is begun.
	Started ProcessID          `json:"started,omitempty"`
	Report  *HearingReportData `json:"report,omitempty"`
	// Returned: it was found not feasible, and the draft went back to the proposal.
	Returned bool `json:"returned,omitempty"`
}

// Pending reports whether the matter waits for its report.
func (a *AskedHearing) Pending() bool { return a != nil && a.Report == nil }

// SendsBack reports whether the draft must go back to the proposal.
func (a *AskedHearing) SendsBack() bool {
	return a != nil && a.Report != nil && a.Report.Conclusion == NotFeasible && !a.Returned
}
