package roster

import (
	"strings"

	"golang.org/x/text/width"

	"github.com/yishi-project/yishi/deliberation"
)

var sexes = map[string]deliberation.Sex{
	"男": deliberation.Male, "男性": deliberation.Male, "m": deliberation.Male, "male": deliberation.Male, "1": deliberation.Male,
	"女": deliberation.Female, "女性": deliberation.Female, "f": deliberation.Female, "female": deliberation.Female, "2": deliberation.Female,
}

var hukous = map[string]deliberation.Hukou{
	"本地": deliberation.HukouHere, "本地户籍": deliberation.HukouHere, "户籍": deliberation.HukouHere, "是": deliberation.HukouHere,
	"本社区": deliberation.HukouHere, "本村": deliberation.HukouHere, "户籍人口": deliberation.HukouHere, "人户一致": deliberation.HukouHere, "here": deliberation.HukouHere,
	"外地": deliberation.HukouElsewhere, "非本地": deliberation.HukouElsewhere, "非本地户籍": deliberation.HukouElsewhere, "非户籍": deliberation.HukouElsewhere,
	"否": deliberation.HukouElsewhere, "外来": deliberation.HukouElsewhere, "流动人口": deliberation.HukouElsewhere, "elsewhere": deliberation.HukouElsewhere,
}

// relations read 与户主关系 as GB/T 4761 and registers write it.
var relations = map[string]deliberation.Relation{
	"户主": deliberation.RelationHead, "本人": deliberation.RelationHead, "本人或户主": deliberation.RelationHead, "户主本人": deliberation.RelationHead,
	"配偶": deliberation.RelationSpouse, "夫": deliberation.RelationSpouse, "妻": deliberation.RelationSpouse, "丈夫": deliberation.RelationSpouse, "妻子": deliberation.RelationSpouse,
	"子": deliberation.RelationChild, "女": deliberation.RelationChild, "子女": deliberation.RelationChild, "儿子": deliberation.RelationChild, "女儿": deliberation.RelationChild,
	"长子": deliberation.RelationChild, "次子": deliberation.RelationChild, "三子": deliberation.RelationChild, "独生子": deliberation.RelationChild, "养子": deliberation.RelationChild,
	"长女": deliberation.RelationChild, "次女": deliberation.RelationChild, "三女": deliberation.RelationChild, "独生女": deliberation.RelationChild, "养女": deliberation.RelationChild,
	"儿媳": deliberation.RelationChildInLaw, "媳": deliberation.RelationChildInLaw, "女婿": deliberation.RelationChildInLaw, "婿": deliberation.RelationChildInLaw, "儿媳、女婿": deliberation.RelationChildInLaw,
	"父": deliberation.RelationParent, "母": deliberation.RelationParent, "父母": deliberation.RelationParent, "父亲": deliberation.RelationParent, "母亲": deliberation.RelationParent,
	"孙子": deliberation.RelationGrandchild, "孙女": deliberation.RelationGrandchild, "外孙": deliberation.RelationGrandchild, "外孙子": deliberation.RelationGrandchild,
	"外孙女": deliberation.RelationGrandchild, "孙子女": deliberation.RelationGrandchild, "孙子女、外孙子女": deliberation.RelationGrandchild,
	"祖父": deliberation.RelationGrand, "祖母": deliberation.RelationGrand, "外祖父": deliberation.RelationGrand, "外祖母": deliberation.RelationGrand,
	"祖父母": deliberation.RelationGrand, "祖父母、外祖父母": deliberation.RelationGrand,
	"兄": deliberation.RelationSibling, "弟": deliberation.RelationSibling, "姐": deliberation.RelationSibling, "妹": deliberation.RelationSibling,
	"姊": deliberation.RelationSibling, "哥哥": deliberation.RelationSibling, "弟弟": deliberation.RelationSibling, "姐姐": deliberation.RelationSibling,
	"妹妹": deliberation.RelationSibling, "兄弟": deliberation.RelationSibling, "姐妹": deliberation.RelationSibling, "兄弟姐妹": deliberation.RelationSibling,
	"其他": deliberation.RelationOther, "其它": deliberation.RelationOther, "非亲属": deliberation.RelationOther, "亲属": deliberation.RelationOther,
	"其他亲属": deliberation.RelationOther, "岳父": deliberation.RelationOther, "岳母": deliberation.RelationOther, "公公": deliberation.RelationOther, "婆婆": deliberation.RelationOther,
	"公婆": deliberation.RelationOther, "岳父母": deliberation.RelationOther,
}

// parties read 政治面貌; who belongs to no organisation of the Communist Party has none.
var parties = map[string]deliberation.Office{
	"正式党员": deliberation.PartyMember, "中共党员": deliberation.PartyMember, "党员": deliberation.PartyMember, "中国共产党党员": deliberation.PartyMember, "共产党员": deliberation.PartyMember,
	"中共正式党员": deliberation.PartyMember,
	"预备党员":   deliberation.ProbationaryMember, "中共预备党员": deliberation.ProbationaryMember, "中国共产党预备党员": deliberation.ProbationaryMember,
	"群众": "", "共青团员": "", "团员": "", "无": "", "无党派": "", "无党派人士": "", "民主党派": "", "积极分子": "", "入党积极分子": "",
	"民革党员": "", "民盟盟员": "", "民建会员": "", "民进会员": "", "农工党党员": "", "致公党党员": "", "九三学社社员": "", "台盟盟员": "",
}

// seats read 职务. The first office of a word is the word's own; the others go with it.
var seats = map[string][]deliberation.Office{}

func init() {
	for _, w := range []struct {
		offices []deliberation.Office
		words   string
	}{
		{[]deliberation.Office{deliberation.Secretary}, "党组织书记 书记 党支部书记 支部书记 党总支书记 党委书记 社区书记 村书记 社区党组织书记 村党组织书记"},
		{[]deliberation.Office{deliberation.BranchMember}, "党组织委员 支部委员 支委 党支部委员 党总支委员 党委委员 党组织副书记 副书记 支部副书记 党支部副书记"},
		{[]deliberation.Office{deliberation.Director}, "居(村)委会主任 居委会主任 村委会主任 居民委员会主任 村民委员会主任 社区主任 村主任 主任"},
		{[]deliberation.Office{deliberation.DeputyDirector, deliberation.CommitteeMember}, "居(村)委会副主任 居委会副主任 村委会副主任 居民委员会副主任 村民委员会副主任 副主任"},
		{[]deliberation.Office{deliberation.CommitteeMember}, "居(村)委会委员 居委会委员 村委会委员 居民委员会委员 村民委员会委员 居委委员 村委委员 委员"},
		{[]deliberation.Office{deliberation.SupervisionHead, deliberation.Supervisor}, "监督委员会主任 居务监督委员会主任 村务监督委员会主任 监委会主任 监事长"},
		{[]deliberation.Office{deliberation.Supervisor}, "监督委员会成员 监督委员会委员 居务监督委员会成员 村务监督委员会成员 居务监督委员会委员 村务监督委员会委员 监委会成员 监委会委员 监督委员"},
		{[]deliberation.Office{deliberation.GroupHead}, "居(村)民小组长 小组长 居民小组长 村民小组长 组长"},
		{[]deliberation.Office{deliberation.Representative}, "居(村)民代表 居民代表 村民代表 代表"},
		{[]deliberation.Office{deliberation.Clerk}, "社区工作者 记录员 社工 网格员"},
		{[]deliberation.Office{deliberation.Guide}, "指导员 街道指导员 乡镇指导员"},
		{[]deliberation.Office{deliberation.Analyst}, "分析员"},
		{[]deliberation.Office{deliberation.Operator}, "系统管理员"},
	} {
		for word := range strings.FieldsSeq(w.words) {
			seats[word] = w.offices
		}
	}
}

// written are the words of an export, which an import reads back.
var (
	sexWords   = map[deliberation.Sex]string{deliberation.Male: "男", deliberation.Female: "女"}
	hukouWords = map[deliberation.Hukou]string{deliberation.HukouHere: "本地", deliberation.HukouElsewhere: "非本地"}
	partyWords = map[deliberation.Office]string{deliberation.PartyMember: "正式党员", deliberation.ProbationaryMember: "预备党员"}

	relationWords = map[deliberation.Relation]string{
		deliberation.RelationHead: "户主", deliberation.RelationSpouse: "配偶", deliberation.RelationChild: "子女", deliberation.RelationChildInLaw: "儿媳、女婿",
		deliberation.RelationParent: "父母", deliberation.RelationGrandchild: "孙子女、外孙子女", deliberation.RelationGrand: "祖父母、外祖父母",
		deliberation.RelationSibling: "兄弟姐妹", deliberation.RelationOther: "其他",
	}
	officeWords = map[deliberation.Office]string{
		deliberation.Secretary: "党组织书记", deliberation.BranchMember: "党组织委员", deliberation.Director: "居(村)委会主任", deliberation.DeputyDirector: "居(村)委会副主任",
		deliberation.CommitteeMember: "居(村)委会委员", deliberation.SupervisionHead: "监督委员会主任", deliberation.Supervisor: "监督委员会成员",
		deliberation.GroupHead: "居(村)民小组长", deliberation.Representative: "居(村)民代表", deliberation.Clerk: "社区工作者", deliberation.Guide: "指导员",
		deliberation.Analyst: "分析员", deliberation.Operator: "系统管理员",
	}
)

// Written gives the word by which an export names the office, empty for those
// that follow from other columns: 党员 from 政治面貌, 户代表 from 与户主关系, 居民 from 出生日期.
func Written(o deliberation.Office) string { return officeWords[o] }

// word writes a cell so that its ways of writing are one: no spaces, half-width, small letters.
func word(s string) string {
	s = strings.ToLower(width.Fold.String(s))
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '\u00a0' || r == '\t' {
			return -1
		}
		return r
	}, s)
}
