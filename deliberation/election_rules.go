package deliberation

import "slices"

// ElectionMethod is how a committee is elected 选举方式 (V-NEW 第十四条, U-NEW 第十四条).
type ElectionMethod string

// The methods. Villages know the first only.
const (
	AllElectors              ElectionMethod = "all_electors"              // 全体有选举权的居(村)民
	HouseholdRepresentatives ElectionMethod = "household_representatives" // 每户派代表
	ByRepresentatives        ElectionMethod = "representatives"           // 居民代表
)

var methodWords = map[ElectionMethod]word{
	AllElectors:              {"全体选民直接选举", "all electors"},
	HouseholdRepresentatives: {"每户派代表选举", "one representative of each household"},
	ByRepresentatives:        {"居民代表选举", "residents' representatives"},
}

// Word names the method.
func (m ElectionMethod) Word(lang string) string { return methodWords[m].in(lang) }

// Office is by which office those who elect are found on the record. There is no list of
// electors between elections: those of eighteen or more stand for them.
func (m ElectionMethod) Office() Office {
	switch m {
	case HouseholdRepresentatives:
		return HouseholdHead
	case ByRepresentatives:
		return Representative
	}
	return Resident
}

// ElectionPost is a post that is voted for 职务.
type ElectionPost string

// The posts, from the highest. WomanMember is the member's seat that is kept for a
// woman where none was elected (S-VE 第三十四条第二项).
const (
	PostDirector ElectionPost = "director"     // 主任
	PostDeputy   ElectionPost = "deputy"       // 副主任
	PostMember   ElectionPost = "member"       // 委员
	WomanMember  ElectionPost = "woman_member" // 妇女委员(另行选举)
)

// ElectionPosts lists the posts from the highest.
var ElectionPosts = []ElectionPost{PostDirector, PostDeputy, PostMember, WomanMember}

var postWords = map[ElectionPost]word{
	PostDirector: {"主任", "director"},
	PostDeputy:   {"副主任", "deputy director"},
	PostMember:   {"委员", "member"},
	WomanMember:  {"妇女委员", "woman member"},
}

// Word names the post.
func (p ElectionPost) Word(lang string) string { return postWords[p].in(lang) }

// rank puts higher posts first; the kept seat is a member's.
func (p ElectionPost) rank() int {
	if p == WomanMember {
		p = PostMember
	}
	return slices.Index(ElectionPosts, p)
}

// ListRule is a list of codes with the text it stands on.
type ListRule struct {
	Key   string   `json:"key"`
	List  []string `json:"list"`
	Basis Basis    `json:"basis"`
}

// Has reports whether the code is in the list.
func (r ListRule) Has(code string) bool { return slices.Contains(r.List, code) }

// The codes of the choices that no text settles (law.md §17.17, docs/adr/0023).
const (
	OverfullPostOnly    = "that_post_only"     // 只是该职务无效
	OverfullWholeSheet  = "whole_sheet"        // 整张选票无效
	VacatedNext         = "next_with_majority" // 得票过半数的下一名递补
	VacatedFurtherRound = "further_round"      // 另行选举
	VoidBoxLeftOut      = "left_out"           // 不计入
	VoidBoxSpoiled      = "spoiled"            // 作废票计入
)

// ElectionRules is all that an election asks of a rule pack, by one method.
type ElectionRules struct {
	Pack   PackRef        `json:"pack"`
	Kind   CommunityKind  `json:"kind"`
	Method ElectionMethod `json:"method"`

	TermYears    CountRule `json:"term_years"`
	SeatsMin     CountRule `json:"seats_min"`
	SeatsMax     CountRule `json:"seats_max"`
	WomenMin     CountRule `json:"women_min,omitzero"`
	KinAvoidance FlagRule  `json:"kin_avoidance,omitzero"`

	// Of the election committee 选举委员会.
	CommitteeMin CountRule `json:"committee_min"`
	CommitteeMax CountRule `json:"committee_max"`
	// CommitteeKin: who has a near relative among the nominees leaves, too; CommitteeAvoidance:
	// its members are not near relatives of one another.
	CommitteeKin       FlagRule `json:"committee_kin"`
	CommitteeAvoidance FlagRule `json:"committee_avoidance"`
	// AuditFirst: the audit on leaving office is posted before the election committee is
	// chosen. Packs before edition 4 do not ask for it.
	AuditFirst FlagRule `json:"audit_first,omitzero"`

	MinAge             CountRule `json:"min_age"`
	OutsiderMonths     CountRule `json:"outsider_months,omitzero"`
	OutsiderConsent    FlagRule  `json:"outsider_consent,omitzero"`
	PermanentResidents FlagRule  `json:"permanent_residents,omitzero"`
	WorkerMonths       CountRule `json:"worker_months,omitzero"`
	Certificate        FlagRule  `json:"certificate,omitzero"`
	OnePlace           FlagRule  `json:"one_place"`
	ExcludeAbsent      FlagRule  `json:"exclude_absent"`

	ListDays      DaysRule `json:"list_days"`
	ObjectionDays DaysRule `json:"objection_days"`
	RulingDays    DaysRule `json:"ruling_days"`
	ReverifyDays  DaysRule `json:"reverify_days"`

	Nominators       ListRule  `json:"nominators"`
	JointNominators  CountRule `json:"joint_nominators,omitzero"`
	Bars             ListRule  `json:"bars,omitzero"`
	DirectorSurplus  CountRule `json:"director_surplus"`
	MemberSurplusMin CountRule `json:"member_surplus_min"`
	MemberSurplusMax CountRule `json:"member_surplus_max"`
	NominatedDays    DaysRule  `json:"nominated_days"`
	FinalListDays    DaysRule  `json:"final_list_days"`

	AnnounceDays       DaysRule  `json:"announce_days"`
	ProxyAllowed       FlagRule  `json:"proxy_allowed"`
	ProxyAgents        ListRule  `json:"proxy_agents"`
	ProxyMost          CountRule `json:"proxy_most,omitzero"`
	ProxyCandidates    FlagRule  `json:"proxy_candidates"`
	ProxyListDays      DaysRule  `json:"proxy_list_days"`
	MobileBoxes        FlagRule  `json:"mobile_boxes"`
	MobileListDays     DaysRule  `json:"mobile_list_days"`
	StationStaff       CountRule `json:"station_staff"`
	StationScrutineers CountRule `json:"station_scrutineers"`

	// Valid is how many must take part; its denominator is the method's.
	Valid            MajorityRule `json:"valid"`
	Elected          MajorityRule `json:"elected"`
	FurtherRound     MajorityRule `json:"further_round"`
	FurtherRoundDays DaysRule     `json:"further_round_days"`
	EnoughElected    CountRule    `json:"enough_elected"`

	OnlyRegistered FlagRule `json:"only_registered"`
	WomenSeat      FlagRule `json:"women_seat"`
	Overfull       CodeRule `json:"overfull"`
	VoidMobileBox  CodeRule `json:"void_mobile_box"`
	VacatedSeat    CodeRule `json:"vacated_seat"`
	FurtherTurnout FlagRule `json:"further_turnout"`
	FurtherCut     CodeRule `json:"further_cut"`
	VotesDescend   FlagRule `json:"votes_descend"`

	HandoverDays        DaysRule `json:"handover_days"`
	BodiesDays          DaysRule `json:"bodies_days"`
	ArchiveDays         DaysRule `json:"archive_days"`
	ChallengeDays       DaysRule `json:"challenge_days"`
	ChallengeAppealDays DaysRule `json:"challenge_appeal_days"`

	// ReplyDays is how long a nominee has to answer, ReviewDays the township to review,
	// ResultDays how long the result hangs; Filing says with whom it is filed.
	ReplyDays  DaysRule `json:"reply_days"`
	ReviewDays DaysRule `json:"review_days"`
	ResultDays DaysRule `json:"result_days"`
	Filing     CodeRule `json:"filing"`

	AcknowledgeDays DaysRule `json:"acknowledge_days"`
	RectifyDays     DaysRule `json:"rectify_days"`
	QuestionDays    DaysRule `json:"question_days"`
	PrepareDays     DaysRule `json:"prepare_days"`
	RemindDays      DaysRule `json:"remind_days"`
}

// ElectionOf makes, from a pack, all that an election by the method asks of it. A
// method that the pack does not know is refused (RefuseFormNotInPack).
func ElectionOf(p Pack, method ElectionMethod) (ElectionRules, error) {
	r := packReader{pack: p}
	methods := r.listRule("election.methods")
	if r.err != nil {
		return ElectionRules{}, r.err
	}
	if !methods.Has(string(method)) {
		return ElectionRules{}, &Refusal{Code: RefuseFormNotInPack, Basis: &methods.Basis}
	}
	rules := ElectionRules{
		Pack: p.Ref(), Kind: p.Kind, Method: method,

		TermYears: r.count("term.years"), SeatsMin: r.count("committee.min"), SeatsMax: r.count("committee.max"),
		WomenMin: r.countIf("committee.women_min"), KinAvoidance: r.flagIf("committee.kin_avoidance"),
		CommitteeMin: r.count("election.committee_min"), CommitteeMax: r.count("election.committee_max"),
		CommitteeKin: r.flag("election.committee_kin"), CommitteeAvoidance: r.flag("election.committee_avoidance"),
		AuditFirst: r.flagIf("election.audit_first"),

		MinAge:         r.count("election.min_age"),
		OutsiderMonths: r.countIf("election.outsider_months"), OutsiderConsent: r.flagIf("election.outsider_consent"),
		PermanentResidents: r.flagIf("election.permanent_residents"), WorkerMonths: r.countIf("election.worker_months"),
		Certificate: r.flagIf("election.kin_certificate"), OnePlace: r.flag("election.one_place"), ExcludeAbsent: r.flag("election.exclude_absent"),

		ListDays: r.days("election.list_days"), ObjectionDays: r.days("election.list_objection_days"),
		RulingDays: r.days("election.list_ruling_days"), ReverifyDays: r.days("election.reverify_days"),

		Nominators: r.listRule("election.nominators"), JointNominators: r.countIf("election.joint_nominators_min"), Bars: r.listIf("election.bars"),
		DirectorSurplus: r.count("election.director_surplus"), MemberSurplusMin: r.count("election.member_surplus_min"), MemberSurplusMax: r.count("election.member_surplus_max"),
		NominatedDays: r.days("election.nominated_list_days"), FinalListDays: r.days("election.final_list_days"),

		AnnounceDays: r.days("election.announce_days"),
		ProxyAgents:  r.listRule("election.proxy_agents"), ProxyMost: r.countIf("election.proxy_principals_max"),
		ProxyCandidates: r.flag("election.proxy_candidates"), ProxyListDays: r.days("election.proxy_list_days"),
		MobileBoxes: r.flag("election.mobile_boxes"), MobileListDays: r.days("election.mobile_list_days"),
		StationStaff: r.count("election.station_staff"), StationScrutineers: r.count("election.station_scrutineers"),

		Elected: r.majority("election.elected"), FurtherRound: r.majority("election.further_round"),
		FurtherRoundDays: r.days("election.further_round_days"), EnoughElected: r.count("election.enough_elected"),

		OnlyRegistered: r.flag("election.only_registered"), WomenSeat: r.flag("election.women_seat"),
		Overfull: r.code("election.combined_paper_overfull"), VoidMobileBox: r.code("election.void_mobile_box"), VacatedSeat: r.code("election.vacated_seat"),
		FurtherTurnout: r.flag("election.further_turnout"), FurtherCut: r.code("election.further_cut"),
		VotesDescend: r.flag("election.votes_descend"),

		HandoverDays: r.days("handover.days"), BodiesDays: r.days("election.bodies_days"), ArchiveDays: r.days("election.archive_days"),
		ChallengeDays: r.days("election.challenge_days"), ChallengeAppealDays: r.days("election.challenge_appeal_days"),
		ReplyDays: r.days("election.reply_days"), ReviewDays: r.days("election.review_days"), ResultDays: r.days("election.result_days"),
		Filing: r.code("election.filing"),
	}
	c, err := ConferenceOf(p, Conference)
	if err != nil {
		return ElectionRules{}, err
	}
	rules.AcknowledgeDays, rules.RectifyDays, rules.QuestionDays = c.AcknowledgeDays, c.RectifyDays, c.QuestionDays
	rules.PrepareDays, rules.RemindDays = c.PrepareDays, c.RemindDays
	rules.ProxyAllowed = FlagRule{Key: rules.ProxyAgents.Key, Value: true, Basis: rules.ProxyAgents.Basis}
	switch method {
	case AllElectors:
		rules.Valid = r.majority("election.valid_electors")
	case HouseholdRepresentatives:
		rules.Valid = r.majority("election.valid_households")
	case ByRepresentatives:
		rules.Valid = r.majority("election.valid_representatives")
		rules.ProxyAllowed = r.flag("election.proxy_by_representatives")
	}
	return rules, r.err
}

// ElectionChoices are what the election's own method 选举办法, approved by the assembly
// or the representatives' conference, settles otherwise than our defaults do. Empty
// and nil leave the default. What a law settles stays as it is.
type ElectionChoices struct {
	Overfull       string `json:"overfull,omitempty"`
	VoidMobileBox  string `json:"void_mobile_box,omitempty"`
	VacatedSeat    string `json:"vacated_seat,omitempty"`
	FurtherTurnout *bool  `json:"further_turnout,omitempty"`
	VotesDescend   *bool  `json:"votes_descend,omitempty"`
	MobileBoxes    *bool  `json:"mobile_boxes,omitempty"`
}

// Adopt puts the choices of an approved method into the rules. A code that does not
// exist is RefuseInvalid; a choice against a text that is law here, too, with its Basis.
func (r ElectionRules) Adopt(c ElectionChoices) (ElectionRules, error) {
	approved := Basis{Citation: Citation{Law: "本次选举办法"}, Confidence: LocalPractice}
	wrong := func(field string, b *Basis) error {
		return &Refusal{Code: RefuseInvalid, Basis: b, Fields: []FieldProblem{{Field: field, Problem: "not_a_choice"}}}
	}
	for _, x := range []struct {
		field, code string
		known       []string
		rule        *CodeRule
	}{
		{"overfull", c.Overfull, []string{OverfullPostOnly, OverfullWholeSheet}, &r.Overfull},
		{"void_mobile_box", c.VoidMobileBox, []string{VoidBoxLeftOut, VoidBoxSpoiled}, &r.VoidMobileBox},
		{"vacated_seat", c.VacatedSeat, []string{VacatedNext, VacatedFurtherRound}, &r.VacatedSeat},
	} {
		switch {
		case x.code == "" || x.code == x.rule.Code:
		case !slices.Contains(x.known, x.code):
			return r, wrong(x.field, nil)
		case x.rule.Basis.Confidence == LawText:
			return r, wrong(x.field, &x.rule.Basis)
		default:
			x.rule.Code, x.rule.Basis = x.code, approved
		}
	}
	for _, x := range []struct {
		field string
		value *bool
		rule  *FlagRule
	}{
		{"further_turnout", c.FurtherTurnout, &r.FurtherTurnout},
		{"votes_descend", c.VotesDescend, &r.VotesDescend},
		{"mobile_boxes", c.MobileBoxes, &r.MobileBoxes},
	} {
		switch {
		case x.value == nil || *x.value == x.rule.Value:
		case x.rule.Basis.Confidence == LawText:
			return r, wrong(x.field, &x.rule.Basis)
		default:
			x.rule.Value, x.rule.Basis = *x.value, approved
		}
	}
	return r, nil
}

// AuditSince is from when an audit is one of the term that ends with the election: since
// the last election that stands was declared, or else since so many years before.
func (r ElectionRules) AuditSince(day Date, elections []Process) Date {
	since := day.AddYears(-r.TermYears.Count)
	for _, p := range elections {
		e := p.Status.Election
		if e == nil || e.Setup.ByElection || e.Declared.IsZero() || p.Status.Outcome == Lost {
			continue
		}
		if declared := DateOf(e.Declared.In(Shanghai)); declared.After(since) {
			since = declared
		}
	}
	return since
}

// Surplus gives the lawful range of candidates over seats 差额 at a post. Director and
// deputies have one number (S-VE 第二十二条第一款).
func (r ElectionRules) Surplus(p ElectionPost) (least, most CountRule) {
	if p.rank() < PostMember.rank() {
		return r.DirectorSurplus, r.DirectorSurplus
	}
	return r.MemberSurplusMin, r.MemberSurplusMax
}

func (r *packReader) count(key string) CountRule {
	v, err := r.pack.CountRule(key)
	r.keep(err)
	return v
}

func (r *packReader) countIf(key string) CountRule {
	if !r.pack.Has(key) {
		return CountRule{}
	}
	return r.count(key)
}

func (r *packReader) majority(key string) MajorityRule {
	v, err := r.pack.MajorityRule(key)
	r.keep(err)
	return v
}

func (r *packReader) code(key string) CodeRule {
	v, err := r.pack.CodeRule(key)
	r.keep(err)
	return v
}

func (r *packReader) listRule(key string) ListRule {
	q := r.list(key)
	return ListRule{Key: key, List: q.List, Basis: q.Basis}
}

func (r *packReader) listIf(key string) ListRule {
	if !r.pack.Has(key) {
		return ListRule{}
	}
	return r.listRule(key)
}
