package deliberation

// RegistrationClass is by what a person may be registered 登记类别
// (V-NEW 第十六条第二款, U-NEW 第十六条).
type RegistrationClass string

// The classes.
const (
	HukouResident     RegistrationClass = "hukou_resident"     // 户籍在本地并在本地居住
	HukouAway         RegistrationClass = "hukou_away"         // 户籍在本地,不在本地居住
	PermanentResident RegistrationClass = "permanent_resident" // 非户籍常住居民
	CommunityWorker   RegistrationClass = "community_worker"   // 社区工作者
	Outsider          RegistrationClass = "outsider"           // 非本村户籍,居住或者从事村务工作
)

// RegistrationReason is why a person is not registered; empty where they are.
type RegistrationReason string

// The reasons.
const (
	NotUnderAge       RegistrationReason = "under_age"         // 选举日未满规定年龄
	NotBirthUnknown   RegistrationReason = "birth_unknown"     // 出生日期不明
	NotDead           RegistrationReason = "dead"              // 死亡
	NotMoved          RegistrationReason = "moved"             // 迁出
	NotDeprived       RegistrationReason = "deprived"          // 被剥夺政治权利
	NotTwice          RegistrationReason = "registered_before" // 已在其他地方登记
	NotWished         RegistrationReason = "no_wish"           // 本人没有表示参加选举
	NotLongEnough     RegistrationReason = "not_long_enough"   // 居住或者工作时间不够
	NotConsented      RegistrationReason = "no_consent"        // 没有会议同意(选举委员会确认)
	NotCertified      RegistrationReason = "no_certificate"    // 没有户籍地未参加选举的证明
	NotOfThePlace     RegistrationReason = "no_class"          // 不属于可以登记的人员
	NotCountedAbsent  RegistrationReason = "absent"            // 外出,不计入登记总数
	NotRepresentative RegistrationReason = "not_chosen"        // 不是户代表(居民代表)
	// ReasonErased stands where a person's reason was erased with the rest of their data.
	ReasonErased RegistrationReason = "erased" // 已删除
)

var registrationWords = map[RegistrationReason]word{
	NotUnderAge:       {"选举日未满规定年龄", "under age on election day"},
	NotBirthUnknown:   {"出生日期不明", "date of birth unknown"},
	NotDead:           {"已死亡", "dead"},
	NotMoved:          {"已迁出", "moved away"},
	NotDeprived:       {"被依法剥夺政治权利", "deprived of political rights by law"},
	NotTwice:          {"已在其他地方登记参加选举", "registered in another place"},
	NotWished:         {"本人没有表示参加选举", "did not state the wish to take part"},
	NotLongEnough:     {"居住或者工作时间不够", "has not lived or worked here long enough"},
	NotConsented:      {"没有经过会议同意或者选举委员会确认", "without the consent the law asks for"},
	NotCertified:      {"没有户籍地出具的未参加选举的证明", "without the certificate of the place of hukou"},
	NotOfThePlace:     {"不属于可以登记的人员", "of no class that is registered"},
	NotCountedAbsent:  {"外出不能参加选举，又没有书面委托，不计入登记总数", "away without a written mandate, left out of the total"},
	NotRepresentative: {"不是户代表或者居民代表", "not chosen to vote for the household or the group"},
	ReasonErased:      {"资料已删除", "erased"},
}

// Word says the reason.
func (r RegistrationReason) Word(lang string) string { return registrationWords[r].in(lang) }

// Applicant is what registration looks at.
type Applicant struct {
	Person   PersonID
	Birth    Date
	Hukou    Hukou
	Standing Standing
	// LivesHere: lives here permanently 常住; Since is from when, WorksSince since when they
	// do the work of the village 村务 or are a community worker 社区工作者, zero where they do not.
	LivesHere  bool
	Since      Date
	WorksSince Date
	// Wishes: stated the wish to take part, or applied where the class asks for it.
	Wishes bool
	// Consented by the assembly or the representatives' conference; for a community
	// worker, confirmed by the election committee.
	Consented   bool
	Certificate bool // 户籍地未参加选举的证明
	Deprived    bool // 被剥夺政治权利
	Elsewhere   bool // 已在其他地方登记
	// Unavailable: away, and not to be reached or not able to come back. Mandated: has
	// given a written mandate all the same.
	Unavailable, Mandated bool
	// Chosen: is the household's representative, or a residents' representative, where the method asks for one.
	Chosen bool
}

// Registration says whether a person is on the list, as what, and why not.
type Registration struct {
	Person PersonID           `json:"person"`
	In     bool               `json:"in"`
	Class  RegistrationClass  `json:"class,omitempty"`
	Reason RegistrationReason `json:"reason,omitempty"`
	// On is the day the reason speaks of: when they come of age or have been here long enough.
	On Date `json:"on,omitzero"`
	// Basis is the text it stands on.
	Basis Basis `json:"basis"`
}

// Sentence says the result with its source.
func (r Registration) Sentence(lang string) string {
	if r.In {
		return pick(lang, "可以登记。", "May be registered. ") + r.Basis.Source(lang)
	}
	on := ""
	if !r.On.IsZero() {
		on = pick(lang, "（"+r.On.Words(lang)+"起符合）", " (from "+r.On.Words(lang)+")")
	}
	return pick(lang, "不予登记："+r.Reason.Word(lang)+on+"。", "Not registered: "+r.Reason.Word(lang)+on+". ") + r.Basis.Source(lang)
}

// Register decides whether a person may be registered for an election on the day.
// Age and length of stay are reckoned to election day (S-VE 第十五条). Who is away and
// cannot vote is left out of the total only where the rules allow it (S-VE 第十八条).
func Register(a Applicant, r ElectionRules, day Date) Registration {
	out := Registration{Person: a.Person, Basis: r.MinAge.Basis}
	no := func(reason RegistrationReason, b Basis, on Date) Registration {
		out.Reason, out.Basis, out.On = reason, b, on
		return out
	}
	switch {
	case a.Standing == Dead:
		return no(NotDead, r.MinAge.Basis, Date{})
	case a.Standing != Present:
		return no(NotMoved, r.MinAge.Basis, Date{})
	case a.Birth.IsZero():
		return no(NotBirthUnknown, r.MinAge.Basis, Date{})
	case day.Before(a.Birth.AddYears(r.MinAge.Count)):
		return no(NotUnderAge, r.MinAge.Basis, a.Birth.AddYears(r.MinAge.Count))
	case a.Deprived:
		return no(NotDeprived, r.MinAge.Basis, Date{})
	case r.OnePlace.Value && a.Elsewhere:
		return no(NotTwice, r.OnePlace.Basis, Date{})
	}
	class, reason, basis, on := r.classOf(a, day)
	out.Class = class
	switch {
	case reason != "":
		return no(reason, basis, on)
	case r.Method != AllElectors && !a.Chosen:
		return no(NotRepresentative, r.Valid.Basis, Date{})
	case r.ExcludeAbsent.Value && a.Unavailable && !a.Mandated:
		return no(NotCountedAbsent, r.ExcludeAbsent.Basis, Date{})
	}
	out.In, out.Basis = true, basis
	return out
}

// classOf finds the class by which the person may be registered. Villagers with hukou
// who live in the village are registered without asking; in a community everybody
// states the wish (U-NEW 第十六条).
func (r ElectionRules) classOf(a Applicant, day Date) (RegistrationClass, RegistrationReason, Basis, Date) {
	if a.Hukou == HukouHere {
		class := HukouAway
		if a.LivesHere {
			class = HukouResident
		}
		if !a.Wishes && (r.Kind == Urban || class == HukouAway) {
			return class, NotWished, r.MinAge.Basis, Date{}
		}
		return class, "", r.MinAge.Basis, Date{}
	}
	if a.LivesHere && r.PermanentResidents.Value {
		if !a.Wishes {
			return PermanentResident, NotWished, r.PermanentResidents.Basis, Date{}
		}
		return PermanentResident, "", r.PermanentResidents.Basis, Date{}
	}
	class, months, since := Outsider, r.OutsiderMonths, earlier(a.Since, a.WorksSince)
	if r.Kind == Urban {
		class, months, since = CommunityWorker, r.WorkerMonths, a.WorksSince
	}
	if months.Key == "" || since.IsZero() {
		return "", NotOfThePlace, r.MinAge.Basis, Date{}
	}
	switch enough := since.AddMonths(months.Count); {
	case day.Before(enough):
		return class, NotLongEnough, months.Basis, enough
	case !a.Wishes:
		return class, NotWished, months.Basis, Date{}
	case r.Certificate.Value && !a.Certificate:
		return class, NotCertified, r.Certificate.Basis, Date{}
	case !a.Consented && r.Kind == Urban:
		return class, NotConsented, months.Basis, Date{}
	case !a.Consented && r.OutsiderConsent.Value:
		return class, NotConsented, r.OutsiderConsent.Basis, Date{}
	}
	return class, "", months.Basis, Date{}
}

// earlier gives the earlier of two days; one that is not set does not count.
func earlier(a, b Date) Date {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// MayObject decides whether an objection to the published list is in time: the day of
// publication is not counted, and a last day that is a rest day moves on
// (V-NEW 第十七条第二款; RefuseTooLate).
func (r ElectionRules) MayObject(cal Calendar, published, on Date) error {
	last := cal.Deadline(published, r.ObjectionDays.Days)
	if on.After(last.Date) {
		return &Refusal{Code: RefuseTooLate, Basis: &r.ObjectionDays.Basis, Latest: last.Date.End(), Days: r.ObjectionDays.Days}
	}
	return nil
}

// Reverify reports whether an election put off from one day to another needs its lists
// verified and published anew (S-VE 第十九条第二款).
func (r ElectionRules) Reverify(was, now Date) bool { return now.Sub(was) > r.ReverifyDays.Days }
