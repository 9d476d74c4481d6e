package deliberation

// Grant is what a motion of the assembly lets the representatives' conference
// decide 授权: which matters, and until when (law.md §4.1; S-VI 第十七条).
type Grant struct {
	Categories []Category `json:"categories"`
	Until      Date       `json:"until"`
}

// Authorisation is a grant that was carried 居(村)民会议授权.
type Authorisation struct {
	ID      string    `json:"id"`
	Process ProcessID `json:"process"`
	// Motion is the assembly's motion, Paper its text: the scope in words.
	Motion string   `json:"motion"`
	Paper  PaperRef `json:"paper"`
	From   Date     `json:"from"`
	Grant
}

// Covers reports whether the conference may decide a matter of the category on the day.
func (a Authorisation) Covers(c Category, on Date) bool {
	if on.Before(a.From) || a.Until.Before(on) {
		return false
	}
	for _, x := range a.Categories {
		if x == c {
			return true
		}
	}
	return false
}
