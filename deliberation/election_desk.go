package deliberation

// RegistrationLine is somebody as the registration desk sees them: what they stated,
// and what the rules say of them today.
type RegistrationLine struct {
	Person Person `json:"person"`
	// Entered: the desk has an entry of the person; else the record alone speaks.
	Entered bool          `json:"entered,omitempty"`
	Entry   RegisterEntry `json:"entry"`
	Found   Registration  `json:"found"`
}

// ElectorLine is somebody on the published list of electors, or left out of it.
type ElectorLine struct {
	Person Person             `json:"person"`
	Class  RegistrationClass  `json:"class,omitempty"`
	In     bool               `json:"in"`
	Reason RegistrationReason `json:"reason,omitempty"`
}

// RegistrationReasons lists why somebody is not registered, in the order of the law.
var RegistrationReasons = []RegistrationReason{
	NotUnderAge, NotBirthUnknown, NotDead, NotMoved, NotDeprived, NotTwice, NotWished, NotLongEnough,
	NotConsented, NotCertified, NotOfThePlace, NotCountedAbsent, NotRepresentative,
}

// ElectionMethods lists the methods, the widest first.
var ElectionMethods = []ElectionMethod{AllElectors, HouseholdRepresentatives, ByRepresentatives}

var classWords = map[RegistrationClass]word{
	HukouResident:     {"户籍在本地并在本地居住", "household registration here, lives here"},
	HukouAway:         {"户籍在本地，不在本地居住", "household registration here, lives elsewhere"},
	PermanentResident: {"非户籍常住居民", "permanent resident, registered elsewhere"},
	CommunityWorker:   {"社区工作者", "community worker"},
	Outsider:          {"非本村户籍，在本村居住或者工作", "from elsewhere, lives or works here"},
}

// Word names the class.
func (c RegistrationClass) Word(lang string) string { return classWords[c].in(lang) }

var nomineeWords = map[NomineeState]word{
	NomineeNamed:     {"已提名，尚未答复", "named, has not answered"},
	NomineeAccepted:  {"书面同意参选", "agreed to stand"},
	NomineeDeclined:  {"不同意参选", "declined"},
	NomineeQualified: {"资格审查通过", "qualified"},
	NomineeBarred:    {"资格审查不通过", "not qualified"},
	NomineeWithdrew:  {"已退出", "withdrew"},
}

// Word says how a nominee stands.
func (s NomineeState) Word(lang string) string { return nomineeWords[s].in(lang) }
