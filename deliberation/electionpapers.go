package deliberation

import (
	"encoding/json"
	"slices"
)

// DocumentList is which list of an election's papers a document stands in.
type DocumentList string

// The lists.
const (
	ArchiveItems    DocumentList = "archive" // 选举档案(47 项)
	ElectionNotices DocumentList = "notice"  // 公告(18 个)
	ElectionForms   DocumentList = "form"    // 用表
	RecallPapers    DocumentList = "recall"  // 罢免文书
)

var documentListWords = map[DocumentList]word{
	ArchiveItems:    {"选举档案", "archive of the election"},
	ElectionNotices: {"公告", "notices"},
	ElectionForms:   {"用表", "forms"},
	RecallPapers:    {"罢免文书", "papers of a recall"},
}

// Word names the list.
func (l DocumentList) Word(lang string) string { return documentListWords[l].in(lang) }

// DocumentKept says where a document of an election is to be found.
type DocumentKept string

// Where it is.
const (
	KeptInRegister  DocumentKept = "register"  // 登记簿有记录
	KeptByDesk      DocumentKept = "desk"      // 由系统打印,登记簿不单独记录
	KeptOnPaper     DocumentKept = "paper"     // 纸质另存
	KeptByOtherBody DocumentKept = "elsewhere" // 推选其他组织的材料
)

var documentKeptWords = map[DocumentKept]word{
	KeptInRegister:  {"登记簿有记录", "in the register"},
	KeptByDesk:      {"由系统打印，登记簿不单独记录", "printed from the record; the register has no entry of its own"},
	KeptOnPaper:     {"纸质另存", "kept on paper"},
	KeptByOtherBody: {"推选代表、小组长、监督委员会的材料，另行归档", "of the choice of representatives, group heads or supervisors, archived with that"},
}

// Word says where it is.
func (k DocumentKept) Word(lang string) string { return documentKeptWords[k].in(lang) }

// DocumentSource is a fact that fills a document. Stage and Part narrow it where they
// are set; Part is a code of the fact's data, as documentPart gives it.
type DocumentSource struct {
	Fact  FactKind `json:"fact"`
	Stage Stage    `json:"stage,omitempty"`
	Part  string   `json:"part,omitempty"`
}

// ElectionDocument is a paper that an election or a recall leaves behind. The archive's
// forty-seven items and the eighteen notices are those of a county's guide (law.md §14);
// where a text asks for one of them, Key names the parameter that holds its citation.
type ElectionDocument struct {
	List   DocumentList `json:"list"`
	Number string       `json:"number"`
	// ZH and EN are the title; 居(村) stands for both kinds of place.
	ZH   string           `json:"zh"`
	EN   string           `json:"en"`
	Kept DocumentKept     `json:"kept"`
	From []DocumentSource `json:"from,omitempty"` // any of them fills it
	Key  string           `json:"key,omitempty"`
}

// Title names the document in a place of the kind.
func (d ElectionDocument) Title(lang string, k CommunityKind) string {
	return Localise(pick(lang, d.ZH, d.EN), k)
}

// documentPractice is where the lists stand that no statute gives.
var documentPractice = Basis{Citation: Citation{Law: "福建莆田村级换届选举指导材料", Version: "2021年"}, Confidence: LocalPractice}

// Basis gives the text the document stands on: that of the pack's parameter, else the
// guide that lists it.
func (d ElectionDocument) Basis(p Pack) Basis {
	if q, ok := p.Parameters[d.Key]; ok {
		return q.Basis
	}
	return documentPractice
}

// HeldDocument is a document with what the register holds of it.
type HeldDocument struct {
	ElectionDocument
	Entries []int64    `json:"entries,omitempty"`
	Papers  []PaperRef `json:"papers,omitempty"`
}

// There reports whether the register holds something of it.
func (h HeldDocument) There() bool { return len(h.Entries) > 0 }

// DocumentsHeld gives the documents of a list in their order, each with the entries of
// the process that fill it and the papers those name.
func DocumentsHeld(list DocumentList, entries []Entry) (all []HeldDocument) {
	for _, d := range ElectionDocuments {
		if d.List != list {
			continue
		}
		h := HeldDocument{ElectionDocument: d}
		for _, e := range entries {
			if !slices.ContainsFunc(d.From, func(s DocumentSource) bool { return s.fills(e.Fact) }) {
				continue
			}
			h.Entries = append(h.Entries, e.Index)
			if paper := documentPaper(e.Fact); !paper.IsZero() && !slices.Contains(h.Papers, paper) {
				h.Papers = append(h.Papers, paper)
			}
		}
		all = append(all, h)
	}
	return all
}

func (s DocumentSource) fills(f Fact) bool {
	return s.Fact == f.Kind && (s.Stage == "" || s.Stage == f.Stage) && (s.Part == "" || s.Part == documentPart(f))
}

// documentPaper is the paper that a fact of an election names.
func documentPaper(f Fact) PaperRef {
	var d struct {
		Paper PaperRef `json:"paper"`
		Text  PaperRef `json:"text"`
	}
	if json.Unmarshal(f.Data, &d) != nil || d.Paper.IsZero() {
		return d.Text
	}
	return d.Paper
}

// The parts of facts that documents tell apart.
const (
	partNominees    = "nominees"    // 被提名人名单
	partFinal       = "final"       // 正式候选人名单
	partPreselected = "preselected" // 经预选的正式候选人名单
	partAnswered    = "answered"    // 被提名人的答复
	partReviewed    = "reviewed"    // 资格审查
	partWithdrew    = "withdrew"    // 退出或者取消资格
	partDefence     = "defence"     // 申辩
	partVerdict     = "verdict"     // 罢免表决结果
)

// documentPart says which part of an election's papers a fact is, empty where its kind
// says enough.
func documentPart(f Fact) string {
	var d struct {
		Final       bool            `json:"final"`
		Preselected PollID          `json:"preselection"`
		Nominee     NomineeProgress `json:"nominee"`
		Step        string          `json:"step"`
		Paper       PaperRef        `json:"paper"`
		Recall      RecallProgress  `json:"recall"`
	}
	if json.Unmarshal(f.Data, &d) != nil {
		return ""
	}
	switch f.Kind {
	case FactCandidates:
		switch {
		case !d.Final:
			return partNominees
		case d.Preselected != "":
			return partPreselected
		}
		return partFinal
	case FactNominee:
		switch d.Nominee.State {
		case NomineeQualified:
			return partReviewed
		case NomineeBarred, NomineeWithdrew:
			return partWithdrew
		}
		return partAnswered
	case FactElectionStep:
		return d.Step
	case FactPaper:
		return string(d.Paper.Kind)
	case FactRecall:
		switch {
		case d.Recall.Passed != nil:
			return partVerdict
		case !d.Recall.Defence.IsZero():
			return partDefence
		}
	}
	return ""
}

func from(list ...DocumentSource) []DocumentSource { return list }

// Sources that several documents share.
var (
	ofFinalLists = []DocumentSource{{Fact: FactCandidates, Part: partFinal}, {Fact: FactCandidates, Part: partPreselected}}
	ofReview     = []DocumentSource{{Fact: FactNominee, Part: partReviewed}, {Fact: FactNominee, Part: partWithdrew}}
	ofBodies     = []DocumentSource{{Fact: FactElectionStep, Part: string(ElectionBodies)}}
	ofVote       = []DocumentSource{{Fact: FactPollClosed, Stage: ElectionVoting}}
)

func minutesIn(s Stage) DocumentSource {
	return DocumentSource{Fact: FactPaper, Stage: s, Part: string(PaperMinutes)}
}

// ElectionDocuments lists every document of elections and recalls: the archive in the
// order of its numbers, the notices, the forms, and the papers of a recall.
var ElectionDocuments = []ElectionDocument{
	{ArchiveItems, "1", "“两委”联席会议记录", "minutes of the joint committees' meeting", KeptOnPaper, nil, ""},
	{ArchiveItems, "2", "居(村)民代表会议记录（通过选举工作方案和选举办法）", "minutes of the representatives' conference that approved plan and method", KeptInRegister, from(DocumentSource{Fact: FactElectionScheme}), "election.methods"},
	{ArchiveItems, "3", "居(村)民会议记录（推选选举委员会）", "minutes of the meeting that chose the election committee", KeptInRegister, from(DocumentSource{Fact: FactElectionCommittee, Stage: ElectionPreparing}), "election.committee_min"},
	{ArchiveItems, "4", "选举委员会会议记录", "minutes of the election committee", KeptOnPaper, nil, ""},
	{ArchiveItems, "5", "居(村)民代表各小组名额安排表", "how many representatives each group chooses", KeptByOtherBody, nil, ""},
	{ArchiveItems, "6", "选举委员会成员提名表", "nominations to the election committee", KeptOnPaper, nil, "election.committee_min"},
	{ArchiveItems, "7", "选举委员会成员、主任的选票", "ballots for the election committee and its head", KeptOnPaper, nil, ""},
	{ArchiveItems, "8", "推选选举委员会的结果报告", "report on who was chosen to the election committee", KeptInRegister, from(DocumentSource{Fact: FactElectionCommittee}), "election.committee_min"},
	{ArchiveItems, "9", "宣传发动的标语、照片", "photos of how the election was made known", KeptOnPaper, nil, ""},
	{ArchiveItems, "10", "登记参加选举的照片", "photos of the registration", KeptOnPaper, nil, ""},
	{ArchiveItems, "11", "登记情况报告", "report on the registration", KeptInRegister, from(DocumentSource{Fact: FactElectors}), "election.list_days"},
	{ArchiveItems, "12", "登记参加选举的人员名册", "list of electors", KeptInRegister, from(DocumentSource{Fact: FactElectors}), "election.list_days"},
	{ArchiveItems, "13", "登记情况统计表", "numbers of the registration", KeptInRegister, from(DocumentSource{Fact: FactElectors}), "election.list_days"},
	{ArchiveItems, "14", "委托投票的委托书", "letters of those who vote through others", KeptInRegister, from(DocumentSource{Fact: FactMandates, Stage: ElectionVoting}), "election.proxy_agents"},
	{ArchiveItems, "15", "推选代表和小组长的会议记录", "minutes on choosing representatives and group heads", KeptByOtherBody, ofBodies, ""},
	{ArchiveItems, "16", "居(村)民代表提名表", "nominations of representatives", KeptByOtherBody, nil, ""},
	{ArchiveItems, "17", "居(村)民小组长提名表", "nominations of group heads", KeptByOtherBody, nil, ""},
	{ArchiveItems, "18", "代表、小组长、妇女代表的选票", "ballots for representatives, group heads and women's representatives", KeptByOtherBody, nil, ""},
	{ArchiveItems, "19", "推选代表、小组长的结果报告", "report on the representatives and group heads chosen", KeptByOtherBody, ofBodies, "election.bodies_days"},
	{ArchiveItems, "20", "居(村)民代表花名册", "list of representatives", KeptByOtherBody, nil, ""},
	{ArchiveItems, "21", "居(村)民代表情况统计表", "numbers of the representatives", KeptByOtherBody, nil, ""},
	{ArchiveItems, "22", "居(村)民小组长花名册", "list of group heads", KeptByOtherBody, nil, ""},
	{ArchiveItems, "23", "居(村)民小组长情况统计表", "numbers of the group heads", KeptByOtherBody, nil, ""},
	{ArchiveItems, "24", "确定提名工作的会议记录", "minutes on how nominations are taken", KeptOnPaper, nil, ""},
	{ArchiveItems, "25", "初步候选人自荐表", "who put themselves forward", KeptOnPaper, nil, ""},
	{ArchiveItems, "26", "初步候选人提名表", "nominations", KeptInRegister, from(DocumentSource{Fact: FactNominations}), "election.nominators"},
	{ArchiveItems, "27", "初步候选人一览表", "list of nominees", KeptInRegister, from(DocumentSource{Fact: FactCandidates, Part: partNominees}), "election.nominated_list_days"},
	{ArchiveItems, "28", "初步候选人资格审查表", "qualification check of nominees", KeptInRegister, ofReview, "election.bars"},
	{ArchiveItems, "29", "确定初步候选人的会议记录", "minutes on the nominees", KeptOnPaper, nil, ""},
	{ArchiveItems, "30", "取消、退出初步候选人资格的申请", "requests to be taken off the list", KeptInRegister, from(DocumentSource{Fact: FactNominee, Part: partWithdrew}), "election.bars"},
	{ArchiveItems, "31", "预选的会议记录", "minutes of the preselection", KeptInRegister, from(minutesIn(NominationStage)), ""},
	{ArchiveItems, "32", "预选的选票", "ballots of the preselection", KeptInRegister, from(DocumentSource{Fact: FactPollClosed, Stage: NominationStage}), "election.member_surplus_max"},
	{ArchiveItems, "33", "正式候选人预选结果报告", "report on the preselection", KeptInRegister, from(DocumentSource{Fact: FactCandidates, Part: partPreselected}), "election.member_surplus_max"},
	{ArchiveItems, "34", "确定正式候选人的会议记录", "minutes on the candidates", KeptOnPaper, nil, ""},
	{ArchiveItems, "35", "候选人资格联审表", "joint qualification check of candidates", KeptInRegister, ofReview, "election.bars"},
	{ArchiveItems, "36", "投票准备的会议记录", "minutes on preparing the vote", KeptOnPaper, nil, ""},
	{ArchiveItems, "37", "选举的选票", "ballots of the election", KeptInRegister, ofVote, "election.elected"},
	{ArchiveItems, "38", "居(村)民委员会选举结果报告", "report on the result of the election", KeptInRegister, from(DocumentSource{Fact: FactElectionRound}), "election.elected"},
	{ArchiveItems, "39", "投票选举的会议记录", "minutes of the vote", KeptInRegister, from(minutesIn(ElectionVoting)), "election.elected"},
	{ArchiveItems, "40", "居(村)务监督委员会提名表", "nominations of supervisors", KeptByOtherBody, nil, ""},
	{ArchiveItems, "41", "居(村)务监督委员会候选人公示", "publication of who stands for the supervisory committee", KeptByOtherBody, nil, ""},
	{ArchiveItems, "42", "推选居(村)务监督委员会的会议记录", "minutes on choosing the supervisory committee", KeptByOtherBody, ofBodies, ""},
	{ArchiveItems, "43", "工作移交的会议记录", "minutes of the handover", KeptInRegister, from(DocumentSource{Fact: FactElectionStep, Part: string(ElectionHandover)}), "handover.days"},
	{ArchiveItems, "44", "居(村)务监督委员会的选票", "ballots for the supervisory committee", KeptByOtherBody, nil, ""},
	{ArchiveItems, "45", "居(村)务监督委员会选举结果报告", "report on the supervisors chosen", KeptByOtherBody, ofBodies, "election.bodies_days"},
	{ArchiveItems, "46", "换届选举结果报告单", "report form of the result", KeptInRegister, from(DocumentSource{Fact: FactDeclared}), "election.elected"},
	{ArchiveItems, "47", "工作记录簿，交还选举委员会印章", "work book, and the election committee's seal handed back", KeptInRegister, from(DocumentSource{Fact: FactElectionStep, Part: string(ElectionArchive)}), "election.archive_days"},

	{ElectionNotices, "1", "关于选举日的公告", "election day", KeptInRegister, from(DocumentSource{Fact: FactElectionScheme}, DocumentSource{Fact: FactElectionDay}), "election.reverify_days"},
	{ElectionNotices, "2", "关于选举委员会名单的公告", "who sits on the election committee", KeptInRegister, from(DocumentSource{Fact: FactElectionCommittee}), "election.committee_min"},
	{ElectionNotices, "3", "关于登记参加选举的公告", "registration of electors", KeptInRegister, from(DocumentSource{Fact: FactStage, Stage: ElectorRegistration}), "election.min_age"},
	{ElectionNotices, "4", "关于登记参加选举的人员名单的公告", "list of electors", KeptInRegister, from(DocumentSource{Fact: FactElectors}), "election.list_days"},
	{ElectionNotices, "5", "关于推选代表和小组长的公告", "choosing representatives and group heads", KeptByOtherBody, nil, ""},
	{ElectionNotices, "6", "关于居(村)民代表名单的公告", "list of representatives", KeptByOtherBody, nil, ""},
	{ElectionNotices, "6-1", "关于居(村)民小组长名单的公告", "list of group heads", KeptByOtherBody, nil, ""},
	{ElectionNotices, "7", "关于提名候选人的公告", "how candidates are nominated", KeptInRegister, from(DocumentSource{Fact: FactStage, Stage: NominationStage}), "election.nominators"},
	{ElectionNotices, "8", "关于被提名人名单的公告", "list of nominees", KeptInRegister, from(DocumentSource{Fact: FactCandidates, Part: partNominees}), "election.nominated_list_days"},
	{ElectionNotices, "9", "关于正式候选人名单的公告", "list of candidates", KeptInRegister, ofFinalLists, "election.final_list_days"},
	{ElectionNotices, "10", "关于投票时间、地点和方式的公告", "time, place and way of voting", KeptInRegister, from(DocumentSource{Fact: FactNotice, Stage: ElectionVoting}), "election.announce_days"},
	{ElectionNotices, "11", "关于选举工作人员名单的公告", "who works at the vote", KeptOnPaper, nil, "election.station_staff"},
	{ElectionNotices, "12", "关于流动票箱投票人员名单的公告", "who votes at a mobile box", KeptByDesk, nil, "election.mobile_list_days"},
	{ElectionNotices, "13", "关于委托投票名单的公告", "who votes through whom", KeptInRegister, from(DocumentSource{Fact: FactMandates, Stage: ElectionVoting}), "election.proxy_list_days"},
	{ElectionNotices, "14", "关于代写人员名单的公告", "who writes for those who cannot", KeptOnPaper, nil, ""},
	{ElectionNotices, "15", "关于无效票认定规则的公告", "which ballots are void", KeptInRegister, from(DocumentSource{Fact: FactElectionScheme}), "election.combined_paper_overfull"},
	{ElectionNotices, "16", "关于选举结果的公告", "result of the election", KeptInRegister, from(DocumentSource{Fact: FactDeclared}), "election.elected"},
	{ElectionNotices, "17", "关于居(村)务监督委员会选举结果的公告", "who was chosen to the supervisory committee", KeptByOtherBody, ofBodies, "election.bodies_days"},

	{ElectionForms, "1", "参加选举登记表", "registration form", KeptByDesk, nil, "election.min_age"},
	{ElectionForms, "2", "候选人提名表", "nomination form", KeptByDesk, nil, "election.nominators"},
	{ElectionForms, "3", "被提名人参选答复书", "answer of a nominee", KeptInRegister, from(DocumentSource{Fact: FactNominee, Part: partAnswered}), "election.director_surplus"},
	{ElectionForms, "4", "委托投票书", "letter of one who votes through another", KeptInRegister, from(DocumentSource{Fact: FactMandates, Stage: ElectionVoting}), "election.proxy_agents"},
	{ElectionForms, "5", "选票", "ballot", KeptInRegister, from(DocumentSource{Fact: FactPollOpened, Stage: ElectionVoting}), "election.elected"},
	{ElectionForms, "6", "唱票计票记录表", "tally sheet", KeptInRegister, from(DocumentSource{Fact: FactCasting, Stage: ElectionVoting}), "election.station_scrutineers"},
	{ElectionForms, "7", "选举结果报告单", "report form of the result", KeptInRegister, from(DocumentSource{Fact: FactElectionRound}), "election.elected"},
	{ElectionForms, "8", "当选证书", "certificate of election", KeptInRegister, from(DocumentSource{Fact: FactDeclared}), "election.elected"},
	{ElectionForms, "9", "选举异议书和处理决定", "challenge and ruling", KeptInRegister, from(DocumentSource{Fact: FactChallenge}), "election.challenge_days"},
	{ElectionForms, "10", "工作移交清单", "list of what is handed over", KeptInRegister, from(DocumentSource{Fact: FactElectionStep, Part: string(ElectionHandover)}), "handover.days"},

	{RecallPapers, "1", "罢免申辩书", "defence", KeptInRegister, from(DocumentSource{Fact: FactRecall, Part: partDefence}), "recall.pass"},
	{RecallPapers, "2", "罢免表决的选票", "ballots of the recall", KeptInRegister, from(DocumentSource{Fact: FactPollClosed, Stage: RecallVoting}), "recall.pass"},
	{RecallPapers, "3", "罢免表决结果报告单", "report form of the vote", KeptInRegister, from(DocumentSource{Fact: FactRecall, Part: partVerdict}), "recall.pass"},
	{RecallPapers, "4", "罢免结果公告和备案", "notice and filing of the result", KeptInRegister, from(DocumentSource{Fact: FactPosted, Stage: RecallResult}, DocumentSource{Fact: FactFiled, Stage: RecallResult}), "recall.pass"},
}
