package pages

import (
	"slices"

	"github.com/yishi-project/yishi/deliberation"
)

// BoxLine is an opinion in the opinion box with the day by which it is answered.
type BoxLine struct {
	Opinion deliberation.BoxOpinion
	// Due and Rule are empty where no rule sets days.
	Due  deliberation.Date
	Rule deliberation.DaysRule
	// Late is by how many days it is, or was, late.
	Late int
}

// OpinionBoxView is 意见箱 as residents meet it.
type OpinionBoxView struct {
	Page
	Community deliberation.Community
	Choose    []deliberation.Community
	// OpenToAll says that no account is needed.
	OpenToAll, MayPut, MayRead bool
	Own, Published             []BoxLine
	// Text, Category and Publish keep what was typed.
	Text, Category string
	Publish        bool
	Key            string
	Problem        *Problem
}

func (v OpinionBoxView) publishValue() string {
	if v.Publish {
		return "yes"
	}
	return ""
}

// BoxCategoryOptions offers what an opinion may be about.
func (p Page) BoxCategoryOptions() []Option {
	return slices.DeleteFunc(p.CategoryOptions(), func(o Option) bool {
		return o.Value != "" && !slices.Contains(deliberation.BoxCategories, deliberation.Category(o.Value))
	})
}

// BoxNumberView shows the number of an opinion, once.
type BoxNumberView struct {
	Page
	Number    string
	Community deliberation.CommunityID
}

// BoxQueueView is the opinion box for those who answer.
type BoxQueueView struct {
	Page
	Waiting, Done, Abuse []BoxLine
	OpenToAll, MaySet    bool
}

// BoxOpinionView is one opinion: for who has its number, or for those who answer.
type BoxOpinionView struct {
	Page
	Line  BoxLine
	Names Names
	// InOffice says that the reader answers or oversees.
	InOffice, MayAnswer, MayStart bool
	Outcome, Answer               string
	Problem                       *Problem
}

// BoxWord is what became of an opinion, in a word.
func (p Page) BoxWord(o deliberation.BoxOutcome) string {
	if o == "" {
		return p.S("opinion_box_waiting")
	}
	return p.S("opinion_box_outcome_" + string(o))
}

// BoxOutcomeOptions offers what may be said of an opinion.
func (p Page) BoxOutcomeOptions() []Option {
	list := []Option{}
	for _, o := range deliberation.BoxOutcomes {
		if o != deliberation.BoxProcess {
			list = append(list, Option{Value: string(o), Label: p.BoxWord(o)})
		}
	}
	return list
}

func boxTone(l BoxLine) Tone {
	switch {
	case l.Opinion.Outcome != "":
		return Good
	case l.Late > 0:
		return Bad
	}
	return Wait
}
