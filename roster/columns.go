package roster

import (
	"slices"
	"strings"

	"golang.org/x/text/width"
)

// Field is what a column holds.
type Field string

// The fields of a roster file.
const (
	Name        Field = "name"
	Sex         Field = "sex"
	Birth       Field = "birth"
	Identity    Field = "identity"
	Phone       Field = "phone"
	Community   Field = "community"
	Group       Field = "group"
	Building    Field = "building"
	Household   Field = "household"
	Relation    Field = "relation"
	Hukou       Field = "hukou"
	Since       Field = "since"
	Party       Field = "party"
	PartyFrom   Field = "party_from"
	Offices     Field = "offices"
	OfficesFrom Field = "offices_from"
)

// Column is a field with its heading in the template and the other headings by
// which it is known.
type Column struct {
	Field   Field
	Heading string
	also    []string
	sample  string
}

// Columns lists all fields in the order of the template.
var Columns = []Column{
	{Community, "社区/村", []string{"社区", "村", "村(社区)", "社区(村)", "所属社区", "所在社区", "社区名称", "村名", "所属村", "community"}, ""},
	{Name, "姓名", []string{"名字", "居民姓名", "村民姓名", "人员姓名", "name"}, "张三"},
	{Sex, "性别", []string{"sex", "gender"}, "男"},
	{Birth, "出生日期", []string{"出生年月日", "出生年月", "出生时间", "生日", "birth", "birthdate"}, "1980-01-31"},
	{Identity, "公民身份号码", []string{"身份证号", "身份证号码", "身份证", "身份号码", "居民身份证号", "居民身份证号码", "公民身份证号码", "公民身份证号", "证件号码", "证件号", "identity"}, ""},
	{Phone, "手机", []string{"联系电话", "手机号", "手机号码", "电话", "电话号码", "联系方式", "移动电话", "本人电话", "phone", "mobile"}, ""},
	{Group, "小组", []string{"居民小组", "村民小组", "居(村)民小组", "所属小组", "组别", "组", "group"}, "第一居民小组"},
	{Building, "楼栋", []string{"楼号", "栋", "栋号", "楼栋号", "幢", "幢号", "building"}, "3栋"},
	{Household, "户号/门牌", []string{"户号", "门牌", "门牌号", "户编号", "家庭编号", "房号", "住址", "现住址", "家庭住址", "地址", "详细地址", "居住地址", "household"}, "3栋2单元501"},
	{Relation, "与户主关系", []string{"户主关系", "家庭关系", "与户主的关系", "关系", "relation"}, "户主"},
	{Hukou, "户籍", []string{"户籍类型", "户籍情况", "户籍性质", "是否本地户籍", "是否户籍", "户口", "人户情况", "hukou"}, "本地"},
	{Since, "居住起始日", []string{"居住起始日期", "居住开始日期", "入住日期", "入住时间", "来本社区时间", "since"}, "2010-05-01"},
	{Party, "政治面貌", []string{"政治身份", "党派", "party"}, "群众"},
	{PartyFrom, "入党日期", []string{"入党时间", "加入党组织日期", "转正日期"}, ""},
	{Offices, "职务", []string{"职位", "担任职务", "现任职务", "任职", "offices", "office"}, "居民代表"},
	{OfficesFrom, "任职起始日", []string{"任职起始日期", "任职日期", "任职时间", "任职开始日期", "当选日期", "就任日期"}, "2026-01-01"},
}

var fieldOf = func() map[string]Field {
	m := map[string]Field{}
	for _, c := range Columns {
		for _, h := range append([]string{c.Heading, string(c.Field)}, c.also...) {
			m[heading(h)] = c.Field
		}
	}
	return m
}()

// heading writes a heading so that the ways of writing it are one: without
// spaces, marks of obligation and remarks such as （必填）.
func heading(s string) string {
	s = strings.ToLower(width.Fold.String(s))
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\r\n\u00a0*:'\ufeff", r) {
			return -1
		}
		return r
	}, s)
	if known := strings.TrimSuffix(strings.TrimSuffix(s, "(必填)"), "(选填)"); known != "" {
		return known
	}
	return s
}

// Match gives the column of each field, from nought, by the headings. Of two
// columns for one field the first counts.
func Match(head []string) map[Field]int {
	at := map[Field]int{}
	for i, h := range head {
		if f, known := fieldOf[heading(h)]; known {
			if _, taken := at[f]; !taken {
				at[f] = i
			}
		}
	}
	return at
}

// KnownField reports whether there is a field of the name.
func KnownField(f Field) bool {
	return slices.ContainsFunc(Columns, func(c Column) bool { return c.Field == f })
}
