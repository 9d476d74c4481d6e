package deliberation

import (
	"cmp"
	"fmt"
	"slices"
)

// ElectionFault is something that an election may not go on with, with its numbers
// and its text.
type ElectionFault struct {
	// Code is one of the codes below.
	Code   string       `json:"code"`
	Post   ElectionPost `json:"post,omitempty"`
	Person PersonID     `json:"person,omitempty"`
	Had    int          `json:"had,omitempty"`
	Want   int          `json:"want,omitempty"`
	Basis  Basis        `json:"basis"`
}

// The faults.
const (
	FaultNominator      = "nominator"       // 不是可以提名的主体
	FaultTooFewSigners  = "too_few_signers" // 联名人数不足
	FaultSigner         = "signer"          // 联名人没有登记
	FaultTooManyNamed   = "too_many_named"  // 提名人数多于应选名额
	FaultNotRegistered  = "not_registered"  // 被提名人没有登记
	FaultBarred         = "barred"          // 不得提名的情形
	FaultTwoPosts       = "two_posts"       // 两项以上职务没有书面确认
	FaultSurplusShort   = "surplus_short"   // 候选人不足差额
	FaultSurplusChoice  = "surplus_choice"  // 差额数不合规定
	FaultPreselect      = "preselect"       // 须预选
	FaultPreselectPoll  = "preselect_poll"  // 预选参加人数不足
	FaultTied           = "tied"            // 末位票数相等
	FaultCommitteeSize  = "committee_size"  // 选举委员会人数
	FaultCommitteeKin   = "committee_kin"   // 选举委员会近亲属
	FaultCommitteeGap   = "committee_gap"   // 选举委员会缺额
	FaultSeats          = "seats"           // 应选名额不合规定
	FaultStaff          = "staff"           // 投票站工作人员不足
	FaultScrutineers    = "scrutineers"     // 监票人不足
	FaultStaffCandidate = "staff_candidate" // 候选人参与组织工作
	FaultStaffKin       = "staff_kin"       // 候选人近亲属担任监票人等
	FaultMobile         = "mobile"          // 不能设流动票箱

	FaultNotResident       = "not_resident"       // 不是本社区(村、小组)的成年居(村)民
	FaultOffice            = "office"             // 所任职务不得兼任
	FaultKin               = "kin"                // 与被监督的人是近亲属
	FaultNotRepresentative = "not_representative" // 不是代表
	FaultTooFewStand       = "too_few_stand"      // 候选人少于应选名额
	FaultDayPassed         = "day_passed"         // 选举日已过,须推迟
)

var faultWords = map[string]word{
	FaultNominator:      {"不是可以提名候选人的主体", "may not nominate"},
	FaultTooFewSigners:  {"联名人数不足", "too few who nominate jointly"},
	FaultSigner:         {"联名人没有登记参加选举", "one who nominates is not registered"},
	FaultTooManyNamed:   {"提名人数多于应选名额", "more persons named than there are seats"},
	FaultNotRegistered:  {"被提名人没有登记参加选举", "who is nominated is not registered"},
	FaultBarred:         {"有不得提名的情形", "barred from being nominated"},
	FaultTwoPosts:       {"被提名两项以上职务，没有书面确认其中一项", "nominated for two posts and no written choice of one"},
	FaultSurplusShort:   {"候选人数不足规定的差额，须再次组织提名", "fewer candidates than the surplus demands: nominate again"},
	FaultSurplusChoice:  {"差额数不合规定", "the surplus is outside what is allowed"},
	FaultPreselect:      {"被提名人数超过规定的差额，须组织预选", "more nominees than the surplus allows: hold a preselection"},
	FaultPreselectPoll:  {"参加预选的人数不足", "too few took part in the preselection"},
	FaultTied:           {"末位票数相等，须就票数相等的再次投票", "a tie at the last place: vote again on the tied"},
	FaultCommitteeSize:  {"选举委员会人数不合规定", "the election committee has too few or too many members"},
	FaultCommitteeKin:   {"选举委员会成员之间有近亲属关系", "near relatives on the election committee"},
	FaultCommitteeGap:   {"选举委员会缺额，没有人可以递补，须另行推选", "nobody moves up on the election committee: choose anew"},
	FaultSeats:          {"应选名额不合规定", "the number of seats is outside what is allowed"},
	FaultStaff:          {"票箱的工作人员不足", "too few staff at a box"},
	FaultScrutineers:    {"票箱的监票人不足", "too few scrutineers at a box"},
	FaultStaffCandidate: {"候选人参与了投票选举的组织工作", "a candidate takes part in running the poll"},
	FaultStaffKin:       {"候选人的近亲属担任监票人、计票人或者唱票人", "a near relative of a candidate counts, calls or watches"},
	FaultMobile:         {"这次选举不能设流动票箱", "no mobile boxes at this election"},

	FaultNotResident:       {"不是本社区（村、小组）的成年居民", "no adult of the community, or of the group"},
	FaultOffice:            {"所任职务不得兼任", "holds an office beside which this one cannot be held"},
	FaultKin:               {"是居（村）民委员会成员的近亲属", "a near relative of a member of the committee"},
	FaultNotRepresentative: {"不是居民代表", "no representative"},
	FaultTooFewStand:       {"同意参选的候选人少于应选名额，须再推荐", "fewer agree to stand than there are seats: propose more"},

	FaultDayPassed: {"选举日已经过去，没有开始投票：须变更选举日，重新公告", "election day passed without a vote: the day has to be put off and announced anew"},
}

// Sentence says the fault with its numbers and source.
func (f ElectionFault) Sentence(lang string) string {
	s := faultWords[f.Code].in(lang)
	if f.Post != "" {
		s = pick(lang, f.Post.Word(lang)+"："+s, f.Post.Word(lang)+": "+s)
	}
	if f.Want > 0 {
		s += pick(lang, fmt.Sprintf("（有 %d，应为 %d）", f.Had, f.Want), fmt.Sprintf(" (had %d, want %d)", f.Had, f.Want))
	}
	return s + pick(lang, "。", ". ") + f.Basis.Source(lang)
}

// ElectionSeats is how many are to be elected to each post 应选名额.
type ElectionSeats map[ElectionPost]int

// Total is all seats of the committee.
func (s ElectionSeats) Total() (n int) {
	for _, k := range s {
		n += k
	}
	return n
}

// SeatsFaults holds the seats against the law: 主任一人, and three to seven or five to
// nine persons in all (V-NEW 第八条, U-NEW 第八条).
func (r ElectionRules) SeatsFaults(s ElectionSeats) (faults []ElectionFault) {
	if s[PostDirector] != 1 {
		faults = append(faults, ElectionFault{Code: FaultSeats, Post: PostDirector, Had: s[PostDirector], Want: 1, Basis: r.SeatsMin.Basis})
	}
	if n := s.Total(); n < r.SeatsMin.Count {
		faults = append(faults, ElectionFault{Code: FaultSeats, Had: n, Want: r.SeatsMin.Count, Basis: r.SeatsMin.Basis})
	} else if n > r.SeatsMax.Count {
		faults = append(faults, ElectionFault{Code: FaultSeats, Had: n, Want: r.SeatsMax.Count, Basis: r.SeatsMax.Basis})
	}
	return faults
}

// Nomination is one paper that names candidates 提名推荐.
type Nomination struct {
	// By is party_organisation, electors or electors_jointly.
	By      string
	Signers []PersonID // empty for the Party organisation
	Names   map[ElectionPost][]PersonID
}

// NominationFaults holds a nomination against who may nominate, how many must sign, and
// how many may be named (V-NEW 第十八条第一款, U-NEW 第十八条, S-VE 第二十二条第二款).
func (r ElectionRules) NominationFaults(n Nomination, seats ElectionSeats, registered func(PersonID) bool) (faults []ElectionFault) {
	if !r.Nominators.Has(n.By) {
		faults = append(faults, ElectionFault{Code: FaultNominator, Basis: r.Nominators.Basis})
	}
	if n.By != string(OriginParty) {
		signers := slices.Compact(slices.Sorted(slices.Values(n.Signers)))
		want, basis := 1, r.Nominators.Basis
		if n.By == "electors_jointly" {
			want, basis = r.JointNominators.Count, r.JointNominators.Basis
		}
		if len(signers) < want {
			faults = append(faults, ElectionFault{Code: FaultTooFewSigners, Had: len(signers), Want: want, Basis: basis})
		}
		for _, p := range signers {
			if !registered(p) {
				faults = append(faults, ElectionFault{Code: FaultSigner, Person: p, Basis: basis})
			}
		}
	}
	for _, post := range ElectionPosts {
		if had := len(n.Names[post]); had > seats[post] {
			faults = append(faults, ElectionFault{Code: FaultTooManyNamed, Post: post, Had: had, Want: seats[post], Basis: r.DirectorSurplus.Basis})
		}
	}
	return faults
}

// Nominee is a person who was nominated 被提名人.
type Nominee struct {
	Person     PersonID
	Name       string
	Posts      []ElectionPost // for which they were nominated
	Chosen     ElectionPost   // in writing, where there are several
	Registered bool
	Bars       []string // of the pack's bars, those that the qualification check established
	Withdrew   bool     // 书面放弃
}

// Post is the one post the nominee stands for, empty where it is not settled.
func (n Nominee) Post() ElectionPost {
	switch {
	case len(n.Posts) == 1:
		return n.Posts[0]
	case slices.Contains(n.Posts, n.Chosen):
		return n.Chosen
	}
	return ""
}

// NomineeFaults says why a nominee may not stand: not registered, barred, or named for
// several posts without a written choice.
func (r ElectionRules) NomineeFaults(n Nominee) (faults []ElectionFault) {
	if !n.Registered {
		faults = append(faults, ElectionFault{Code: FaultNotRegistered, Person: n.Person, Basis: r.OnlyRegistered.Basis})
	}
	for _, bar := range n.Bars {
		if r.Bars.Has(bar) {
			faults = append(faults, ElectionFault{Code: FaultBarred, Person: n.Person, Basis: r.Bars.Basis})
			break
		}
	}
	if n.Post() == "" {
		faults = append(faults, ElectionFault{Code: FaultTwoPosts, Person: n.Person, Had: len(n.Posts), Want: 1, Basis: r.DirectorSurplus.Basis})
	}
	return faults
}

// Preselection is 预选 for one post: who took part of how many, and the votes.
type Preselection struct {
	Base, Voters int
	Votes        map[PersonID]int
}

// CandidateList is the candidates of one post 正式候选人名单, in the order of the paper.
type CandidateList struct {
	Post       ElectionPost `json:"post"`
	Seats      int          `json:"seats"`
	Surplus    int          `json:"surplus"` // candidates over seats
	Candidates []PersonID   `json:"candidates,omitempty"`
	// Reserve moves up in this order where a candidate withdraws 递补.
	Reserve []PersonID `json:"reserve,omitempty"`
	// Tied share the last place of the preselection.
	Tied   []PersonID      `json:"tied,omitempty"`
	Faults []ElectionFault `json:"faults,omitempty"`
}

// Candidates makes the list of one post from those nominated for it. Who is barred or
// withdrew is left out. With as many as the surplus allows they are the candidates, by
// strokes; with more a preselection ranks them and the most that the surplus asks for,
// between its bounds, stand; with fewer there is no list (S-VE 第二十二条、第二十四条、第二十五条).
func (r ElectionRules) Candidates(post ElectionPost, seats, surplus int, nominees []Nominee, pre *Preselection) CandidateList {
	l := CandidateList{Post: post, Seats: seats, Surplus: surplus}
	least, most := r.Surplus(post)
	fault := func(code string, had, want int, b Basis) {
		l.Faults = append(l.Faults, ElectionFault{Code: code, Post: post, Had: had, Want: want, Basis: b})
	}
	if surplus < least.Count || surplus > most.Count {
		fault(FaultSurplusChoice, surplus, least.Count, least.Basis)
		return l
	}
	standing := r.standing(post, nominees)
	want := seats + surplus
	switch {
	case len(standing) < seats+least.Count:
		fault(FaultSurplusShort, len(standing), seats+least.Count, least.Basis)
	case len(standing) <= want:
		l.Surplus = len(standing) - seats
	case pre == nil:
		fault(FaultPreselect, len(standing), want, most.Basis)
		return l
	default:
		if c := check(r.Valid, pre.Voters, pre.Base); !c.Met {
			fault(FaultPreselectPoll, c.Had, c.Need, r.Valid.Basis)
			return l
		}
		votes := func(n Nominee) int { return pre.Votes[n.Person] }
		slices.SortStableFunc(standing, func(a, b Nominee) int { return cmp.Compare(votes(b), votes(a)) })
		if last := votes(standing[want]); votes(standing[want-1]) == last {
			for _, n := range standing {
				if votes(n) == last {
					l.Tied = append(l.Tied, n.Person)
				}
			}
			fault(FaultTied, len(l.Tied), 0, most.Basis)
		}
	}
	for i, n := range standing {
		if i < want {
			l.Candidates = append(l.Candidates, n.Person)
		} else {
			l.Reserve = append(l.Reserve, n.Person)
		}
	}
	return l
}

// standing gives those who may stand for the post, by the strokes of their surnames.
func (r ElectionRules) standing(post ElectionPost, nominees []Nominee) []Nominee {
	list := slices.Clone(nominees)
	list = slices.DeleteFunc(list, func(n Nominee) bool { return n.Withdrew || n.Post() != post || len(r.NomineeFaults(n)) > 0 })
	slices.SortFunc(list, func(a, b Nominee) int {
		return cmp.Or(CompareByStrokes(a.Name, b.Name), cmp.Compare(a.Person, b.Person))
	})
	return list
}

// CommitteeFaults holds the election committee against its number and against near
// relatives on it (S-VE 第十二条第三款).
func (r ElectionRules) CommitteeFaults(members []PersonID, kin []Kinship) (faults []ElectionFault) {
	if n := len(members); n < r.CommitteeMin.Count {
		faults = append(faults, ElectionFault{Code: FaultCommitteeSize, Had: n, Want: r.CommitteeMin.Count, Basis: r.CommitteeMin.Basis})
	} else if n > r.CommitteeMax.Count {
		faults = append(faults, ElectionFault{Code: FaultCommitteeSize, Had: n, Want: r.CommitteeMax.Count, Basis: r.CommitteeMax.Basis})
	}
	for i, a := range members {
		for _, b := range members[i+1:] {
			if r.CommitteeAvoidance.Value && NearRelatives(kin, a, b) {
				faults = append(faults, ElectionFault{Code: FaultCommitteeKin, Person: b, Basis: r.CommitteeAvoidance.Basis})
			}
		}
	}
	return faults
}

// ElectionCommittee is what becomes of the election committee once candidates are named.
type ElectionCommittee struct {
	Members []PersonID
	Left    []PersonID // who had to leave
	Joined  []PersonID // who moved up
	Faults  []ElectionFault
}

// CommitteeAfter lets those leave who were nominated and are willing to stand, and since
// 2026 those whose near relatives were; the next of the original result move up, but for
// those who would have to leave, too, or may not sit with who is there
// (V-OLD 第十二条, V-NEW 第十五条, S-VE 第十四条).
func (r ElectionRules) CommitteeAfter(members, reserve, willing []PersonID, kin []Kinship) (c ElectionCommittee) {
	related := func(p PersonID, to []PersonID, kinToo bool) bool {
		return slices.ContainsFunc(to, func(q PersonID) bool { return p == q || kinToo && NearRelatives(kin, p, q) })
	}
	for _, m := range members {
		if related(m, willing, r.CommitteeKin.Value) {
			c.Left = append(c.Left, m)
		} else {
			c.Members = append(c.Members, m)
		}
	}
	for _, p := range reserve {
		if len(c.Members) < len(members) && !slices.Contains(c.Left, p) && !related(p, willing, r.CommitteeKin.Value) && !related(p, c.Members, r.CommitteeAvoidance.Value) {
			c.Members, c.Joined = append(c.Members, p), append(c.Joined, p)
		}
	}
	if n := len(c.Members); n < len(members) {
		c.Faults = append(c.Faults, ElectionFault{Code: FaultCommitteeGap, Had: n, Want: len(members), Basis: r.CommitteeMin.Basis})
	}
	c.Faults = append(c.Faults, r.CommitteeFaults(c.Members, kin)...)
	return c
}

// StationCrew is who works at a polling station or mobile box.
type StationCrew struct {
	Staff       []PersonID // all of them, scrutineers included
	Scrutineers []PersonID // 监票人
	Mobile      bool       // 流动票箱
}

// CrewFaults holds the staff of a box against their number and against candidates and
// their near relatives among them (S-VE 第二十八条).
func (r ElectionRules) CrewFaults(c StationCrew, candidates []PersonID, kin []Kinship) (faults []ElectionFault) {
	b := r.StationStaff.Basis
	if c.Mobile && !r.MobileBoxes.Value {
		faults = append(faults, ElectionFault{Code: FaultMobile, Basis: r.MobileBoxes.Basis})
	}
	if n := len(c.Staff); n < r.StationStaff.Count {
		faults = append(faults, ElectionFault{Code: FaultStaff, Had: n, Want: r.StationStaff.Count, Basis: b})
	}
	if n := len(c.Scrutineers); n < r.StationScrutineers.Count {
		faults = append(faults, ElectionFault{Code: FaultScrutineers, Had: n, Want: r.StationScrutineers.Count, Basis: r.StationScrutineers.Basis})
	}
	for _, p := range c.Staff {
		switch {
		case slices.Contains(candidates, p):
			faults = append(faults, ElectionFault{Code: FaultStaffCandidate, Person: p, Basis: b})
		case slices.ContainsFunc(candidates, func(q PersonID) bool { return NearRelatives(kin, p, q) }):
			faults = append(faults, ElectionFault{Code: FaultStaffKin, Person: p, Basis: b})
		}
	}
	return faults
}

// Proxy says whether electors may vote for others, where so many mandates were given.
func (r ElectionRules) Proxy(given int) ProxyRules {
	p := ProxyRules{Allowed: r.ProxyAllowed, Most: r.ProxyMost}
	if p.Most.Key == "" { // 旧法没有限定人数
		p.Most = CountRule{Count: given + 1, Basis: r.ProxyAgents.Basis}
	}
	return p
}

// MayVoteFor decides whether an elector may vote for another at an election 委托投票,
// beside the mandates given already. It refuses as ProxyRules.MayGive does, and an agent
// who is a candidate, not registered, or not of those the law names
// (V-OLD 第十五条第四款, V-NEW 第十八条第四款, U-NEW 第十九条第四款; RefuseNotEntitled).
func (r ElectionRules) MayVoteFor(m Mandate, others []Mandate, registered func(PersonID) bool, candidates []PersonID, kin []Kinship) (slot int, err error) {
	if slot, err = r.Proxy(len(others)).MayGive(m, FlagRule{}, others); err != nil {
		return 0, err
	}
	anybody := r.ProxyAgents.Has("other_villager") || r.ProxyAgents.Has("other_elector")
	switch {
	case !r.ProxyCandidates.Value && slices.Contains(candidates, m.Agent):
		return 0, &Refusal{Code: RefuseNotEntitled, Basis: &r.ProxyCandidates.Basis}
	case !registered(m.Principal) || !registered(m.Agent):
		return 0, &Refusal{Code: RefuseNotOnRoll, Basis: &r.ProxyAgents.Basis}
	case !anybody && !NearRelatives(kin, m.Principal, m.Agent):
		return 0, &Refusal{Code: RefuseNotEntitled, Basis: &r.ProxyAgents.Basis}
	}
	return slot, nil
}
