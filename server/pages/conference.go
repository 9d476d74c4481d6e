package pages

import (
	"strings"

	"github.com/yishi-project/yishi/deliberation"
)

// FirstLine is the title of a text: its first line that says something.
func FirstLine(text string) string {
	for _, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			return line
		}
	}
	return ""
}

// ScreenView is what the hall sees of its meeting.
type ScreenView struct {
	Page
	P       deliberation.Process
	M       deliberation.Meeting
	Quorum  deliberation.Verdict
	Present int
	// CheckIn is the code that leads members to where they sign in, while they do.
	CheckIn string
	// Motion is the title of the motion at hand, the Number-th of Count.
	Motion        string
	Number, Count int
	Voting        deliberation.Voting
	// Poll is the one opened last, nil before the first.
	Poll          *deliberation.Poll
	Voted, Voters int
	// Questions are those of a ballot that asks several motions.
	Questions []QuestionView
	// Speech is who speaks now, nil where nobody does.
	Speech   *deliberation.Speech
	Speaker  string
	Sections []deliberation.SectionCount
	// Live is the address of the script that renews the figures.
	Live string
	// Every is how often the screen asks again, in seconds; it stops when the meeting is Over.
	Every int
	Over  bool
}

// Asked names what the reader votes on.
func (v PollView) Asked() string {
	if v.Poll.Motion != "" && v.Text != "" && len(v.Questions) < 2 {
		return FirstLine(v.Text)
	}
	return v.P.Matter.Title
}

// howOpen says who will know how the reader voted.
func (v PollView) howOpen() string {
	if v.Poll.Secret {
		return v.S("poll_secret_lead")
	}
	return v.S("vote_is_recorded")
}

func motionWord(m deliberation.Motion) string {
	switch {
	case m.SentUp:
		return "sent_up"
	case len(m.Tied) > 0:
		return "tied"
	case m.Met != nil && *m.Met:
		return "carried"
	case m.Met != nil:
		return "lost"
	case m.Poll != "":
		return "now"
	}
	return "waiting"
}

func motionTone(m deliberation.Motion) Tone {
	switch motionWord(m) {
	case "carried":
		return Good
	case "lost", "tied":
		return Bad
	case "now", "sent_up":
		return Wait
	}
	return Idle
}
