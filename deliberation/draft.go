package deliberation

import "time"

// MatterDraft is what somebody typed into the form that starts a process, and kept
// 草稿. Nothing rests on it.
type MatterDraft struct {
	Person PersonID
	// Kind is the kind of process; a person keeps one draft of each.
	Kind   string
	Fields map[string]string
	Saved  time.Time
}
