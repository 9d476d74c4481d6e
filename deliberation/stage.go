package deliberation

// Stage is a step of 四议两公开一监督 in its order.
type Stage string

const (
	// AgendaStage is 拟定议程: motions are put on the agenda of a conference.
	AgendaStage Stage = "agenda"
	// Soliciting is 征求意见: opinions are gathered and each is answered before a proposal.
	Soliciting Stage = "soliciting"
	// Proposal is ① 党组织提议.
	Proposal Stage = "proposal"
	// Consultation is ② "两委"商议.
	Consultation Stage = "consultation"
	// Review is ③ 党员大会审议.
	Review Stage = "review"
	// Advice is the optional opinion of the street or township 街道(乡镇)意见; it binds nobody.
	Advice Stage = "advice"
	// Resolution is ④ 居(村)民会议或者代表会议决议.
	Resolution Stage = "resolution"
	// ResolutionDisclosure is 决议公开.
	ResolutionDisclosure Stage = "resolution_disclosure"
	// Implementation is 组织实施.
	Implementation Stage = "implementation"
	// ResultDisclosure is 实施结果公开.
	ResultDisclosure Stage = "result_disclosure"
	// Signing is 征集签名: a joint demand gathers signatures.
	Signing Stage = "signing"
	// Answering is 召集人答复: enough have signed, the conveners answer.
	Answering Stage = "answering"
	// Guiding is 街道(乡镇)指导: the conveners refused or stayed silent.
	Guiding Stage = "guiding"
	// Convening is 召集会议: the meeting that was demanded is started.
	Convening Stage = "convening"
	// Reporting is 述职述廉: each officer files a report, the supervisors look at them.
	Reporting Stage = "reporting"
	// Appraising is 民主评议: the representatives hear the reports and grade.
	Appraising Stage = "appraising"
	// AppraisalDisclosure is 评议结果公布.
	AppraisalDisclosure Stage = "appraisal_disclosure"
	// AppraisalFollowUp is 评议结果落实: measures after a first unfit grade, or notice of an end.
	AppraisalFollowUp Stage = "appraisal_follow_up"
	// Screening is 议题提出和审核: the Party organisation screens a topic, or an officer
	// answers a quick one.
	Screening Stage = "screening"
	// Naming is 确定协商主体.
	Naming Stage = "naming"
	// Consulting is 开展协商.
	Consulting Stage = "consulting"
	// CarryingOut is 协商成果落实和反馈.
	CarryingOut Stage = "carrying_out"
	// ConsultationDisclosure is 协商成果公开.
	ConsultationDisclosure Stage = "consultation_disclosure"
	// Talking is 恳谈: what the residents raise is entered and answered or given a place to go.
	Talking Stage = "talking"
	// TalkFollowUp is 恳谈事项落实.
	TalkFollowUp Stage = "talk_follow_up"
	// Forwarding is 提请会议决定: what stayed disputed goes to a body that may decide it.
	Forwarding Stage = "forwarding"
	// ElectionPreparing is 选举准备: audit posted, election committee formed, plan and method approved.
	ElectionPreparing Stage = "election_preparing"
	// ElectorRegistration is 选民登记: electors are registered, the list is published, objections are ruled on.
	ElectorRegistration Stage = "elector_registration"
	// NominationStage is 提名候选人: nominations, acceptance, qualification, lists.
	NominationStage Stage = "nomination"
	// ElectionVoting is 投票选举: election day, the count, votes between the tied, further rounds.
	ElectionVoting Stage = "election_voting"
	// ElectionResult is 公布选举结果: declared, posted, filed, open to challenge.
	ElectionResult Stage = "election_result"
	// ElectionHandedOver is 工作移交: the old committee hands over, the archive is filed, other bodies are chosen.
	ElectionHandedOver Stage = "election_handover"
	// RecallDefence is 申辩: the person to be recalled answers the reasons.
	RecallDefence Stage = "recall_defence"
	// RecallVoting is 罢免表决.
	RecallVoting Stage = "recall_voting"
	// RecallResult is 罢免结果公布.
	RecallResult Stage = "recall_result"
	// ChoosingCandidates is 推荐候选人: candidates are proposed and answer in writing.
	ChoosingCandidates Stage = "choosing_candidates"
	// ChoosingListed is 候选人名单公布.
	ChoosingListed Stage = "choosing_listed"
	// ChoosingVote is 推选表决.
	ChoosingVote Stage = "choosing_vote"
	// ChoosingResult is 推选结果公布.
	ChoosingResult Stage = "choosing_result"
	// ResignationLetter is 提交辞职书.
	ResignationLetter Stage = "resignation_letter"
	// ResignationVote is 辞职表决.
	ResignationVote Stage = "resignation_vote"
	// ResignationResult is 辞职结果公告.
	ResignationResult Stage = "resignation_result"
	// DisclosureDraft is 拟定公开内容.
	DisclosureDraft Stage = "disclosure_draft"
	// DisclosureCheck is 监督委员会审核.
	DisclosureCheck Stage = "disclosure_check"
	// DisclosureConfirm is “两委”联席会议确定.
	DisclosureConfirm Stage = "disclosure_confirm"
	// Disclosing is 公布: it hangs on the board, objections are heard.
	Disclosing Stage = "disclosing"
	// HearingPlanning is 拟定听证方案: who presides, which sides take part, which experts.
	HearingPlanning Stage = "hearing_planning"
	// HearingSignUp is 听证公告和报名.
	HearingSignUp Stage = "hearing_sign_up"
	// HearingList is 公布参加人名单: the lots were drawn.
	HearingList Stage = "hearing_list"
	// HearingSitting is 举行听证: the sitting, and the record that each speaker signs.
	HearingSitting Stage = "hearing_sitting"
	// HearingReporting is 听证报告: every statement has its disposition.
	HearingReporting Stage = "hearing_reporting"
	// HearingDisclosure is 听证报告公布.
	HearingDisclosure Stage = "hearing_disclosure"
	// RatingDepartments is 评议部门: the representatives rate departments by secret ballot.
	RatingDepartments Stage = "department_rating"
	// RatingDisclosure is 部门评议结果公布: each body is told, the result posted and sent to the county.
	RatingDisclosure Stage = "rating_disclosure"
	// DepartmentReplies is 部门答复.
	DepartmentReplies Stage = "department_replies"
	// ReplyDisclosure is 部门答复公布.
	ReplyDisclosure Stage = "reply_disclosure"
	// PublicHearing is 公开听证: a livelihood matter waits for its hearing or appraisal, and
	// is planned by its report.
	PublicHearing Stage = "public_hearing"
	// SatisfactionCheck is 满意度测评.
	SatisfactionCheck Stage = "satisfaction_check"
	// Archive is 归档; the process has ended.
	Archive Stage = "archive"
)

// Stages lists the stages in order.
var Stages = []Stage{Soliciting, Proposal, Consultation, Review, Advice, Resolution, ResolutionDisclosure, Implementation, ResultDisclosure, Archive}

// ConferenceStages lists the stages of a conference in order: it decides as ④ does.
var ConferenceStages = []Stage{AgendaStage, Resolution, ResolutionDisclosure, Archive}

// StagesOf lists the stages of a kind of process in order.
func StagesOf(kind string) []Stage {
	switch kind {
	case ConferenceKind:
		return ConferenceStages
	case DemandKind:
		return DemandStages
	case DutyReportKind:
		return AppraisalStages
	case HearingKind:
		return HearingStages
	case DisclosureKind:
		return DisclosureStages
	case DepartmentKind:
		return DepartmentStages
	case ElectionKind:
		return ElectionStages
	case RecallKind:
		return RecallStages
	case ChoosingKind:
		return ChoosingStages
	case ResignationKind:
		return ResignationStages
	case ConsultationKind:
		return ConsultationStages
	case OpenTalkKind:
		return OpenTalkStages
	case LivelihoodKind:
		return LivelihoodStages
	}
	return Stages
}

// NextOfConference gives the stage that follows in a conference, and false where
// it ends. A meeting without a quorum is convened again; where no motion was
// carried there is nothing to disclose but the vote, and it ends; an objection
// that is not settled brings the motions before the body once more.
func NextOfConference(s Stage, o Outcome) (Stage, bool) {
	switch {
	case o == Withdrawn || o == Cancelled || o == Lost:
		return Archive, false
	case o == Inquorate:
		return s, true
	case o == Contested:
		return Resolution, true
	case s == AgendaStage:
		return Resolution, true
	case s == Resolution:
		return ResolutionDisclosure, true
	}
	return Archive, false
}

// Outcome is how a stage, or a whole process, ended.
type Outcome string

const (
	// Carried means the body agreed, or the step was done.
	Carried Outcome = "carried"
	// Lost means the body voted and did not agree; the process ends.
	Lost Outcome = "lost"
	// Inquorate means the meeting had no quorum; it is convened again.
	Inquorate Outcome = "inquorate"
	// Amended means the body agreed to a changed text, which another body must see.
	Amended Outcome = "amended"
	// Contested means an objection was not settled by its answer.
	Contested Outcome = "contested"
	// Answered means an officer answered and nothing more was asked for.
	Answered Outcome = "answered"
	// Returned means experts found it not feasible; the draft goes back to the proposal.
	Returned Outcome = "returned"
	// Withdrawn means the proposer took the matter back.
	Withdrawn Outcome = "withdrawn"
	// Cancelled means an operator ended the process; the end is recorded.
	Cancelled Outcome = "cancelled"
)

// Next gives the stage that follows, and false where the process ends. r says
// whether the street's opinion is asked and where an amended text goes back to;
// merged that ① and ② are one meeting; standing that a resolution stands and a
// change of it was put to the body that decided.
func Next(s Stage, o Outcome, r FourDeliberationsRules, merged, standing bool) (Stage, bool) {
	if s == Resolution && o == Lost && standing {
		return Implementation, true
	}
	switch o {
	case Lost, Withdrawn, Cancelled:
		return Archive, false
	case Inquorate:
		return s, true
	case Returned:
		return Proposal, true
	case Contested:
		return r.ContestedGoesTo, true
	case Amended:
		switch s {
		case Review:
			return r.ReviewAmendedGoesTo, true
		case Resolution:
			return r.ResolutionAmendedGoesTo, true
		case Implementation:
			return Resolution, true // only the body that decided may change it (law.md §17.3)
		}
	}
	switch s {
	case Soliciting:
		return Proposal, true
	case Proposal:
		if merged {
			return Review, true
		}
		return Consultation, true
	case Consultation:
		return Review, true
	case Review:
		if r.AdviceOffered.Value {
			return Advice, true
		}
		return Resolution, true
	case Advice:
		return Resolution, true
	case Resolution:
		return ResolutionDisclosure, true
	case ResolutionDisclosure:
		return Implementation, true
	case Implementation:
		return ResultDisclosure, true
	}
	return Archive, false
}
