package server

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/locale"
)

var update = flag.Bool("update", false, "write docs/access.md anew")

const accessDocument = "../docs/access.md"

// docs/access.md is made from the tables by which the server decides. Write it anew
// with: go test ./server -run TestAccessDocument -update
func TestAccessDocument(t *testing.T) {
	want := accessPage(t)
	if *update {
		if err := os.WriteFile(accessDocument, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(accessDocument)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/access.md is not what the tables say; write it anew with: go test ./server -run TestAccessDocument -update")
	}
}

// Every action has its words in both languages, and something that does it.
func TestEveryActionIsDocumented(t *testing.T) {
	used := map[action]bool{toCheckInOther: true, toReadChoices: true, toFileMandate: true} // decided inside a command
	for _, a := range routes {
		used[a] = true
	}
	for a := range rules {
		if actionWords[a].zh == "" || actionWords[a].en == "" {
			t.Errorf("%s has no words", a)
		}
		if !used[a] {
			t.Errorf("nothing does %s", a)
		}
	}
}

// actionWords say what an action is, for the document.
var actionWords = map[action]struct{ zh, en string }{
	toReadPublic:      {"公开内容：公开栏、规则、时钟", "what is public: the notice board, the rules, the clock"},
	toLoadAsset:       {"样式文件", "stylesheets"},
	toSignIn:          {"登录", "sign in"},
	toSignOut:         {"退出", "sign out"},
	toReadOwn:         {"自己的待办", "one's own tasks"},
	toReadCase:        {"查看本社区事项", "read processes of the community"},
	toReadPaper:       {"查看材料：公开栏上的人人可看，其他的只限本社区，意见和异议只限本人和任职人员", "papers: what hangs on the board is public, the rest is for the community, opinions and objections for their author and those in office"},
	toReadDossier:     {"下载卷宗（含姓名和表决选择）", "download the dossier, names and choices included"},
	toReadChoices:     {"查看已结束的记名表决的选择", "read the choices of a closed recorded poll"},
	toStart:           {"发起事项", "start a process"},
	toAct:             {"办理事项的一步，见下表", "do an act, see the table below"},
	toDemand:          {"发起联名提议", "begin a joint demand"},
	toPlanHearing:     {"填写听证、论证方案和专家", "enter the plan and the experts of a hearing"},
	toSignUp:          {"本人报名参加听证、提交意见（中签的才能发言）", "sign up for a hearing and speak at it, if the lots chose one"},
	toEnterSignUp:     {"录入纸质和电话报名、记录发言", "enter sign-ups on paper and by telephone, write down what was said"},
	toReadSignUps:     {"查看听证报名名单", "see who signed up for a hearing"},
	toSignDemand:      {"本人在联名提议上签名（还须在当日的名册上）", "sign a joint demand, if on a roll of the day"},
	toName:            {"确定协商主体", "name the participants of a consultation"},
	toConsult:         {"提出协商议题", "propose a topic for consultation"},
	toStartAppraisal:  {"启动述职述廉和民主评议", "begin the yearly report and appraisal"},
	toRateDepartments: {"启动评议政府部门、站所和服务单位", "begin a rating of departments"},
	toPutInBox:        {"往意见箱里投意见（社区允许时不需要登录）", "put an opinion into the box, without an account where the community allows it"},
	toReadBox:         {"查看意见箱里的意见", "what is in the opinion box"},
	toSetBox:          {"设置意见箱是否接受没有登录的人的意见", "let the box take opinions without an account"},
	toDisclose:        {"办理居(村)务公开的一个项目", "begin the disclosure of an item"},
	toDraft:           {"提交公开内容或者财务收支表", "hand in the text or table of a disclosure"},
	toStartElection:   {"启动选举、罢免", "begin an election or a recall"},
	toRunElection:     {"选举登记台、录入纸质提名、投票站工作人员、流动票箱名单（限本次选举的选举委员会成员和文书）", "the registration desk of an election, nominations on paper, staff of stations, lists of mobile boxes: its committee and the clerk"},
	toNominate:        {"提名候选人（还须在选民名单上，或者代表党组织）", "nominate candidates, if on the list of electors or for the Party organisation"},
	toReport:          {"提交本人的述职述廉报告（还须在当年的名单上）", "hand in one's own yearly report, if on the list of the year"},
	toEnterSheet:      {"录入纸质签名单", "enter a paper sheet of signatures"},
	toReadSignatures:  {"查看签名人名单和签名单照片", "read who signed, and the photos of sheets"},
	toVote:            {"本人投票（还须在冻结的名册上）", "cast one's own ballot, if on the frozen roll"},
	toCheckIn:         {"本人签到（还须在冻结的名册上）", "check in, if on the frozen roll"},
	toCheckInOther:    {"在签到处为他人签到", "check somebody in at the table"},
	toRunHall:         {"会场操作：叫号发言、登记列席、会场操作页", "run the hall: call speakers, enter observers, the operator's page"},
	toGiveMandate:     {"委托他人、撤回委托（本人的）", "give a mandate and take it back, one's own"},
	toIssuePaper:      {"发放、换领、退回纸质选票", "hand out, exchange and take back paper ballots"},
	toCountPaper:      {"开箱清点、录入纸质选票", "open boxes and read paper ballots in"},
	toFileMandate:     {"凭委托书登记、撤回他人的委托", "file and take back a mandate of somebody whose letter one has"},
	toReadEstates:     {"查看小区、房屋和业主", "read estates, units and owners"},
	toEditEstates:     {"登记小区、房屋和业主", "add estates, put units in"},
	toGiveOpinion:     {"提意见", "give an opinion"},
	toAnswer:          {"答复意见（不能答复自己的意见）", "answer opinions, not one's own"},
	toRunEngine:       {"系统状态、流程引擎", "status of the system, the workflow engine"},
	toReadPlaces:      {"查看自己范围内的地方", "one's own part of the tree of places"},
	toEnter:           {"选择要查看的社区", "choose the community to look at"},
	toManagePlaces:    {"添加、更改地方（限所任职的范围）", "add and change places, below one's own"},
	toRecordHeld:      {"补录未用本系统开过的会议", "enter a meeting held without Yishi"},
	toReadBodies:      {"查看组织机构和任职", "read bodies and offices"},
	toReadRoster:      {"查看花名册", "read the roster"},
	toEditRoster:      {"更改花名册", "change the roster"},
	toAppoint:         {"登记、终止职务（不能登记自己的）", "record and end offices, not one's own"},
	toImport:          {"导入花名册", "import rosters"},
	toExport:          {"导出花名册", "export the roster"},
	toPrintSlips:      {"打印登录签条", "print sign-in slips"},
	toReadAudit:       {"查看操作记录", "read the audit of the community"},
	toReadMyData:      {"查看自己的信息", "one's own record and who looked at it"},
	toProveSelf:       {"验证身份", "prove who one is"},
	toKeepSignIn:      {"管理自己的登录方式", "one's own ways to sign in and sessions"},
	toAssist:          {"协助他人（记录双方姓名）", "help somebody at the table; both names are recorded"},
}

func accessPage(t *testing.T) string {
	t.Helper()
	catalogue, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	b := &strings.Builder{}
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(b, format+"\n", args...) }
	say("# 谁可以做什么 · Who may do what\n")
	say("<!-- Made from the tables of the program by `go test ./server -run TestAccessDocument -update`; do not edit. -->\n")
	say("没有写明允许的一律拒绝。职务只在任期内、只在任职的社区有效；街道（乡镇）指导员、分析员和系统管理员的职务在所任地方以下的各社区有效。")
	say("任何人看不到自己社区（或所任地方以下各社区）以外的内容：那里的东西对他们来说不存在（404）。\n")
	say("What is not allowed here is refused. An office counts on the days it is held and in the community in which it is held; those of guide, analyst and operator count in every community below the place over which they are held.")
	say("Nobody sees beyond their own community, or those below their place: what lies there is not found (404).\n")
	say("另外 · Besides:\n")
	for _, line := range [][2]string{
		{"系统管理员不投票、不签署、不办理事项，也看不到谁选了什么，不论还任什么职务。", "The operator never votes, signs, acts or reads choices, whatever other office they hold."},
		{"书记、支部委员、主任、委员不能监督，也不能以指导员身份指导本社区（任何人不得监督自己）。", "Secretary, branch members, director and committee members supervise nothing, nor guide their own community."},
		{"选举委员会成员不是登记的职务：由该次选举的委员会名单产生，只在该次选举中有效，可以主持投票、登记选民、发放和清点选票；同意参选的，这一身份随即终止。候选人不论还任什么职务，不发放、清点、录入选票，不主持、不核定计票。",
			"Election committee member is no office of the record: it comes from the committee of one election and counts there alone, to convene and run the vote, register electors, hand out and count paper. Who agrees to stand loses it. Candidates, whatever office they hold, handle no paper, run no vote and certify no count."},
		{"不能答复自己提出的意见和异议，不能登记或终止自己的职务；会议记录的两个签名须是两个人。", "Nobody answers an opinion or objection of their own, or records or ends an office of their own; two signatures under minutes are two persons'."},
		{"有人在旁协助时，只能做标“助”的事。", "While somebody helps at the table only what is marked 助 can be done."},
		{"标“验”的，须在一刻钟内验证过身份。", "What is marked 验 asks for a proof of identity within the last quarter of an hour."},
		{"启用了动态验证码、所任职务代他人办事的，不论怎样登录，都要先输入验证码。", "Who has an authenticator in use and holds an office that acts for others gives its code first, however they signed in."},
		{"标“任”的，不用先选社区；其余的，负责多个社区的人须先选一个。", "What is marked 任 belongs to no community; for the rest, who is in charge of several chooses one first."},
	} {
		say("- %s\n  %s", line[0], line[1])
	}
	say("\n## 职务 · Offices\n")
	say("| | 职务 | office |\n|---|---|---|")
	for _, o := range deliberation.Offices {
		say("| `%s` | %s | %s |", o, o.Word("zh"), o.Word("en"))
	}
	say("\n## 操作 · Actions\n")
	say("●：允许 allowed。“未登录”：不用登录 without signing in。\n")
	header(say, "操作 action", "", "未登录 nobody")
	for _, a := range sortedActions() {
		writeAction(say, a)
	}
	say("\n## 办理事项的各步 · Acts\n")
	say("环节还可以把一步限于表中的一部分职务；办理时机由程序决定。A stage may narrow an act to some of these offices; the workflow says when it is open.\n")
	header(say, "步骤 act", "监督 supervisory")
	for _, spec := range deliberation.ActSpecs {
		cells := []string{fmt.Sprintf("`%s` %s · %s", spec.Kind, spec.Kind.Word("zh"), spec.Kind.Word("en")), map[bool]string{true: "●"}[spec.Supervisory]}
		for _, o := range deliberation.Offices {
			_, err := permitAct(spec, holder(o), true, nil)
			cells = append(cells, map[bool]string{true: "●"}[err == nil])
		}
		say("| %s |", strings.Join(cells, " | "))
	}
	say("\n## 地址 · Routes\n")
	say("| 地址 route | 操作 action |\n|---|---|")
	list := []string{}
	for r := range routes {
		if !strings.Contains(r, " /test/") {
			list = append(list, r)
		}
	}
	slices.SortFunc(list, func(x, y string) int {
		mx, px, _ := strings.Cut(x, " ")
		my, py, _ := strings.Cut(y, " ")
		return strings.Compare(px+" "+mx, py+" "+my)
	})
	for _, r := range list {
		say("| `%s` | `%s` |", r, routes[r])
	}
	say("\n## 栏目 · Pages of the menu\n")
	say("| 栏目 page | 地址 route | 操作 action |\n|---|---|---|")
	for _, e := range menu {
		if a := routes["GET "+e.Path]; a != "" {
			say("| %s · %s | `%s` | `%s` |", catalogue.For("zh").S(e.Key), catalogue.For("en").S(e.Key), e.Path, a)
		}
	}
	return b.String()
}

func header(say func(string, ...any), first ...string) {
	cells := slices.Clone(first)
	for _, o := range deliberation.Offices {
		cells = append(cells, shortOffice(o))
	}
	say("| %s |\n|%s", strings.Join(cells, " | "), strings.Repeat("---|", len(cells)))
}

// shortOffice heads a column.
func shortOffice(o deliberation.Office) string { return "`" + string(o) + "`" }

func sortedActions() []action {
	list := []action{}
	for a := range rules {
		list = append(list, a)
	}
	slices.Sort(list)
	return list
}

func writeAction(say func(string, ...any), a action) {
	r := rules[a]
	marks := ""
	for _, m := range []struct {
		on   bool
		mark string
	}{{r.assisted, "助"}, {r.fresh, "验"}, {r.anywhere, "任"}} {
		if m.on {
			marks += m.mark
		}
	}
	cells := []string{fmt.Sprintf("`%s` %s · %s", a, actionWords[a].zh, actionWords[a].en), marks, map[bool]string{true: "●"}[permit(a, viewer{}, true) == nil]}
	for _, o := range deliberation.Offices {
		cells = append(cells, map[bool]string{true: "●"}[permit(a, holder(o), true) == nil])
	}
	say("| %s |", strings.Join(cells, " | "))
}
