package dossier

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/yishi-project/yishi/deliberation"
)

// Case is process.json: what was decided, where, under which rules and clock.
type Case struct {
	ID        deliberation.ProcessID `json:"id"`
	Kind      string                 `json:"kind"`
	Community Place                  `json:"community"`
	Matter    deliberation.Matter    `json:"matter"`
	Pack      deliberation.PackRef   `json:"pack"`
	Started   deliberation.Date      `json:"started"`
	StartedBy deliberation.PersonID  `json:"started_by"`
	Office    deliberation.Office    `json:"office"`
	Clock     deliberation.Clock     `json:"clock"`
	Status    deliberation.Status    `json:"status"`
}

// Place is the community of a case.
type Place struct {
	ID    deliberation.CommunityID   `json:"id"`
	Name  string                     `json:"name"`
	Kind  deliberation.CommunityKind `json:"kind"`
	Place string                     `json:"place,omitempty"`
	// Demo communities are made up: nothing in their dossiers has legal effect.
	Demo bool `json:"demo,omitempty"`
}

// Roll is rolls/MEETING.json: who was due 应到, and who signed in 签到.
type Roll struct {
	Meeting deliberation.MeetingID `json:"meeting"`
	Body    deliberation.Body      `json:"body"`
	Members []RollMember           `json:"members"` // sorted by person
	// Events are who came and went; dossiers from before they were kept have none.
	Events []deliberation.HallEvent `json:"events,omitempty"`
	// Observers attended 列席 and never count; their names stand with those of people.
	Observers []RollObserver `json:"observers,omitempty"`
}

// RollObserver is somebody who attended without being a member.
type RollObserver struct {
	ID       string                `json:"id"`
	Capacity deliberation.Capacity `json:"capacity"`
}

// RollMember is one member on a roll.
type RollMember struct {
	Person    deliberation.PersonID `json:"person"`
	Parts     []deliberation.Body   `json:"parts,omitempty"`
	CheckedIn time.Time             `json:"checked_in,omitzero"`
	CheckedBy deliberation.PersonID `json:"checked_by,omitempty"`
	// Area is an owner's, in hundredths of a square metre.
	Area int `json:"area,omitempty"`
}

// Opinion is one line of opinions.json 征求意见.
type Opinion struct {
	ID          string                `json:"id"`
	Person      deliberation.PersonID `json:"person"`
	Channel     deliberation.Channel  `json:"channel,omitempty"` // empty: the web
	Paper       deliberation.PaperRef `json:"paper,omitzero"`
	Text        string                `json:"text,omitempty"`
	Given       time.Time             `json:"given"`
	Disposition string                `json:"disposition,omitempty"`
	Answer      string                `json:"answer,omitempty"`
	Answered    time.Time             `json:"answered,omitzero"`
	AnsweredBy  deliberation.PersonID `json:"answered_by,omitempty"`
}

// FactLine is one line of facts.jsonl: the leaf is kept byte by byte.
type FactLine struct {
	Index int64           `json:"index"`
	Leaf  json.RawMessage `json:"leaf"`
}

// Proofs is proofs.json: the way from each fact to the root in checkpoint.txt.
type Proofs struct {
	Size   int64   `json:"size"`
	Proofs []Proof `json:"proofs"`
}

// Proof is the proof of one fact.
type Proof struct {
	Index  int64            `json:"index"`
	Hashes tlog.RecordProof `json:"hashes"`
}

// choice is one line of ballots/POLL.txt.
type choice struct {
	person deliberation.PersonID
	choice deliberation.Choice
}

// rollText gives the ids sorted, each followed by a newline: what RollSHA256 is of.
func rollText(ids []deliberation.PersonID) []byte {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	var b strings.Builder
	for _, id := range ids {
		b.WriteString(string(id) + "\n")
	}
	return []byte(b.String())
}

// ballotText gives the lines "person choice\n" sorted by person: what
// BallotsSHA256 is of.
func ballotText(lines []choice) []byte {
	lines = slices.Clone(lines)
	slices.SortFunc(lines, func(a, b choice) int { return strings.Compare(string(a.person), string(b.person)) })
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(string(l.person) + " " + string(l.choice) + "\n")
	}
	return []byte(b.String())
}

// lineText gives the lines sorted, each followed by a newline.
func lineText(lines []string) []byte {
	var b strings.Builder
	for _, l := range slices.Sorted(slices.Values(lines)) {
		b.WriteString(l + "\n")
	}
	return []byte(b.String())
}

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// safeName gives an id as part of a file name. Ids are opaque: what is neither
// letter nor digit nor one of "._-" is escaped, so that no id leads out of the zip.
func safeName(id string) string {
	const hexDigits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(id) {
		c := id[i]
		plain := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-' || (c == '.' && i > 0)
		if plain {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hexDigits[c>>4])
		b.WriteByte(hexDigits[c&15])
	}
	return b.String()
}

func rollFile(m deliberation.MeetingID) string { return rollsDir + safeName(string(m)) + ".json" }
func votersFile(p deliberation.PollID) string  { return votersDir + safeName(string(p)) + ".txt" }
func ballotsFile(p deliberation.PollID) string { return ballotsDir + safeName(string(p)) + ".txt" }
func receiptsFile(p deliberation.PollID) string {
	return receiptsDir + safeName(string(p)) + ".txt"
}
func cancelledFile(p deliberation.PollID) string {
	return cancelledDir + safeName(string(p)) + ".txt"
}
func paperStem(p deliberation.PaperID) string { return papersDir + safeName(string(p)) }
func formFile(n int) string                   { return formsDir + "form-" + strconv.Itoa(n) + ".json" }

// extensions of the media types a paper may have.
var extensions = map[string]string{"text/plain": ".txt", "image/jpeg": ".jpg", "image/png": ".png"}

// writeJSON gives the one form in which a dossier writes data.
func writeJSON(v any) ([]byte, error) {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(b, '\n'), nil
}
