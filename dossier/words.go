package dossier

import "github.com/yishi-project/yishi/deliberation"

// The words of the forms. They are part of the format: a dossier made once
// verifies for ever, so they are not taken from the catalogues of the pages.

var causes = map[deliberation.Origin]string{
	deliberation.OriginParty:           "党组织提出",
	deliberation.OriginCommittee:       "居(村)民委员会提出",
	deliberation.OriginSupervisors:     "居(村)务监督委员会提出",
	deliberation.OriginCollective:      "集体经济组织提出",
	deliberation.OriginResidents:       "十分之一以上居(村)民联名提出",
	deliberation.OriginRepresentatives: "五分之一以上居(村)民代表联名提出",
	deliberation.OriginResident:        "居(村)民提出",
	deliberation.OriginRepresentative:  "居(村)民代表提出",
	deliberation.OriginUnit:            "驻区单位、社会组织提出",
	deliberation.OriginHouseholds:      "五分之一以上的户联名提出",
	deliberation.OriginCalendar:        "按期自动发起",
	deliberation.OriginGroups:          "三分之一以上居(村)民小组联名提出",
}

var bodies = map[deliberation.Body]string{
	deliberation.GroupMeeting:      "居(村)民小组会议",
	deliberation.OwnersMeeting:     "业主大会",
	deliberation.BranchCommittee:   "党支部委员会会议",
	deliberation.Committee:         "居(村)民委员会",
	deliberation.JointCommittees:   "“两委”会议",
	deliberation.PartyMeeting:      "党员大会",
	deliberation.Conference:        "居(村)民代表会议",
	deliberation.Assembly:          "居(村)民会议",
	deliberation.HouseholdAssembly: "居(村)民会议(户代表)",

	deliberation.ConsultationMeeting: "议事协商会",
	deliberation.CouncilMeeting:      "议事会",
	deliberation.CoordinationMeeting: "协调会",
	deliberation.MonitoringMeeting:   "监事会",
	deliberation.PartyDelegates:      "党员代表议事",
	deliberation.OpenTalkMeeting:     "民情恳谈会",
	deliberation.HearingMeeting:      "听证会",
	deliberation.ExpertAppraisal:     "论证会",
	deliberation.Electors:            "登记参加选举的人员",
}

var outcomes = map[deliberation.Outcome]string{
	deliberation.Carried:   "通过",
	deliberation.Lost:      "未通过",
	deliberation.Inquorate: "未达到法定人数,另行召集",
	deliberation.Amended:   "修改后通过",
	deliberation.Contested: "有异议,退回",
	deliberation.Answered:  "已答复",
	deliberation.Returned:  "论证为不可行，退回提议",
	deliberation.Withdrawn: "撤回",
	deliberation.Cancelled: "终止",
}

// erased stands for the name of somebody whose personal data was erased.
const erased = "已删除"

var marks = map[deliberation.MarkKind]string{
	deliberation.MarkAcknowledged:  "知悉",
	deliberation.MarkDeclined:      "不予签署",
	deliberation.MarkQuestion:      "询问",
	deliberation.MarkRectification: "要求整改",
	deliberation.MarkClosing:       "总结意见",
	deliberation.MarkSilent:        "逾期未表态,已上报",
}

var signers = map[string]string{"recorder": "记录人", "chair": "主持人", "supervisor": "监督委员会成员"}

// readme is README.txt of every dossier.
const readme = `四议两公开一监督 台账(数据)
============================

本压缩包是一项已终结程序的全部记录,可以离线核验,不需要服务器和网络:

    yishi verify 台账.zip --key 登记簿公钥

公钥应从公开渠道(居务公开栏、街道或乡镇)取得。不提供公钥时,只能按包内自带的公钥核验,
这只能说明内容自相一致,不能说明是谁签署的。

manifest.json   每个文件的 SHA-256;manifest.sig 是对它的签名
checkpoint.txt  登记簿的签名检查点(树的大小和根)
facts.jsonl     事实记录,每行一条,与登记簿中的字节完全相同
proofs.json     每条事实到检查点的登记证明(RFC 6962)
process.json    事项、社区、规则包、时钟、结果
rules/          程序所依据的规则包;calendar.json 是计算期限所用的工作日表
rolls/          每次会议的应到名册和签到;voters/ 是表决时在场的人,ballots/ 是选票,receipts/ 是无记名投票的凭证号；
                sheets/ 是纸质选票的清点和领票名单，agents/ 是公布的委托名单，cancelled/ 是因领取纸质票而作废的网上选票的凭证号
election/       选举：登记名单及未予登记的原因、提名、被提名人和得票人的性别及近亲属关系（没有出生日期和证件号码）
papers/         材料;opinions.json 是征求到的意见及答复;people.json 是姓名
forms/          登记表:四议两公开六张,会议两张(表4、表5)

记录所证明的:哈希值、签名、人数、票数、日期、期限、规则和先后顺序。
只由清单签名保证、不在登记簿中的:姓名、签到时刻、意见正文、社区名称、未予登记的原因、得票人的性别和近亲属关系。
记名表决的选票有姓名。无记名投票的选票只有选择,凭证号另列,两者次序无关,对不出谁选了什么。
举手表决只有人数。纸质的无记名选票混在一起成捆录入，只有票数，对不出是谁的。本包含有个人信息,请按规定保管。

The dossier of a finished process, as data
==========================================

It is verified offline, without a server:

    yishi verify DOSSIER.zip --key KEY

Take the register's public key from a public place. Without one, the key in the dossier is used:
that shows that the dossier agrees with itself, not who signed it.

manifest.json has the SHA-256 of every file and manifest.sig its signature; checkpoint.txt is the
register's signed checkpoint (C2SP); facts.jsonl has the facts byte by byte and proofs.json leads
from each to the checkpoint (RFC 6962). The facts hold the hashes of the matter, the rule pack, the
rolls, the voters, the ballots, the paper ballots, the agents, the list of electors, the nominations
and the papers. Names, times of signing in, texts of opinions, why somebody is not on a list of
electors, sex and near relationships of those voted for, and the community's name stand on the
manifest's signature alone. It holds personal data: keep it accordingly.
`

var methods = map[deliberation.ElectionMethod]string{
	deliberation.AllElectors: "全体选民直接选举", deliberation.HouseholdRepresentatives: "每户派代表选举", deliberation.ByRepresentatives: "居民代表选举",
}

var posts = map[deliberation.ElectionPost]string{
	deliberation.PostDirector: "主任", deliberation.PostDeputy: "副主任", deliberation.PostMember: "委员", deliberation.WomanMember: "妇女委员",
}

var recallable = map[deliberation.Office]string{deliberation.Director: "主任", deliberation.DeputyDirector: "副主任", deliberation.CommitteeMember: "委员"}

var leads = map[deliberation.Lead]string{
	deliberation.LeadDirector: "主任主持工作", deliberation.LeadDeputy: "副主任主持工作", deliberation.LeadChosen: "由代表会议在当选的委员中推选一人主持工作",
}

var rounds = map[deliberation.ElectionStatus]string{
	deliberation.ElectionUnread: "收回与唱票张数不符，不能计票", deliberation.ElectionVoid: "收回多于发出，选举无效",
	deliberation.ElectionTurnout: "参加投票的人数不足，选举无效", deliberation.ElectionRevote: "票数相等，再次投票",
	deliberation.ElectionFurther: "当选人数不足，另行选举", deliberation.ElectionComplete: "应选名额选满",
	deliberation.ElectionVacant: "不足的名额暂缺", deliberation.ElectionShort: "当选人数不够，再行选举",
}

var steps = map[deliberation.ElectionPoint]string{
	deliberation.ElectionArchive: "移交选举档案", deliberation.ElectionHandover: "工作移交", deliberation.ElectionBodies: "推选小组组长和监督委员会",
}

var leftOut = map[deliberation.RegistrationReason]string{
	deliberation.NotUnderAge: "选举日未满规定年龄", deliberation.NotBirthUnknown: "出生日期不明", deliberation.NotDead: "死亡", deliberation.NotMoved: "迁出",
	deliberation.NotDeprived: "被剥夺政治权利", deliberation.NotTwice: "已在其他地方登记", deliberation.NotWished: "本人没有表示参加选举",
	deliberation.NotLongEnough: "居住或者工作时间不够", deliberation.NotConsented: "没有经过会议同意或者选举委员会确认", deliberation.NotCertified: "没有户籍地的证明",
	deliberation.NotOfThePlace: "不属于可以登记的人员", deliberation.NotCountedAbsent: "外出未委托，不计入总数", deliberation.NotRepresentative: "不是户代表或者居民代表",
}

var documentsKept = map[deliberation.DocumentKept]string{
	deliberation.KeptInRegister: "登记簿", deliberation.KeptByDesk: "系统打印", deliberation.KeptOnPaper: "纸质另存", deliberation.KeptByOtherBody: "另行归档",
}
