package deliberation

import (
	"strconv"
	"strings"
)

// pick gives the words of a language: "en" gives English, all else Chinese.
func pick(lang, zh, en string) string {
	if lang == "en" {
		return en
	}
	return zh
}

type word struct{ zh, en string }

func (w word) in(lang string) string { return pick(lang, w.zh, w.en) }

var denominatorWords = map[Denominator]word{
	OfMembers:             {"全体组成人员", "all members"},
	OfDue:                 {"应到会有表决权的人员", "those due and entitled to vote"},
	OfPresent:             {"到会人员", "those present"},
	OfEachCommittee:       {"各委员会组成人员", "the members of each committee"},
	OfAdults:              {"十八周岁以上的居(村)民", "residents of eighteen or more"},
	OfHouseholds:          {"户的代表", "household representatives"},
	OfElectors:            {"登记的选民", "registered electors"},
	OfVoters:              {"参加投票的人", "those who voted"},
	OfRepresentatives:     {"居(村)民代表", "representatives"},
	OfGroups:              {"居(村)民小组", "residents' groups"},
	OfBallots:             {"已投选票", "ballots cast"},
	OfOwnersArea:          {"专有部分面积", "exclusive area"},
	OfOwnersHeads:         {"业主人数", "owners"},
	OfParticipatingArea:   {"参与表决的专有部分面积", "exclusive area taking part"},
	OfParticipatingOwners: {"参与表决的业主", "owners taking part"},
	OfCollectiveMembers:   {"集体经济组织成员", "members of the collective"},
	OfValidForms:          {"有效评议票", "valid forms"},
}

// Word names what a fraction is taken of.
func (d Denominator) Word(lang string) string { return denominatorWords[d].in(lang) }

var bodyWords = map[Body]word{
	BranchCommittee:      {"党支部委员会", "Party branch committee"},
	Committee:            {"居(村)民委员会", "residents' committee"},
	JointCommittees:      {"“两委”会议", "joint committees' meeting"},
	PartyMeeting:         {"党员大会", "Party members' meeting"},
	Conference:           {"居(村)民代表会议", "representatives' conference"},
	Assembly:             {"居(村)民会议", "assembly"},
	HouseholdAssembly:    {"居(村)民会议(户代表)", "assembly of households"},
	SupervisoryCommittee: {"居(村)务监督委员会", "supervisory committee"},
	GroupMeeting:         {"居(村)民小组会议", "group meeting"},
	OwnersMeeting:        {"业主大会", "owners' meeting"},
	AppraisalDuty:        {"述职述廉和民主评议", "yearly report and appraisal"},
	HearingMeeting:       {"听证会", "hearing"},
	ExpertAppraisal:      {"论证会", "expert appraisal"},
	Electors:             {"登记参加选举的人员", "registered electors"},
	ConsultationMeeting:  {"议事协商会", "consultation meeting"},
	CouncilMeeting:       {"议事会", "council"},
	CoordinationMeeting:  {"协调会", "coordination meeting"},
	MonitoringMeeting:    {"监事会", "monitoring meeting"},
	PartyDelegates:       {"党员代表议事", "Party delegates' deliberation"},
	OpenTalkMeeting:      {"民情恳谈会", "open talk"},
}

var chosenBodyWords = map[ChosenBody]word{
	ChooseSupervisors:     {"居(村)务监督委员会", "the supervisory committee"},
	ChooseRepresentatives: {"居(村)民代表", "representatives"},
	ChooseGroupHead:       {"居(村)民小组组长", "the group's head"},
}

// Word names what is chosen.
func (b ChosenBody) Word(lang string) string { return chosenBodyWords[b].in(lang) }

// Word names the body. See Localise for the word of one kind of place.
func (b Body) Word(lang string) string { return bodyWords[b].in(lang) }

// Localise turns the words that stand for both kinds of place (居(村)民) into
// those of one.
func Localise(s string, k CommunityKind) string {
	if k == Village {
		return strings.ReplaceAll(s, "居(村)", "村")
	}
	return strings.ReplaceAll(s, "居(村)", "居")
}

var stageWords = map[Stage]word{
	AgendaStage:          {"拟定议程", "agenda"},
	Soliciting:           {"征求意见", "soliciting opinions"},
	Proposal:             {"① 党组织提议", "① proposal"},
	Consultation:         {"② “两委”商议", "② consultation"},
	Review:               {"③ 党员大会审议", "③ review"},
	Advice:               {"街道(乡镇)意见", "street or township advice"},
	Resolution:           {"④ 决议", "④ resolution"},
	ResolutionDisclosure: {"决议公开", "resolution disclosure"},
	Implementation:       {"组织实施", "implementation"},
	ResultDisclosure:     {"实施结果公开", "result disclosure"},
	Signing:              {"征集签名", "signing"},
	Answering:            {"召集人答复", "the conveners' answer"},
	Guiding:              {"街道(乡镇)指导", "street or township guidance"},
	Convening:            {"召集会议", "convening"},
	Reporting:            {"述职述廉", "duty reports"},
	Appraising:           {"民主评议", "appraisal"},
	AppraisalDisclosure:  {"评议结果公布", "appraisal disclosure"},
	AppraisalFollowUp:    {"评议结果落实", "appraisal follow-up"},
	RatingDepartments:    {"评议部门", "rating the departments"},
	RatingDisclosure:     {"评议结果公布和送达", "result posted and sent"},
	DepartmentReplies:    {"部门答复", "departments' replies"},
	ReplyDisclosure:      {"答复公布", "replies posted"},
	ElectionPreparing:    {"选举准备", "preparing the election"},
	ElectorRegistration:  {"登记参加选举", "registration of electors"},
	NominationStage:      {"提名候选人", "nomination"},
	ElectionVoting:       {"投票选举", "the vote"},
	ElectionResult:       {"公布选举结果", "the result"},
	ElectionHandedOver:   {"工作移交", "handover"},
	RecallDefence:        {"申辩", "defence"},
	RecallVoting:         {"罢免表决", "vote on recall"},
	RecallResult:         {"罢免结果公布", "result of the recall"},
	ChoosingCandidates:   {"推荐候选人", "proposing candidates"},
	ChoosingListed:       {"候选人名单公布", "list of candidates"},
	ChoosingVote:         {"推选表决", "the choice"},
	ChoosingResult:       {"推选结果公布", "result of the choice"},
	ResignationLetter:    {"提交辞职书", "letter of resignation"},
	ResignationVote:      {"辞职表决", "vote on the resignation"},
	ResignationResult:    {"辞职结果公告", "notice of the resignation"},
	DisclosureDraft:      {"拟定公开内容", "drafting"},
	DisclosureCheck:      {"监督委员会审核", "supervisors' check"},
	DisclosureConfirm:    {"联席会议确定", "joint meeting"},
	Disclosing:           {"公布", "on the board"},
	HearingPlanning:      {"拟定方案", "planning"},
	HearingSignUp:        {"公告和报名", "announcement and sign-up"},
	HearingList:          {"抽签和公布名单", "lots drawn and list posted"},
	HearingSitting:       {"开会和核对笔录", "sitting and signed record"},
	HearingReporting:     {"意见处理和报告", "dispositions and report"},
	HearingDisclosure:    {"报告公布", "report posted"},
	Archive:              {"归档", "archive"},

	Screening:              {"议题提出和审核", "screening"},
	Naming:                 {"确定协商主体", "naming the participants"},
	Consulting:             {"开展协商", "consulting"},
	CarryingOut:            {"协商成果落实", "carrying out"},
	ConsultationDisclosure: {"协商成果公开", "disclosure of what was agreed"},
	Forwarding:             {"提请会议决定", "sending on"},
	Talking:                {"民情恳谈", "open talk"},
	TalkFollowUp:           {"恳谈事项落实", "follow-up of the items"},
	PublicHearing:          {"公开听证", "public hearing"},
	SatisfactionCheck:      {"满意度测评", "survey of satisfaction"},
}

// Word names the stage.
func (s Stage) Word(lang string) string { return stageWords[s].in(lang) }

var outcomeWords = map[Outcome]word{
	Carried:   {"通过", "carried"},
	Lost:      {"未通过", "lost"},
	Inquorate: {"到会人数不足,未能开会", "inquorate"},
	Amended:   {"修改后通过,回到前一环节", "amended, goes back"},
	Contested: {"异议未解决,回到复议环节", "contested, goes back"},
	Answered:  {"已答复", "answered"},
	Returned:  {"论证为不可行，退回提议", "found not feasible, goes back to the proposal"},
	Withdrawn: {"撤回", "withdrawn"},
	Cancelled: {"终止", "cancelled"},
}

// Word names the outcome.
func (o Outcome) Word(lang string) string { return outcomeWords[o].in(lang) }

var officeWords = map[Office]word{
	Secretary:               {"党组织书记", "Party secretary"},
	BranchMember:            {"党支部委员", "Party branch committee member"},
	PartyMember:             {"正式党员", "Party member"},
	Director:                {"居(村)民委员会主任", "committee director"},
	CommitteeMember:         {"居(村)民委员会委员", "committee member"},
	Supervisor:              {"居(村)务监督委员会成员", "supervisor"},
	Representative:          {"居(村)民代表", "representative"},
	HouseholdHead:           {"户代表", "household representative"},
	Resident:                {"居(村)民", "resident"},
	Owner:                   {"业主", "owner"},
	Clerk:                   {"记录员", "clerk"},
	ElectionCommitteeMember: {"选举委员会成员", "member of the election committee"},
	Guide:                   {"街道(乡镇)指导员", "street or township guide"},
	Operator:                {"系统管理员", "operator"},
	DeputyDirector:          {"居(村)民委员会副主任", "deputy director"},
	SupervisionHead:         {"居(村)务监督委员会主任", "head of the supervisory committee"},
	ProbationaryMember:      {"预备党员", "probationary Party member"},
	GroupHead:               {"居(村)民小组长", "group head"},
	Analyst:                 {"县(区)、市级分析员", "county or city analyst"},
}

// Word names the office.
func (o Office) Word(lang string) string { return officeWords[o].in(lang) }

var actWords = map[ActKind]word{
	PostAudit:             {"公布离任审计结果", "post the audit"},
	NameElectionCommittee: {"推选选举委员会", "name the election committee"},
	ApproveScheme:         {"登记选举办法已经会议通过", "enter that plan and method were approved"},
	PostElectors:          {"公布登记参加选举的人员名单", "publish the list of electors"},
	RuleOnList:            {"处理对名单的异议", "rule on an objection to the list"},
	CloseNominations:      {"结束提名", "close the nominations"},
	AnswerNomination:      {"答复提名", "answer a nomination"},
	ReviewCandidate:       {"资格审查", "review a nominee"},
	PostCandidates:        {"公布候选人名单", "publish the nominees or candidates"},
	WithdrawCandidacy:     {"退出参选", "withdraw from standing"},
	PostponeElection:      {"变更选举日", "change election day"},
	DeclineSeat:           {"声明不接受当选", "decline a seat"},
	DeclareResult:         {"宣布选举结果", "declare the result"},
	ChallengeElection:     {"对选举提出异议", "challenge the election"},
	RuleOnChallenge:       {"处理选举异议", "rule on a challenge"},
	CompleteElectionStep:  {"报告换届后续工作完成", "report what follows as done"},
	ProposeCandidate:      {"推荐候选人", "propose a candidate"},
	AnswerProposal:        {"答复推荐", "answer a proposal"},
	FileResignation:       {"提交辞职书", "hand in a resignation"},
	SettleCandidates:      {"确定候选人名单", "settle the list of candidates"},
	DefendRecall:          {"申辩", "defend against a recall"},
	PutMotion:             {"列入议程", "put on the agenda"},
	DropMotion:            {"从议程中撤下", "take off the agenda"},
	CloseAgenda:           {"确定议程", "settle the agenda"},
	CountHands:            {"录入举手表决票数", "enter the count of hands"},
	Propose:               {"提交提议", "submit the proposal"},
	Convene:               {"发出会议通知", "send the notice"},
	CallToOrder:           {"开会", "hold the meeting"},
	Adjourn:               {"因人数不足休会", "adjourn for want of a quorum"},
	Amend:                 {"修改草案", "amend the draft"},
	OpenPoll:              {"开始表决", "open the poll"},
	ClosePoll:             {"结束表决", "close the poll"},
	CosignCount:           {"监票人签字", "co-sign the count"},
	CertifyCount:          {"核定计票结果", "certify the count"},
	VoidPoll:              {"宣布表决无效", "void the poll"},
	SendUp:                {"提请居(村)民会议决定", "send up to the assembly"},
	ReplaceChair:          {"更换主持人", "replace the chair"},
	FileResolution:        {"报送备案", "file the decision"},
	RecordMinutes:         {"提交会议记录", "record the minutes"},
	SignMinutes:           {"签署会议记录", "sign the minutes"},
	Advise:                {"提出意见", "give advice"},
	Withdraw:              {"撤回", "withdraw"},
	Publish:               {"张贴公布", "publish"},
	ProvePosting:          {"上传公示栏照片", "prove the posting"},
	ReportRemoved:         {"报告公示被撕毁", "report a posting torn down"},
	Object:                {"提出异议", "object"},
	AnswerObjection:       {"答复异议", "answer an objection"},
	ContestAnswer:         {"对答复不满意", "contest the answer"},
	ReportProgress:        {"报告进度和账目", "report progress and accounts"},
	RequestChange:         {"申请变更决议", "ask to change the resolution"},
	ReportResult:          {"报告实施结果", "report the result"},
	Acknowledge:           {"监督:知悉", "supervision: acknowledge"},
	Decline:               {"监督:不予签署", "supervision: decline to sign"},
	Ask:                   {"监督:询问", "supervision: ask"},
	AnswerQuestion:        {"答复询问", "answer the supervisors"},
	OrderRectification:    {"监督:要求整改", "supervision: order rectification"},
	ReportRectified:       {"报告整改情况", "report the rectification"},
	AcceptRectified:       {"监督:整改合格", "supervision: accept the rectification"},
	GuideRectification:    {"处理上报的整改", "guide an escalated rectification"},
	GiveClosingOpinion:    {"监督:总结意见", "supervision: closing opinion"},
	CloseSigning:          {"提前结束征集签名", "close the signing"},
	WithdrawDemand:        {"撤回联名提议", "withdraw the joint demand"},
	AnswerDemand:          {"答复联名提议", "answer the joint demand"},
	GuideDemand:           {"处理联名提议", "guide the joint demand"},
	StartDemanded:         {"启动所提的会议", "start what was demanded"},
	FileDutyReport:        {"提交述职述廉报告", "file the duty report"},
	ReceiveGrade:          {"签收评议结果", "receive the grade"},
	ExplainGrade:          {"公开说明和整改措施", "explain and set measures"},
	CheckMeasures:         {"检查整改落实", "check the measures"},
	RuleOnRow:             {"认定是否连续两次不称职", "rule on two in a row"},
	AnnounceEnd:           {"公告职务依法终止", "announce the end of office"},
	ForwardRatings:        {"送达评议结果", "tell a department its rating"},
	ReplyToRating:         {"登记部门答复", "enter a department's reply"},
	DraftDisclosure:       {"提交公开内容", "hand in the draft"},
	ConfirmDisclosure:     {"登记联席会议的决定", "enter what the joint meeting decided"},
	PostDisclosure:        {"公布", "post"},
	RuleOnObjection:       {"处理对答复不服的异议", "rule on a contested objection"},
	ScreenTopic:           {"审核协商议题", "screen the topic"},
	AnswerQuickly:         {"即时答复", "answer at once"},
	TurnToFull:            {"转为深入协商", "turn to a full consultation"},
	NameParticipants:      {"确定协商主体", "name the participants"},
	FormOpinion:           {"形成协商意见", "form the opinion"},
	ReportBack:            {"反馈落实情况", "report back"},
	ForwardMatter:         {"提请会议决定", "send on to a body that decides"},
	EnterItem:             {"录入事项", "enter an item"},
	SettleItem:            {"处理事项", "deal with an item"},
	CloseTalk:             {"结束恳谈", "close the talk"},
	ReportItem:            {"反馈办理结果", "report what came of an item"},
	MergeOpinions:         {"归并分类意见", "merge and classify the opinions"},
	FileSurvey:            {"登记满意度测评结果", "file the survey of satisfaction"},
	SettleHearing:         {"确定听证、论证方案", "settle the plan"},
	CloseHearing:          {"宣布会议结束", "close the sitting"},
	SignRecord:            {"核对并签署笔录", "check and sign the record"},
	NoteRecord:            {"登记纸质签字或者拒签", "note a signature on paper, or a refusal"},
	FileHearingReport:     {"提交听证、论证报告", "file the report"},
	AskHearing:            {"提请召开听证会、论证会", "ask for a hearing"},
	StartHearing:          {"启动听证会、论证会", "start the hearing"},
}

var roleWords = map[ParticipantRole]word{
	InterestedParty: {"利益相关方", "interested party"},
	AsResident:      {"居(村)民", "resident"},
	AsUnit:          {"驻区单位、社会组织", "unit or social organisation"},
	AsSpecialist:    {"专业人员", "specialist"},
	AsMember:        {"成员", "member"},
}

// Word names the role.
func (r ParticipantRole) Word(lang string) string { return roleWords[r].in(lang) }

var findingWords = map[Finding]word{
	FoundAgreed:   {"协商一致", "agreed"},
	FoundPartly:   {"部分达成一致", "agreed in part"},
	FoundDisputed: {"分歧较大，未达成一致", "disputed"},

	ItemAnswered:    {"当场答复", "answered on the spot"},
	ItemAssigned:    {"交办", "assigned"},
	ItemTransferred: {"转办", "transferred"},
	ItemToForum:     {"转入议事程序", "sent to its forum"},

	TouchesAll:   {"涉及全体居民，先开论证会", "touches all residents: an expert appraisal first"},
	TouchesSome:  {"涉及部分居民或者特定群体，先开听证会", "touches some residents or a group: a hearing first"},
	TouchesOther: {"不涉及公共服务项目，转议事协商", "neither: sent to a consultation"},

	Feasible:            {"可行", "feasible"},
	FeasibleWithChanges: {"修改后可行", "feasible with changes"},
	NotFeasible:         {"不可行", "not feasible"},
}

var dispositionWords = map[Disposition]word{
	StatementAdopted:  {"采纳", "adopted"},
	StatementPartly:   {"部分采纳", "adopted in part"},
	StatementNot:      {"不采纳", "not adopted"},
	StatementAnswered: {"已答复", "answered"},
}

// Word names the disposition.
func (d Disposition) Word(lang string) string { return dispositionWords[d].in(lang) }

var statementWords = map[StatementKind]word{
	SpokenStatement:  {"发言", "spoken"},
	WrittenStatement: {"书面意见", "written"},
	QuestionAsked:    {"提问", "question"},
	ExpertOpinion:    {"专家意见", "expert's opinion"},
}

// Word names the kind of statement.
func (k StatementKind) Word(lang string) string { return statementWords[k].in(lang) }

var interestWords = map[Interest]word{
	NoInterest:       {"无利害关系", "no interest"},
	IndirectInterest: {"有间接利害关系", "indirect interest"},
	DirectInterest:   {"有直接利害关系（回避）", "direct interest (excluded)"},
}

// Word names the interest.
func (i Interest) Word(lang string) string { return interestWords[i].in(lang) }

var recordSigningWords = map[RecordSigning]word{
	RecordSigned:   {"已签字", "signed"},
	RecordRefused:  {"拒绝签字", "refused to sign"},
	RecordUnsigned: {"逾期未签", "not signed in time"},
	RecordOnPaper:  {"纸质签字", "signed on paper"},
}

// Word names what became of the record.
func (r RecordSigning) Word(lang string) string { return recordSigningWords[r].in(lang) }

// Word names what was found.
func (f Finding) Word(lang string) string { return findingWords[f].in(lang) }

var gradeWords = map[Grade]word{
	Excellent:       {"优秀", "excellent"},
	Competent:       {"称职", "competent"},
	BarelyCompetent: {"基本称职", "barely competent"},
	Unfit:           {"不称职", "unfit"},
}

// Word names the grade.
func (g Grade) Word(lang string) string { return gradeWords[g].in(lang) }

var departmentGradeWords = map[DepartmentGrade]word{
	RatedSatisfied:          {"满意", "satisfied"},
	RatedBasicallySatisfied: {"基本满意", "basically satisfied"},
	RatedNotSatisfied:       {"不满意", "not satisfied"},
}

// Word names the grade.
func (g DepartmentGrade) Word(lang string) string { return departmentGradeWords[g].in(lang) }

var criterionWords = map[DepartmentCriterion]word{
	CriterionLawful:     {"依法履职", "acting by the law"},
	CriterionAttitude:   {"服务态度", "attitude"},
	CriterionEfficiency: {"办事效率", "efficiency"},
	CriterionIntegrity:  {"廉洁自律", "integrity"},
	CriterionResults:    {"工作实效", "results"},
}

// Word names what is weighed.
func (c DepartmentCriterion) Word(lang string) string { return criterionWords[c].in(lang) }

var consequenceWords = map[ConsequenceKind]word{
	NoConsequence: {"无", "none"},
	Commend:       {"列入表扬名单", "commended"},
	Explain:       {"公开说明并整改", "explain in public and take measures"},
	EndsByLaw:     {"连续两次不称职，职务依法自行终止", "two in a row: the office ends by operation of law"},
	ReferRow:      {"提请街道（乡镇）认定是否连续两次不称职", "referred to the township for a ruling"},
}

// Word names what follows from a grade.
func (k ConsequenceKind) Word(lang string) string { return consequenceWords[k].in(lang) }

var rowWords = map[RowReason]word{
	RowFirst:     {"此前没有评议记录", "no earlier appraisal is on record"},
	RowBetter:    {"上一次评议不是不称职", "the last grade was another"},
	RowNewTerm:   {"两次之间离任过该职务", "the post was left in between"},
	RowNoRule:    {"现行法律没有规定连续不称职的后果", "no law in force attaches an end to it"},
	RowInRow:     {"同一职务，两次间隔符合规定", "same post, far enough apart"},
	RowTooClose:  {"两次间隔不足规定的月数", "less than the months apart"},
	RowOtherPost: {"上一次不称职是在另一职务上", "the last unfit grade was in another post"},
	RowPartyPost: {"组织法没有规定该职务自行终止", "the organic law does not speak of this post"},
}

// Word says why two grades are, or are not, two in a row.
func (r RowReason) Word(lang string) string { return rowWords[r].in(lang) }

var votingWords = map[Voting]word{
	RecordedVoting: {"记名表决", "recorded vote"},
	SecretVoting:   {"无记名投票", "secret ballot"},
	HandsVoting:    {"举手表决", "show of hands"},
}

// Word names the way to vote.
func (v Voting) Word(lang string) string { return votingWords[v].in(lang) }

// Word names the act.
func (k ActKind) Word(lang string) string { return actWords[k].in(lang) }

var confidenceWords = map[Confidence]word{
	LawText:       {"法律法规", "law"},
	PartyRule:     {"党内法规", "Party rule"},
	LocalPractice: {"地方做法", "local practice"},
	Analogy:       {"参照", "by analogy"},
	Default:       {"系统设定", "our default"},
}

// Word names how firmly a rule stands.
func (c Confidence) Word(lang string) string { return confidenceWords[c].in(lang) }

var pinningWords = map[Pinning]word{
	FixedAtStart: {"按启动时的规则", "fixed at the start"},
	LawOfTheDay:  {"按当日的法律", "law of the day"},
}

// Word names which day's law governs.
func (p Pinning) Word(lang string) string { return pinningWords[p].in(lang) }

// Words says the threshold as the statutes do: 过半数, 半数以上, 三分之二以上,
// 超过三分之二 (law.md §0.3).
func (c Comparison) Words(f Fraction, lang string) string {
	half := f.Num*2 == f.Den
	if lang == "en" {
		share := f.String()
		if half {
			share = "half"
		}
		if c == MoreThan {
			return "more than " + share
		}
		return "at least " + share
	}
	switch {
	case half && c == MoreThan:
		return "过半数"
	case half:
		return "半数以上"
	case f.Num == f.Den:
		return "全体"
	case c == MoreThan:
		return "超过" + shareZH(f)
	}
	return shareZH(f) + "以上"
}

// Words says the threshold with what it is taken of: 到会人员的过半数.
func (m Majority) Words(lang string) string {
	if lang == "en" {
		return m.Comparison.Words(m.Fraction, lang) + " of " + m.Of.Word(lang)
	}
	return m.Of.Word(lang) + "的" + m.Comparison.Words(m.Fraction, lang)
}

// Symbols writes the threshold for those who check it: > 1/2 present.
func (m Majority) Symbols() string {
	sign := "≥"
	if m.Comparison == MoreThan {
		sign = ">"
	}
	return sign + " " + m.Fraction.String() + " " + string(m.Of)
}

func shareZH(f Fraction) string { return numberZH(f.Den) + "分之" + numberZH(f.Num) }

// numberZH writes a number below a hundred in Chinese; larger ones in digits.
func numberZH(n int) string {
	digits := []string{"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"}
	switch {
	case n < 0 || n > 99:
		return strconv.Itoa(n)
	case n < 10:
		return digits[n]
	}
	s := "十"
	if n >= 20 {
		s = digits[n/10] + s
	}
	if n%10 > 0 {
		s += digits[n%10]
	}
	return s
}
