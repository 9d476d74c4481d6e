package roster

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
)

func parsed(t *testing.T, text string) ([]Entry, []string) {
	t.Helper()
	table, err := Read([]byte(text), small)
	require.NoError(t, err)
	entries, issues := Parse(table, Match(table.Head), today)
	var said []string
	for _, i := range issues {
		said = append(said, string(i.Field)+":"+i.Code)
	}
	return entries, said
}

const number = "11010119900307803X" // of a man born on 7 March 1990

func TestRowsAreChecked(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"slip of the pen", "姓名,性别,出生日期,身份证号,手机\n张三,男,1990-03-07,110101199003078030,13900000000", []string{"identity:identity_checksum"}},
		{"number fits", "姓名,性别,出生日期,身份证号\n张三,男,1990.3.7," + number, nil},
		{"small x, spaces, full width", "姓名,身份证号\n张三,１１０１０１ 19900307 803x", nil},
		{"number too short", "姓名,身份证号\n张三,110101900307803", []string{"identity:identity_length"}},
		{"number not digits", "姓名,身份证号\n张三,11010119900307A03X", []string{"identity:identity_characters"}},
		{"number of no day", "姓名,身份证号\n张三,11010119900230803X", []string{"identity:identity_date"}},
		{"number rounded by a spreadsheet", "姓名,身份证号\n张三,1.10101199003078E+17", []string{"identity:identity_rounded"}},
		{"birth against number", "姓名,出生日期,身份证号\n张三,1990-03-08," + number, []string{"birth:birth_identity"}},
		{"sex against number", "姓名,性别,身份证号\n张三,女," + number, []string{"sex:sex_identity"}},
		{"no name", "姓名,出生日期\n,1990-03-08", []string{"name:required"}},
		{"no day", "姓名,出生日期\n张三,1990-02-30", []string{"birth:no_birth", "birth:not_a_date"}},
		{"bare year", "姓名,出生日期\n张三,1990", []string{"birth:no_birth", "birth:not_a_date"}},
		{"a CSV has no day numbers", "姓名,出生日期\n张三,29252", []string{"birth:no_birth", "birth:not_a_date"}},
		{"not born yet", "姓名,出生日期\n张三,2026-03-03", []string{"birth:birth_impossible"}},
		{"born today", "姓名,出生日期\n张三,2026-03-02", nil},
		{"126 years old", "姓名,出生日期\n张三,1899-03-02", []string{"birth:birth_impossible"}},
		{"phone", "姓名,出生日期,电话\n张三,1990-03-08,+86 139-0000-0000", nil},
		{"no mobile", "姓名,出生日期,电话\n张三,1990-03-08,0812-3333333", []string{"phone:phone_form"}},
		{"sex unknown", "姓名,出生日期,性别\n张三,1990-03-08,武", []string{"sex:unknown_sex"}},
		{"hukou unknown", "姓名,出生日期,户籍\n张三,1990-03-08,火星", []string{"hukou:unknown_hukou"}},
		{"party unknown", "姓名,出生日期,政治面貌\n张三,1990-03-08,是", []string{"party:unknown_party"}},
		{"relation kept as other", "姓名,出生日期,与户主关系\n张三,1990-03-08,表弟", []string{"relation:unknown_relation"}},
		{"office unknown", "姓名,出生日期,职务\n张三,1990-03-08,村霸", []string{"offices:unknown_office"}},
		{"office before eighteen", "姓名,出生日期,职务,任职起始日\n张三,2008-03-02,居民代表,2026-03-01", []string{"offices:underage"}},
		{"office on the eighteenth birthday", "姓名,出生日期,职务,任职起始日\n张三,2008-03-02,居民代表,2026-03-02", nil},
		{"underage today", "姓名,出生日期,职务\n张三,2008-03-03,居民代表", []string{"offices:underage"}},
		{"three days for two offices", "姓名,出生日期,职务,任职起始日\n张三,1990-03-08,居民代表、小组长,2026-01-01、2026-01-02、2026-01-03", []string{"offices_from:offices_from_count"}},
		{"since tomorrow", "姓名,出生日期,居住起始日\n张三,1990-03-08,2026-03-03", []string{"since:future_day"}},
		{"a bell", "姓名,出生日期\n张\a三,1990-03-08", []string{"name:not_text", "name:required"}},
		{"a very long name", "姓名,出生日期\n" + strings.Repeat("张", maxCell+1) + ",1990-03-08", []string{"name:required", "name:too_long"}},
		{"same number twice", "姓名,身份证号\n张三," + number + "\n张三丰," + number, []string{"identity:twice"}},
		{"one person in two households", "姓名,身份证号,户号\n张三," + number + ",1\n张三," + number + ",2", []string{"household:two_households"}},
		{"same number in two communities", "姓名,身份证号,社区\n张三," + number + ",甲社区\n张三," + number + ",乙社区", nil},
		{"alike and no number", "姓名,出生日期,户号\n张三,1990-03-08,1\n张三,1990-03-08,1", []string{"name:twice"}},
		{"alike in two households", "姓名,出生日期,户号\n张三,1990-03-08,1\n张三,1990-03-08,2", nil},
		{"two heads", "姓名,出生日期,户号,与户主关系\n张三,1990-03-08,1,户主\n李四,1990-03-08,1,户主", []string{"relation:two_heads"}},
		{"heads of one number in two groups", "姓名,出生日期,户号,小组,与户主关系\n张三,1990-03-08,1,一组,户主\n李四,1990-03-08,1,二组,户主", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, said := parsed(t, test.text)
			require.ElementsMatch(t, test.want, said)
			for _, s := range said {
				_, code, _ := strings.Cut(s, ":")
				require.Contains(t, Codes, code)
			}
		})
	}
}

func TestOfficesOfARow(t *testing.T) {
	jan, feb := deliberation.Date{Year: 2026, Month: 1, Day: 1}, deliberation.Date{Year: 2026, Month: 2, Day: 1}
	tests := []struct {
		party, partyFrom, offices, from string
		want                            []Seat
	}{
		{"群众", "", "无", "", nil},
		{"中共党员", "2026-02-01", "居民代表", "2026-01-01", []Seat{{deliberation.PartyMember, feb}, {deliberation.Representative, jan}}},
		{"预备党员", "", "", "", []Seat{{Office: deliberation.ProbationaryMember}}},
		{"", "", "书记、居委会主任、居民代表", "2026-01-01、2026-02-01、2026-01-01", []Seat{{deliberation.Secretary, jan}, {deliberation.Director, feb}, {deliberation.Representative, jan}}},
		{"", "", "副主任", "2026-01-01", []Seat{{deliberation.DeputyDirector, jan}, {deliberation.CommitteeMember, jan}}},
		{"", "", "副主任、委员", "2026-02-01、2026-01-01", []Seat{{deliberation.DeputyDirector, feb}, {deliberation.CommitteeMember, jan}}},
		{"", "", "监督委员会主任、小组长", "2026-01-01", []Seat{{deliberation.SupervisionHead, jan}, {deliberation.GroupHead, jan}, {deliberation.Supervisor, jan}}},
	}
	for _, test := range tests {
		t.Run(test.party+test.offices, func(t *testing.T) {
			entries, said := parsed(t, "姓名,出生日期,政治面貌,入党日期,职务,任职起始日\n张三,1990-03-08,"+strings.Join([]string{test.party, test.partyFrom, test.offices, test.from}, ","))
			require.Empty(t, said)
			require.Equal(t, test.want, entries[0].Seats)
		})
	}
}

// Every office that an export names, an import knows.
func TestWrittenWordsAreReadBack(t *testing.T) {
	for o, w := range officeWords {
		require.Equal(t, o, seats[word(w)][0], w)
	}
	for r, w := range relationWords {
		require.Equal(t, r, relations[word(w)], w)
	}
	for p, w := range partyWords {
		require.Equal(t, p, parties[word(w)], w)
	}
	for _, o := range deliberation.Offices {
		follows := o == deliberation.Resident || o == deliberation.HouseholdHead || o == deliberation.Owner || partyWords[o] != ""
		require.Equal(t, follows, Written(o) == "", o)
	}
	for _, c := range Columns {
		require.Equal(t, map[Field]int{c.Field: 0}, Match([]string{c.Heading}))
	}
}

func TestExportReadsBackWithoutChangeAndNoSpreadsheetRunsIt(t *testing.T) {
	jan := deliberation.Date{Year: 2026, Month: 1, Day: 1}
	want := MadeUp([]string{"甲社区"}, 40, today)
	want = append(want, Entry{
		Community: "甲社区", Name: "=HYPERLINK(\"http://evil\")", Birth: jan.AddDays(-9000), Group: "+1", Building: "-2", Household: "@SUM(A1)", Sex: deliberation.Male,
		Since: jan, Relation: deliberation.RelationOther, Seats: []Seat{{deliberation.PartyMember, jan}, {deliberation.DeputyDirector, jan}, {deliberation.CommitteeMember, jan.AddDays(-1)}},
	}, Entry{Community: "甲社区", Name: "'quoted", Birth: jan.AddDays(-9000), Household: "3,\"2\"", Group: "''="})
	for name, write := range map[string]func(io.Writer, bool) error{
		"xlsx":    func(w io.Writer, full bool) error { return WriteXLSX(w, want, full) },
		"UTF-8":   func(w io.Writer, full bool) error { return WriteCSV(w, want, full, UTF8) },
		"GB18030": func(w io.Writer, full bool) error { return WriteCSV(w, want, full, GB18030) },
	} {
		t.Run(name, func(t *testing.T) {
			for _, full := range []bool{true, false} {
				var b bytes.Buffer
				require.NoError(t, write(&b, full))
				table, err := Read(b.Bytes(), small)
				require.NoError(t, err)
				for _, line := range table.Lines {
					for _, c := range line.Cells {
						require.False(t, c != "" && strings.ContainsRune(formulaStarts, rune(c[0])), "%q", c)
					}
				}
				at := Match(table.Head)
				_, hasNumber := at[Identity]
				_, hasPhone := at[Phone]
				require.Equal(t, full, hasNumber && hasPhone)
				require.Equal(t, full, hasNumber || hasPhone)
				got, issues := Parse(table, at, today)
				for _, i := range issues {
					require.Equal(t, Warning, i.Severity, "%v", i)
				}
				require.Len(t, got, len(want))
				for i := range want {
					w := want[i]
					w.Line = i + 2
					if !full {
						w.Identity, w.Phone = "", ""
					}
					require.Equal(t, w, got[i])
				}
			}
		})
	}
}

func TestTemplateNamesEveryColumn(t *testing.T) {
	b, err := Template()
	require.NoError(t, err)
	_, err = Read(b, small)
	require.ErrorIs(t, err, deliberation.Refuse(deliberation.RefuseUnreadableFile), "a template sent back empty")
}

func TestMadeUpPeopleCheck(t *testing.T) {
	entries := MadeUp([]string{"a", "b"}, 2500, today)
	require.Len(t, entries, 5000)
	seen := map[string]bool{}
	for _, e := range entries {
		birth, sex, err := deliberation.CheckIdentity(e.Identity)
		require.NoError(t, err)
		require.Equal(t, e.Birth, birth)
		require.Equal(t, e.Sex, sex)
		require.False(t, seen[e.Identity])
		seen[e.Identity] = true
	}
	require.Empty(t, across(entries))
}
