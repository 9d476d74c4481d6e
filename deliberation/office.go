package deliberation

// Office is the capacity in which a person acts on a given day. Nobody acts
// without one; a person may hold several.
type Office string

const (
	// Secretary is 党组织书记.
	Secretary Office = "secretary"
	// BranchMember is 党组织委员(支部委员).
	BranchMember Office = "branch_member"
	// PartyMember is a full Party member with a vote 正式党员.
	PartyMember Office = "party_member"
	// Director is 居(村)民委员会主任.
	Director Office = "director"
	// CommitteeMember is 居(村)民委员会委员, deputies included.
	CommitteeMember Office = "committee_member"
	// DeputyDirector is 居(村)民委员会副主任, held besides CommitteeMember.
	DeputyDirector Office = "deputy_director"
	// SupervisionHead is 居务/村务监督委员会主任, held besides Supervisor.
	SupervisionHead Office = "supervision_head"
	// ProbationaryMember is 预备党员: due at Party meetings, without a vote.
	ProbationaryMember Office = "probationary_member"
	// GroupHead is 居(村)民小组长.
	GroupHead Office = "group_head"
	// Supervisor is 居务/村务监督委员会成员, its head included.
	Supervisor Office = "supervisor"
	// Representative is 居(村)民代表.
	Representative Office = "representative"
	// HouseholdHead is 户代表, who speaks for a household.
	HouseholdHead Office = "household_head"
	// Resident is 居(村)民 of eighteen or more.
	Resident Office = "resident"
	// Owner is 业主: who votes for a unit of an estate.
	Owner Office = "owner"
	// Clerk is 社区工作者 who records meetings (记录员).
	Clerk Office = "clerk"
	// Guide is 街道(乡镇)指导员.
	Guide Office = "guide"
	// Analyst is 县(区)、市级分析员: sees and compares, acts nowhere.
	Analyst Office = "analyst"
	// ElectionCommitteeMember is 居(村)民选举委员会成员, in the one election that it was chosen
	// for: the process knows who they are, the roster does not.
	ElectionCommitteeMember Office = "election_committee_member"
	// Operator runs the installation and decides nothing 系统管理员.
	Operator Office = "operator"
)

// Offices lists all offices, in the order in which lists show them.
var Offices = []Office{
	Secretary, BranchMember, PartyMember, ProbationaryMember, Director, DeputyDirector, CommitteeMember, SupervisionHead, Supervisor,
	GroupHead, Representative, HouseholdHead, Resident, Owner, Clerk, Guide, Analyst, Operator,
}

// OfPlace reports whether the office is held over a place above the communities
// (街道, 县区, 市) or over the whole installation, not in one community.
func (o Office) OfPlace() bool { return o == Guide || o == Analyst || o == Operator }

// Bodies lists the standing bodies 组织机构 whose composition rules are checked.
var Bodies = []Body{BranchCommittee, Committee, SupervisoryCommittee, Conference, PartyMeeting, Assembly}

// Body is a group of office holders that meets and decides.
type Body string

const (
	// BranchCommittee is 党支部委员会: secretary and branch members.
	BranchCommittee Body = "branch_committee"
	// Committee is 居(村)民委员会: director and members.
	Committee Body = "committee"
	// JointCommittees is the "两委" meeting: branch committee and committee.
	JointCommittees Body = "joint_committees"
	// PartyMeeting is 党员大会.
	PartyMeeting Body = "party_meeting"
	// Conference is 居(村)民代表会议: committee and representatives.
	Conference Body = "conference"
	// Assembly is 居(村)民会议, all adults.
	Assembly Body = "assembly"
	// HouseholdAssembly is 居(村)民会议 by one representative of each household.
	HouseholdAssembly Body = "household_assembly"
	// SupervisoryCommittee is 居务/村务监督委员会.
	SupervisoryCommittee Body = "supervisory_committee"
	// Electors are 登记参加选举的居(村)民 of one election.
	Electors Body = "electors"
	// GroupMeeting is 居(村)民小组会议, the adults of one group.
	GroupMeeting Body = "group_meeting"
	// OwnersMeeting is 业主大会, the owners of one estate.
	OwnersMeeting Body = "owners_meeting"
	// ConsultationMeeting is 议事协商会: those named to one consultation. It decides nothing.
	ConsultationMeeting Body = "consultation"
	// CouncilMeeting is 议事会: it decides what the assembly entrusted to it, and nothing else.
	CouncilMeeting Body = "council"
	// CoordinationMeeting is 协调会: those at odds look for an agreement, which binds nobody.
	CoordinationMeeting Body = "coordination"
	// MonitoringMeeting is 监事会: its opinion goes to the supervisory committee, which has the powers.
	MonitoringMeeting Body = "monitoring"
	// PartyDelegates are 党员代表议事: they deliberate where the Party members' meeting need not.
	PartyDelegates Body = "party_delegates"
	// HearingMeeting is 听证会: those whom the lots chose of each interested side.
	HearingMeeting Body = "hearing"
	// ExpertAppraisal is 论证会: the same, with experts whose opinions are asked.
	ExpertAppraisal Body = "expert_appraisal"
	// OpenTalkMeeting is 民情恳谈会: all adult residents may come. It decides nothing.
	OpenTalkMeeting Body = "open_talk"
	// AppraisalDuty is 民主评议: no body, but owed once a year as a meeting is.
	AppraisalDuty Body = "appraisal"
)

// Parts gives the bodies of which b is composed and for each of which a quorum
// of each committee is counted; a simple body is its own only part.
func (b Body) Parts() []Body {
	if b == JointCommittees {
		return []Body{BranchCommittee, Committee}
	}
	return []Body{b}
}

// Offices gives the offices whose holders are members of the body.
func (b Body) Offices() []Office {
	switch b {
	case BranchCommittee:
		return []Office{Secretary, BranchMember}
	case Committee:
		return []Office{Director, CommitteeMember}
	case JointCommittees:
		return []Office{Secretary, BranchMember, Director, CommitteeMember}
	case PartyMeeting:
		return []Office{PartyMember}
	case Conference:
		return []Office{Director, CommitteeMember, Representative}
	case Assembly, GroupMeeting, OpenTalkMeeting:
		return []Office{Resident}
	case OwnersMeeting:
		return []Office{Owner}
	case HouseholdAssembly:
		return []Office{HouseholdHead}
	case SupervisoryCommittee:
		return []Office{Supervisor}
	}
	return nil
}
