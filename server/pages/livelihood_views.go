package pages

import "github.com/yishi-project/yishi/deliberation"

// LivelihoodView is where a livelihood matter stands, with its texts and rules.
type LivelihoodView struct {
	deliberation.LivelihoodStatus
	// Merged is the merged list of opinions, Surveyed the text of the survey.
	Merged, Surveyed string
	Rules            *deliberation.LivelihoodRules
	MayForward       bool
}

// Forum gives the forum that the matter needs, nil where it needs none or is not
// classified yet.
func (v LivelihoodView) Forum() *deliberation.ForumRule {
	if v.Rules == nil || v.Affected == "" {
		return nil
	}
	return deliberation.ForumFor(v.Rules.Forums, v.Affected)
}

// ChannelOptions offers how an opinion came.
func (p Page) ChannelOptions() (list []Option) {
	for _, c := range deliberation.OpinionChannels {
		list = append(list, Option{Value: string(c), Label: p.S("opinion_channel_" + string(c))})
	}
	return list
}
