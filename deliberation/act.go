package deliberation

import (
	"slices"
	"time"
)

// ActKind is something a person does to a process. Each is one Update of the
// workflow, one command of the API and one form of the pages.
type ActKind string

// The acts, in the order of a process.
const (
	PutMotion          ActKind = "put_motion"           // 列入议程
	DropMotion         ActKind = "drop_motion"          // 从议程中撤下
	CloseAgenda        ActKind = "close_agenda"         // 确定议程
	Propose            ActKind = "propose"              // 提交提议
	Convene            ActKind = "convene"              // 发出会议通知
	CallToOrder        ActKind = "call_to_order"        // 宣布开会
	Adjourn            ActKind = "adjourn"              // 因人数不足休会
	Amend              ActKind = "amend"                // 修改草案
	OpenPoll           ActKind = "open_poll"            // 开始表决
	CountHands         ActKind = "count_hands"          // 录入举手表决票数
	ClosePoll          ActKind = "close_poll"           // 结束表决
	CosignCount        ActKind = "cosign_count"         // 监票人签字确认计票
	CertifyCount       ActKind = "certify_count"        // 核定计票结果
	VoidPoll           ActKind = "void_poll"            // 宣布表决无效,重新表决
	SendUp             ActKind = "send_up"              // 提请居(村)民会议决定
	ReplaceChair       ActKind = "replace_chair"        // 更换主持人(回避)
	FileResolution     ActKind = "file_resolution"      // 报送备案
	RecordMinutes      ActKind = "record_minutes"       // 记录人提交并签署会议记录
	SignMinutes        ActKind = "sign_minutes"         // 主持人签署会议记录
	Advise             ActKind = "advise"               // 街道(乡镇)提出意见
	Withdraw           ActKind = "withdraw"             // 撤回
	Publish            ActKind = "publish"              // 公示
	ProvePosting       ActKind = "prove_posting"        // 上传公示栏照片
	ReportRemoved      ActKind = "report_removed"       // 报告公示被撕毁,重新计时
	Object             ActKind = "object"               // 提出异议
	AnswerObjection    ActKind = "answer_objection"     // 答复异议
	ContestAnswer      ActKind = "contest_answer"       // 对答复不满意
	ReportProgress     ActKind = "report_progress"      // 报告进度和账目
	RequestChange      ActKind = "request_change"       // 申请变更决议
	ReportResult       ActKind = "report_result"        // 报告实施结果
	Acknowledge        ActKind = "acknowledge"          // 监督:知悉
	Decline            ActKind = "decline"              // 监督:不予签署
	Ask                ActKind = "ask"                  // 监督:询问
	AnswerQuestion     ActKind = "answer_question"      // 答复询问
	OrderRectification ActKind = "order_rectification"  // 监督:要求整改
	ReportRectified    ActKind = "report_rectified"     // 报告整改情况
	AcceptRectified    ActKind = "accept_rectification" // 监督:整改合格
	GuideRectification ActKind = "guide_rectification"  // 街道(乡镇)处理上报的整改
	GiveClosingOpinion ActKind = "closing_opinion"      // 监督:总结意见
	CloseSigning       ActKind = "close_signing"        // 提前结束征集签名
	WithdrawDemand     ActKind = "withdraw_demand"      // 撤回联名提议
	AnswerDemand       ActKind = "answer_demand"        // 召集人答复联名提议
	GuideDemand        ActKind = "guide_demand"         // 街道(乡镇)处理联名提议
	StartDemanded      ActKind = "start_demanded"       // 启动所提的会议
	FileDutyReport     ActKind = "file_duty_report"     // 提交述职述廉报告
	ReceiveGrade       ActKind = "receive_grade"        // 签收评议结果
	ExplainGrade       ActKind = "explain_grade"        // 公开说明和整改措施
	CheckMeasures      ActKind = "check_measures"       // 检查整改落实
	RuleOnRow          ActKind = "rule_on_row"          // 认定是否连续两次不称职
	AnnounceEnd        ActKind = "announce_end"         // 公告职务依法终止
	SettleHearing      ActKind = "settle_hearing"       // 确定听证、论证方案
	CloseHearing       ActKind = "close_hearing"        // 宣布听证会、论证会结束
	SignRecord         ActKind = "sign_record"          // 核对并签署笔录,或者拒签
	NoteRecord         ActKind = "note_record"          // 登记在纸质笔录上的签字或者拒签
	FileHearingReport  ActKind = "file_hearing_report"  // 提交听证、论证报告
	AskHearing         ActKind = "ask_hearing"          // 提请召开听证会、论证会
	StartHearing       ActKind = "start_hearing"        // 启动听证会、论证会
	ScreenTopic        ActKind = "screen_topic"         // 审核协商议题
	AnswerQuickly      ActKind = "answer_quickly"       // 即时议答复
	TurnToFull         ActKind = "turn_to_full"         // 转为深入协商
	NameParticipants   ActKind = "name_participants"    // 确定协商主体
	FormOpinion        ActKind = "form_opinion"         // 形成协商意见
	ReportBack         ActKind = "report_back"          // 反馈协商成果落实情况
	ForwardMatter      ActKind = "forward_matter"       // 提请会议决定
	EnterItem          ActKind = "enter_item"           // 录入恳谈事项
	SettleItem         ActKind = "settle_item"          // 答复、交办、转办恳谈事项
	CloseTalk          ActKind = "close_talk"           // 结束恳谈
	ReportItem         ActKind = "report_item"          // 反馈事项办理结果
	MergeOpinions      ActKind = "merge_opinions"       // 归并、分类意见
	FileSurvey         ActKind = "file_survey"          // 登记满意度测评结果
)

// The acts of a rating of departments.
const (
	ForwardRatings ActKind = "forward_ratings" // 送达部门评议结果
	ReplyToRating  ActKind = "reply_to_rating" // 登记部门对评议的答复
)

// The acts of a disclosure.
const (
	DraftDisclosure   ActKind = "draft_disclosure"   // 提交公开内容
	ConfirmDisclosure ActKind = "confirm_disclosure" // 登记联席会议的决定
	PostDisclosure    ActKind = "post_disclosure"    // 公布经审核的内容
	RuleOnObjection   ActKind = "rule_on_objection"  // 街道(乡镇)处理对答复不服的异议
)

// The acts of a choice 推选.
const (
	ProposeCandidate ActKind = "propose_candidate" // 推荐候选人
	AnswerProposal   ActKind = "answer_proposal"   // 答复推荐(书面同意或者不同意)
	SettleCandidates ActKind = "settle_candidates" // 确定候选人名单
)

// FileResignation hands in the letter of a resignation, or what was found of somebody who
// does not serve 提交辞职书、不履职情况.
const FileResignation ActKind = "file_resignation"

// The acts of an election and of a recall.
const (
	PostAudit             ActKind = "post_audit"              // 公布离任审计结果
	NameElectionCommittee ActKind = "name_election_committee" // 推选选举委员会
	ApproveScheme         ActKind = "approve_scheme"          // 登记选举办法已经会议通过
	PostElectors          ActKind = "post_electors"           // 公布登记参加选举的人员名单
	RuleOnList            ActKind = "rule_on_list"            // 处理对名单的异议
	CloseNominations      ActKind = "close_nominations"       // 结束提名
	AnswerNomination      ActKind = "answer_nomination"       // 答复提名(书面同意或者不同意)
	ReviewCandidate       ActKind = "review_candidate"        // 资格审查
	PostCandidates        ActKind = "post_candidates"         // 公布候选人名单
	WithdrawCandidacy     ActKind = "withdraw_candidacy"      // 退出参选
	PostponeElection      ActKind = "postpone_election"       // 变更选举日
	DeclineSeat           ActKind = "decline_seat"            // 声明不接受当选
	DeclareResult         ActKind = "declare_result"          // 宣布选举结果
	ChallengeElection     ActKind = "challenge_election"      // 对选举程序或者结果提出异议
	RuleOnChallenge       ActKind = "rule_on_challenge"       // 街道(乡镇)处理选举异议
	CompleteElectionStep  ActKind = "complete_election_step"  // 报告移交、归档、推选完成
	DefendRecall          ActKind = "defend_recall"           // 被提出罢免的人申辩
)

// Need says what an act must bring.
type Need string

// What an act may need.
const (
	NeedText         Need = "text"      // a text of at most MaxText runes, filed as a paper
	OptionalText     Need = "text?"     // the same, may be left out
	NeedMoment       Need = "moment"    // a civil date and time
	OptionalTime     Need = "moment?"   // the same, may be left out
	NeedPlace        Need = "place"     // where, filed with the notice
	NeedSubject      Need = "subject"   // the id of what is acted on (an objection, a question, an order)
	OptionalDays     Need = "days?"     // a limit in days
	OptionalFile     Need = "photo?"    // an image, filed as a paper
	NeedFile         Need = "photo"     // an image, filed as a paper
	OptionalFlag     Need = "urgent?"   // short notice in special circumstances
	NeedAmounts      Need = "amounts?"  // income and spending in fen
	NeedVoting       Need = "voting"    // how a motion is voted on
	NeedCategory     Need = "category"  // what a motion is about
	NeedCounts       Need = "counts"    // ayes, noes and abstentions
	NeedDecision     Need = "decision"  // accept or refuse
	OptionalSeats    Need = "seats?"    // who or what may be chosen, a line each, and how many
	OptionalOnPaper  Need = "on_paper?" // paper ballots besides the web
	OptionalGrant    Need = "grant?"    // what the conference is authorised to decide, and until when
	OptionalTogether Need = "together?" // motions voted on in the same way stand on one ballot
	OptionalSections Need = "sections?" // in how many places the meeting is held
	NeedPeople       Need = "people"    // persons of the community, in order
	OptionalSubject  Need = "subject?"  // the id of what it rests on, may be left out
	OptionalPost     Need = "post?"     // which post of an election
	NeedFinding      Need = "finding"   // one of FindingsOf
	OptionalFinding  Need = "finding?"  // the same, may be left out
	NeedParticipants Need = "participants"
	NeedSurvey       Need = "survey" // how many were asked, answered, and are satisfied
)

// MaxText is the most a text may hold, in runes.
const MaxText = 20000

// ActSpec says who may do an act and what it must bring. Which moment allows it
// is the workflow's to say.
type ActSpec struct {
	Kind    ActKind
	Offices []Office
	Needs   []Need
	// WhileHeld says whether the act stays open while an order of rectification holds the process.
	WhileHeld bool
	// Supervisory acts are closed to those who are supervised, whatever else they are.
	Supervisory bool
}

// Wants reports whether the act takes n.
func (s ActSpec) Wants(n Need) bool { return slices.Contains(s.Needs, n) }

// ActSpecs is the table of all acts: policy, forms and the API are made from it.
var ActSpecs = []ActSpec{
	{Kind: PutMotion, Offices: []Office{Secretary, Director, CommitteeMember, Clerk, GroupHead}, Needs: []Need{NeedText, NeedCategory, NeedVoting, OptionalSeats, OptionalOnPaper, OptionalGrant}},
	{Kind: DropMotion, Offices: []Office{Secretary, Director, CommitteeMember, Clerk}, Needs: []Need{NeedSubject, NeedText}},
	{Kind: CloseAgenda, Offices: []Office{Secretary, Director, CommitteeMember, GroupHead}, Needs: []Need{OptionalTogether}},
	{Kind: Propose, Offices: []Office{Secretary, BranchMember}, Needs: []Need{NeedText}},
	{Kind: Convene, Offices: []Office{Secretary, Director, CommitteeMember, SupervisionHead, GroupHead, ElectionCommitteeMember}, Needs: []Need{NeedMoment, NeedPlace, NeedText, OptionalFlag, OptionalSections}},
	{Kind: CallToOrder, Offices: []Office{Secretary, Director, CommitteeMember, SupervisionHead, GroupHead, ElectionCommitteeMember}},
	{Kind: Adjourn, Offices: []Office{Secretary, Director, CommitteeMember, SupervisionHead, GroupHead, ElectionCommitteeMember}},
	{Kind: Amend, Offices: []Office{Secretary, Director, CommitteeMember, SupervisionHead, GroupHead}, Needs: []Need{NeedText}},
	{Kind: OpenPoll, Offices: []Office{Secretary, Director, CommitteeMember, SupervisionHead, GroupHead, ElectionCommitteeMember}, Needs: []Need{OptionalTime}},
	{Kind: CountHands, Offices: []Office{Clerk, BranchMember, CommitteeMember, Supervisor, Representative}, Needs: []Need{NeedCounts}},
	{Kind: ClosePoll, Offices: []Office{Secretary, Director, CommitteeMember, SupervisionHead, GroupHead, ElectionCommitteeMember}},
	{Kind: CosignCount, Offices: []Office{Supervisor, Representative, HouseholdHead, Resident, Owner}},
	{Kind: CertifyCount, Offices: []Office{Secretary, Director, CommitteeMember, SupervisionHead, GroupHead, ElectionCommitteeMember}},
	{Kind: VoidPoll, Offices: []Office{Secretary, Director, CommitteeMember, SupervisionHead, GroupHead, ElectionCommitteeMember}, Needs: []Need{NeedText}},
	{Kind: SendUp, Offices: []Office{Secretary, Director, CommitteeMember}, Needs: []Need{NeedSubject, NeedCounts}},
	{Kind: ReplaceChair, Offices: []Office{Secretary, Director, CommitteeMember, SupervisionHead, GroupHead}, Needs: []Need{NeedText, NeedCounts}},
	{Kind: FileResolution, Offices: []Office{Director, CommitteeMember, Clerk, ElectionCommitteeMember}, Needs: []Need{NeedText}},
	{Kind: RecordMinutes, Offices: []Office{Clerk, BranchMember, CommitteeMember, Representative, ElectionCommitteeMember}, Needs: []Need{NeedText}},
	{Kind: SignMinutes, Offices: []Office{Secretary, Director, CommitteeMember, SupervisionHead, GroupHead, ElectionCommitteeMember}},
	{Kind: Advise, Offices: []Office{Guide}, Needs: []Need{NeedText}},
	{Kind: Withdraw, Offices: []Office{Secretary}, Needs: []Need{NeedText}},
	{Kind: Publish, Offices: []Office{Director, CommitteeMember}, Needs: []Need{NeedText}},
	{Kind: ProvePosting, Offices: []Office{Director, CommitteeMember, Clerk}, Needs: []Need{NeedFile}},
	{Kind: ReportRemoved, Offices: []Office{Supervisor}, Needs: []Need{NeedText}, WhileHeld: true, Supervisory: true},
	{Kind: Object, Offices: []Office{Resident}, Needs: []Need{NeedText}, WhileHeld: true},
	{Kind: AnswerObjection, Offices: []Office{Director, CommitteeMember}, Needs: []Need{NeedSubject, NeedText}, WhileHeld: true},
	{Kind: ContestAnswer, Offices: []Office{Resident}, Needs: []Need{NeedSubject, NeedText}, WhileHeld: true},
	{Kind: ReportProgress, Offices: []Office{Director, CommitteeMember}, Needs: []Need{NeedText, NeedAmounts}},
	{Kind: RequestChange, Offices: []Office{Director, CommitteeMember}, Needs: []Need{NeedText}},
	{Kind: ReportResult, Offices: []Office{Director, CommitteeMember}, Needs: []Need{NeedText, NeedAmounts}},
	{Kind: Acknowledge, Offices: []Office{Supervisor}, Needs: []Need{OptionalText}, Supervisory: true},
	{Kind: Decline, Offices: []Office{Supervisor}, Needs: []Need{NeedText}, Supervisory: true},
	{Kind: Ask, Offices: []Office{Supervisor}, Needs: []Need{NeedText}, WhileHeld: true, Supervisory: true},
	{Kind: AnswerQuestion, Offices: []Office{Secretary, Director, CommitteeMember}, Needs: []Need{NeedSubject, NeedText}, WhileHeld: true},
	{Kind: OrderRectification, Offices: []Office{Supervisor}, Needs: []Need{NeedText, OptionalDays}, WhileHeld: true, Supervisory: true},
	{Kind: ReportRectified, Offices: []Office{Secretary, Director, CommitteeMember}, Needs: []Need{NeedSubject, NeedText}, WhileHeld: true},
	{Kind: AcceptRectified, Offices: []Office{Supervisor}, Needs: []Need{NeedSubject, OptionalText}, WhileHeld: true, Supervisory: true},
	{Kind: GuideRectification, Offices: []Office{Guide}, Needs: []Need{NeedSubject, NeedText}, WhileHeld: true},
	{Kind: GiveClosingOpinion, Offices: []Office{Supervisor}, Needs: []Need{NeedText}, Supervisory: true},
	{Kind: CloseSigning, Offices: []Office{Resident, HouseholdHead, Representative, Owner}},
	{Kind: WithdrawDemand, Offices: []Office{Resident, HouseholdHead, Representative, Owner}, Needs: []Need{NeedText}},
	{Kind: AnswerDemand, Offices: []Office{Director, CommitteeMember}, Needs: []Need{NeedDecision, OptionalTime, NeedText}},
	{Kind: GuideDemand, Offices: []Office{Guide}, Needs: []Need{NeedDecision, NeedText}},
	{Kind: StartDemanded, Offices: []Office{Secretary, BranchMember, Director, CommitteeMember, Clerk}, Needs: []Need{NeedSubject}},
	{Kind: FileDutyReport, Offices: []Office{Director, DeputyDirector, CommitteeMember, Secretary}, Needs: []Need{NeedSubject, NeedText}},
	{Kind: ReceiveGrade, Offices: []Office{Director, DeputyDirector, CommitteeMember, Secretary}, Needs: []Need{NeedSubject}},
	{Kind: ExplainGrade, Offices: []Office{Director, DeputyDirector, CommitteeMember, Secretary}, Needs: []Need{NeedSubject, NeedText}},
	{Kind: CheckMeasures, Offices: []Office{SupervisionHead, Supervisor}, Needs: []Need{NeedSubject, NeedText}, Supervisory: true},
	{Kind: RuleOnRow, Offices: []Office{Guide}, Needs: []Need{NeedSubject, NeedDecision, NeedText}},
	{Kind: AnnounceEnd, Offices: []Office{SupervisionHead, Guide}, Needs: []Need{NeedSubject, NeedText}},
	{Kind: ForwardRatings, Offices: []Office{Director, CommitteeMember, Clerk}, Needs: []Need{NeedSubject, NeedText}},
	{Kind: ReplyToRating, Offices: []Office{Clerk, Guide}, Needs: []Need{NeedSubject, NeedText}, WhileHeld: true},
	{Kind: SettleHearing, Offices: []Office{Secretary, Director, CommitteeMember}, Needs: []Need{NeedMoment, NeedText}},
	{Kind: CloseHearing, Offices: []Office{Secretary, Director, CommitteeMember}},
	{Kind: SignRecord, Offices: []Office{Resident, HouseholdHead, Representative, PartyMember, Secretary, BranchMember, Director, CommitteeMember, Supervisor, Clerk}, Needs: []Need{NeedSubject, NeedDecision, OptionalText}},
	{Kind: NoteRecord, Offices: []Office{Clerk}, Needs: []Need{NeedSubject, NeedDecision, NeedText}},
	{Kind: FileHearingReport, Offices: []Office{Secretary, Director, CommitteeMember}, Needs: []Need{NeedText, OptionalFinding}},
	{Kind: AskHearing, Offices: []Office{Secretary}, Needs: []Need{NeedText}},
	{Kind: StartHearing, Offices: []Office{Secretary, BranchMember, Director, CommitteeMember, Clerk}, Needs: []Need{NeedSubject}},
	{Kind: DraftDisclosure, Offices: []Office{Director, CommitteeMember, Clerk}, Needs: []Need{NeedText}, WhileHeld: true},
	{Kind: ConfirmDisclosure, Offices: []Office{Secretary, Director}, Needs: []Need{NeedMoment, NeedDecision, NeedText}},
	{Kind: PostDisclosure, Offices: []Office{Director, CommitteeMember, Clerk}},
	{Kind: RuleOnObjection, Offices: []Office{Guide}, Needs: []Need{NeedSubject, NeedDecision, NeedText}, WhileHeld: true},
	{Kind: PostAudit, Offices: []Office{Secretary, Director, CommitteeMember, Clerk, Guide}, Needs: []Need{NeedText}},
	{Kind: NameElectionCommittee, Offices: []Office{Secretary, Director, CommitteeMember, Clerk}, Needs: []Need{NeedPeople, NeedText}},
	{Kind: ApproveScheme, Offices: []Office{ElectionCommitteeMember}, Needs: []Need{NeedMoment, OptionalSubject, NeedText}},
	{Kind: PostElectors, Offices: []Office{ElectionCommitteeMember}, Needs: []Need{NeedText}},
	{Kind: RuleOnList, Offices: []Office{ElectionCommitteeMember}, Needs: []Need{NeedSubject, NeedDecision, NeedText}, WhileHeld: true},
	{Kind: CloseNominations, Offices: []Office{ElectionCommitteeMember}},
	{Kind: AnswerNomination, Offices: []Office{Resident, ElectionCommitteeMember}, Needs: []Need{NeedSubject, NeedDecision, OptionalPost, OptionalText}},
	{Kind: ReviewCandidate, Offices: []Office{Guide}, Needs: []Need{NeedSubject, NeedDecision, NeedText}},
	{Kind: PostCandidates, Offices: []Office{ElectionCommitteeMember}, Needs: []Need{NeedText}},
	{Kind: WithdrawCandidacy, Offices: []Office{Resident, ElectionCommitteeMember}, Needs: []Need{NeedSubject, NeedText}},
	{Kind: PostponeElection, Offices: []Office{ElectionCommitteeMember}, Needs: []Need{NeedMoment, NeedText}},
	{Kind: DeclineSeat, Offices: []Office{Resident, ElectionCommitteeMember}, Needs: []Need{NeedSubject, NeedText}},
	{Kind: DeclareResult, Offices: []Office{ElectionCommitteeMember}, Needs: []Need{NeedText}},
	{Kind: ChallengeElection, Offices: []Office{Resident}, Needs: []Need{NeedText}, WhileHeld: true},
	{Kind: RuleOnChallenge, Offices: []Office{Guide}, Needs: []Need{NeedSubject, NeedDecision, NeedText}, WhileHeld: true},
	{Kind: CompleteElectionStep, Offices: []Office{ElectionCommitteeMember, Director, CommitteeMember, Clerk}, Needs: []Need{NeedSubject, NeedText}},
	{Kind: DefendRecall, Offices: []Office{Resident}, Needs: []Need{NeedText}},
	{Kind: ProposeCandidate, Offices: []Office{Secretary, BranchMember, Director, CommitteeMember, GroupHead, Representative, Resident}, Needs: []Need{NeedSubject, NeedPeople, OptionalText}},
	{Kind: AnswerProposal, Offices: []Office{Resident, Clerk}, Needs: []Need{NeedSubject, NeedDecision, OptionalText}},
	{Kind: FileResignation, Offices: []Office{Secretary, Director, CommitteeMember, Supervisor, Clerk, Resident}, Needs: []Need{NeedText}},
	{Kind: SettleCandidates, Offices: []Office{Director, CommitteeMember, GroupHead, Clerk}},
	{Kind: ScreenTopic, Offices: []Office{Secretary, BranchMember}, Needs: []Need{NeedDecision, NeedText}},
	{Kind: AnswerQuickly, Offices: []Office{Secretary, Director, CommitteeMember, Clerk}, Needs: []Need{NeedText}},
	{Kind: TurnToFull, Offices: []Office{Secretary, Director, CommitteeMember}, Needs: []Need{NeedText}},
	{Kind: NameParticipants, Offices: []Office{Secretary, Director, CommitteeMember}, Needs: []Need{NeedParticipants, NeedText}},
	{Kind: FormOpinion, Offices: []Office{Secretary, Director, CommitteeMember}, Needs: []Need{NeedFinding, NeedText}},
	{Kind: ReportBack, Offices: []Office{Director, CommitteeMember}, Needs: []Need{NeedText}},
	{Kind: EnterItem, Offices: []Office{Secretary, Director, CommitteeMember, Clerk}, Needs: []Need{NeedText}},
	{Kind: SettleItem, Offices: []Office{Secretary, Director, CommitteeMember}, Needs: []Need{NeedSubject, NeedFinding, OptionalTime, NeedText}},
	{Kind: CloseTalk, Offices: []Office{Secretary, Director, CommitteeMember}},
	{Kind: ReportItem, Offices: []Office{Director, CommitteeMember, Clerk}, Needs: []Need{NeedSubject, NeedText}},
	{Kind: MergeOpinions, Offices: []Office{Secretary, BranchMember}, Needs: []Need{NeedFinding, NeedText}},
	{Kind: FileSurvey, Offices: []Office{Director, CommitteeMember, Clerk}, Needs: []Need{NeedSurvey, NeedText}},
	{Kind: ForwardMatter, Offices: []Office{Secretary, BranchMember, Director, CommitteeMember, Clerk}, Needs: []Need{NeedSubject}},
}

// SpecOf gives the act's row of the table.
func SpecOf(k ActKind) (ActSpec, bool) {
	for _, s := range ActSpecs {
		if s.Kind == k {
			return s, true
		}
	}
	return ActSpec{}, false
}

// Act is what reaches the workflow: ids, codes and moments, never a name, a text
// or a choice. Texts are filed as papers before and named by id and hash.
type Act struct {
	Kind     ActKind   `json:"kind"`
	Actor    PersonID  `json:"actor"`
	Office   Office    `json:"office"`
	At       time.Time `json:"at,omitzero"`
	Subject  string    `json:"subject,omitempty"`
	Paper    PaperRef  `json:"paper,omitzero"`
	Days     int       `json:"days,omitempty"`
	Urgent   bool      `json:"urgent,omitempty"`
	Voting   Voting    `json:"voting,omitempty"`
	Category Category  `json:"category,omitempty"`
	// Options is how many lines of the motion's text name what may be chosen, Seats of
	// them how many.
	Options int  `json:"options,omitempty"`
	Seats   int  `json:"seats,omitempty"`
	OnPaper bool `json:"on_paper,omitempty"`
	// Grant is what the conference is to be authorised to decide.
	Grant    *Grant `json:"grant,omitempty"`
	Together bool   `json:"together,omitempty"`
	Sections int    `json:"sections,omitempty"`
	// Yes, No and Abstain are raised hands as the actor counted them.
	Yes     int `json:"yes,omitempty"`
	No      int `json:"no,omitempty"`
	Abstain int `json:"abstain,omitempty"`
	// Income and Spending are in fen, for reports of accounts.
	Income   int64 `json:"income,omitempty"`
	Spending int64 `json:"spending,omitempty"`
	// Accept says that what was demanded will be, or is to be, held.
	Accept bool `json:"accept,omitempty"`
	// People are persons that the act names, in order.
	People []PersonID `json:"people,omitempty"`
	// Post is a post of an election.
	Post ElectionPost `json:"post,omitempty"`
	// Finding is what the act found, Participants whom it names.
	Finding Finding `json:"finding,omitempty"`
	// Item is the item of an open talk that went to the process in Subject.
	Item         string        `json:"item,omitempty"`
	Participants []Participant `json:"participants,omitempty"`
	// Survey is how satisfied residents are, in numbers.
	Survey *Satisfaction `json:"survey,omitempty"`
}

// Receipt is what a person gets for an act that was accepted.
type Receipt struct {
	// Entries are the indices in the register.
	Entries []int64  `json:"entries,omitempty"`
	Verdict *Verdict `json:"verdict,omitempty"`
	// Subject is the id of what the act made: a meeting, a poll, an objection, a mark.
	Subject string `json:"subject,omitempty"`
}
