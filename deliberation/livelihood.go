package deliberation

// LivelihoodRules is all that the mechanism for livelihood matters 民生事项 asks of a
// rule pack: what 四议两公开 asks for ③, ④ and the two disclosures, and its own.
type LivelihoodRules struct {
	FourDeliberationsRules
	// Steps are the elements of the mechanism, as its source names them.
	Steps ListRule `json:"steps"`
	// SurveyDays is how long counting the satisfaction of residents may take.
	SurveyDays DaysRule `json:"survey_days"`
	// SatisfiedPercent is how many of a hundred who answered must be satisfied, at least
	// basically; Returns is how often a lower share sends the work back.
	SatisfiedPercent CountRule `json:"satisfied_percent"`
	Returns          CountRule `json:"returns"`
}

// LivelihoodOf makes, from a pack, all that a livelihood matter asks of it. A pack of
// an earlier edition knows none (RefuseFormNotInPack).
func LivelihoodOf(p Pack) (LivelihoodRules, error) {
	if !p.Has("livelihood.solicit_days") {
		return LivelihoodRules{}, Refuse(RefuseFormNotInPack)
	}
	shared, err := FourDeliberations(p)
	if err != nil {
		return LivelihoodRules{}, err
	}
	r := packReader{pack: p}
	rules := LivelihoodRules{
		FourDeliberationsRules: shared, Steps: r.listRule("livelihood.steps"),
		SurveyDays: r.days("livelihood.survey_days"), SatisfiedPercent: r.count("livelihood.satisfied_percent"), Returns: r.count("livelihood.returns"),
	}
	rules.SolicitDays = r.days("livelihood.solicit_days")
	return rules, r.err
}

// CheckLivelihood says whether the matter may be decided as a livelihood matter under
// the pack. It refuses as CheckMatter does; there is no ① and ② to merge.
func CheckLivelihood(p Pack, m Matter) error {
	if _, err := LivelihoodOf(p); err != nil {
		return err
	}
	if m.Merged {
		return &Refusal{Code: RefuseInvalid, Fields: []FieldProblem{{Field: "merged", Problem: "unexpected"}}}
	}
	return CheckMatter(p, m)
}

// Whom the merged opinions were found to touch: it decides the forum (law.md §3.1).
const (
	TouchesAll   Finding = Finding(AffectsAll)
	TouchesSome  Finding = Finding(AffectsSome)
	TouchesOther Finding = Finding(AffectsOther)
)

var affectedFindings = []Finding{TouchesAll, TouchesSome, TouchesOther}

// MaxSurveyed bounds how many residents one survey asks. It is Yishi's default, not law.
const MaxSurveyed = 1_000_000

// Satisfaction is 满意度测评 in numbers: how many were asked, how many answers came
// back, and what they say.
type Satisfaction struct {
	Asked     int `json:"asked"`
	Returned  int `json:"returned"`
	Satisfied int `json:"satisfied"`
	Basically int `json:"basically"`
	Not       int `json:"not"`
}

// Check says what is wrong with the numbers: nobody was asked, more answered than were
// asked, or the answers are not as many as came back (RefuseInvalid).
func (s Satisfaction) Check() error {
	wrong := func(field, problem string, limit int) error {
		return &Refusal{Code: RefuseInvalid, Act: FileSurvey, Fields: []FieldProblem{{Field: field, Problem: problem, Limit: limit}}}
	}
	for _, n := range []struct {
		field string
		n     int
	}{{"asked", s.Asked}, {"returned", s.Returned}, {"satisfied", s.Satisfied}, {"basically", s.Basically}, {"not", s.Not}} {
		if n.n < 0 || n.n > MaxSurveyed {
			return wrong(n.field, "not_a_number", MaxSurveyed)
		}
	}
	switch {
	case s.Asked == 0:
		return wrong("asked", "required", 0)
	case s.Returned > s.Asked:
		return wrong("returned", "too_many", s.Asked)
	case s.Satisfied+s.Basically+s.Not != s.Returned:
		return wrong("satisfied", "adds_up", s.Returned)
	}
	return nil
}

// Reaches reports whether so many of a hundred who answered are satisfied, at least
// basically. Where nobody answered none is.
func (s Satisfaction) Reaches(percent int) bool {
	return s.Returned > 0 && (s.Satisfied+s.Basically)*100 >= percent*s.Returned
}

// Percent is how many of a hundred who answered are satisfied, at least basically,
// rounded down.
func (s Satisfaction) Percent() int {
	if s.Returned == 0 {
		return 0
	}
	return (s.Satisfied + s.Basically) * 100 / s.Returned
}

// LivelihoodStatus is where a livelihood matter stands.
type LivelihoodStatus struct {
	// List is the merged list of opinions 意见归并清单, Affected whom it was found to touch.
	List     PaperRef `json:"list,omitzero"`
	Affected Affected `json:"affected,omitempty"`
	// Forwarded is the consultation to which a matter went that needs no hearing.
	Forwarded ProcessID `json:"forwarded,omitempty"`
	// Survey is the last survey, Report its text; Met says that it reached the threshold.
	Survey *Satisfaction `json:"survey,omitempty"`
	Report PaperRef      `json:"report,omitzero"`
	Met    bool          `json:"met,omitempty"`
	// Returns is how often a survey sent the work back.
	Returns int `json:"returns,omitempty"`
}

// MergedData says how the opinions were merged and classified.
type MergedData struct {
	Paper    PaperRef `json:"paper"`
	Affected Affected `json:"affected"`
	// Forum is the forum that the matter needs by this, nil where it needs none.
	Forum *ForumRule `json:"forum,omitempty"`
}

// SurveyData is a survey of satisfaction, and whether it sent the work back.
type SurveyData struct {
	Paper    PaperRef     `json:"paper"`
	Survey   Satisfaction `json:"survey"`
	Rule     CountRule    `json:"rule"`
	Met      bool         `json:"met"`
	Returned bool         `json:"returned,omitempty"`
}

// LivelihoodStages lists the stages of a livelihood matter in order. Forwarding is
// entered only by one that needs no hearing.
var LivelihoodStages = []Stage{Soliciting, PublicHearing, Review, Resolution, ResolutionDisclosure, Implementation, SatisfactionCheck, ResultDisclosure, Forwarding, Archive}

// NextOfLivelihood gives the stage that follows in a livelihood matter, and false where
// it ends. affected is whom the merged opinions touch; standing says that a resolution
// stands and a change of it was put to the body that decided. What experts find not
// feasible is planned and heard again; what too few are satisfied with is worked on
// again; a text that the residents change goes before the Party members again.
func NextOfLivelihood(s Stage, o Outcome, affected Affected, standing bool) (Stage, bool) {
	switch {
	case s == Resolution && o == Lost && standing:
		return Implementation, true
	case o == Lost || o == Withdrawn || o == Cancelled:
		return Archive, false
	case o == Inquorate:
		return s, true
	case o == Contested:
		return Review, true
	case s == Soliciting && affected == AffectsOther:
		return Forwarding, true
	case s == Soliciting:
		return PublicHearing, true
	case s == PublicHearing && o == Returned:
		return PublicHearing, true
	case s == PublicHearing:
		return Review, true
	case s == Review:
		return Resolution, true
	case s == Resolution && o == Amended:
		return Review, true
	case s == Resolution:
		return ResolutionDisclosure, true
	case s == ResolutionDisclosure:
		return Implementation, true
	case s == Implementation && o == Amended:
		return Resolution, true // only the body that decided may change it (law.md §17.3)
	case s == Implementation:
		return SatisfactionCheck, true
	case s == SatisfactionCheck && o == Returned:
		return Implementation, true
	case s == SatisfactionCheck:
		return ResultDisclosure, true
	}
	return Archive, false
}
