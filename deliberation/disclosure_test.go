package deliberation_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
)

func catalogue(t *testing.T, pack string) (*packs.Library, []deliberation.DisclosureItem) {
	t.Helper()
	lib, err := packs.Load()
	require.NoError(t, err)
	p, err := lib.Pack(pack)
	require.NoError(t, err)
	list, err := deliberation.CatalogueOf(p)
	require.NoError(t, err)
	return lib, list
}

func TestTheCatalogueOfEachKindOfPlace(t *testing.T) {
	for pack, want := range map[string][]deliberation.ItemCode{
		"village-2026":         {"accounts", "funds", "assistance", "consultations", "resolutions", "leaving_office_audit", "major", "term_audit"},
		"village-2026+sichuan": {"accounts", "funds", "assistance", "consultations", "resolutions", "leaving_office_audit", "major", "term_audit"},
		"urban-2026":           {"accounts", "funds", "relief", "assistance", "consultations", "facilities", "resolutions", "services", "leaving_office_audit", "major", "term_audit"},
		"urban-2018":           nil,
	} {
		_, list := catalogue(t, pack)
		var codes []deliberation.ItemCode
		for _, i := range list {
			codes = append(codes, i.Code)
			require.NotEmpty(t, i.Basis.Citation.Law, i.Code)
			require.NotEmpty(t, i.Often.Citation.Law, i.Code)
			require.NotEqual(t, string(i.Code), i.Code.Word("zh"), "an item has a name")
			require.NotEqual(t, i.Code.Word("en"), i.Code.Word("zh"))
			require.Equal(t, i.Code == deliberation.AccountsItem, i.Table)
		}
		require.Equal(t, want, codes, pack)
	}
}

func TestPeriods(t *testing.T) {
	day := deliberation.NewDate
	for period, want := range map[deliberation.Period][3]string{
		"2026-02":         {"2026-02-01", "2026-02-28", "2026年2月"},
		"2026-01_2026-03": {"2026-01-01", "2026-03-31", "2026年第一季度"},
		"2025-10_2025-12": {"2025-10-01", "2025-12-31", "2025年第四季度"},
		"2026-01_2026-06": {"2026-01-01", "2026-06-30", "2026年1月至6月"},
		"2026-03-05":      {"2026-03-05", "2026-03-05", "2026年3月5日(星期四)"},
	} {
		first, last, err := period.Bounds()
		require.NoError(t, err)
		require.Equal(t, want, [3]string{first.String(), last.String(), period.Words("zh")})
	}
	require.Equal(t, deliberation.Period("2026-04_2026-06"), deliberation.PeriodOf(day(2026, 5, 9), 3))
	require.Equal(t, deliberation.Period("2026-12"), deliberation.PeriodOf(day(2026, 12, 31), 1))
	month, quarter, once := deliberation.DisclosureItem{Months: 1}, deliberation.DisclosureItem{Months: 3}, deliberation.DisclosureItem{}
	for _, c := range []struct {
		period deliberation.Period
		item   deliberation.DisclosureItem
		fits   bool
	}{
		{"2026-02", month, true}, {"2026-02", quarter, false}, {"2026-02", once, false}, {"2026-02-01", once, true}, {"2026-02-01", month, false},
		{"2026-01_2026-03", quarter, true}, {"2026-02_2026-04", quarter, false}, {"2026-03_2026-01", quarter, false},
		{"", month, false}, {"2026-13", month, false}, {"../x", once, false}, {"1999-01", month, false}, {"2026-02-30", once, false}, {"2026-2-1", once, false},
	} {
		require.Equal(t, c.fits, c.period.Fits(c.item), "%s of %d months", c.period, c.item.Months)
	}
}

func TestADisclosureBeginsWhenItsPeriodIsOver(t *testing.T) {
	lib, _ := catalogue(t, "urban-2026")
	p, err := lib.Pack("urban-2026")
	require.NoError(t, err)
	m := deliberation.Matter{
		Title: "财务收支", Summary: "三月", Category: deliberation.CategoryOther, Affected: deliberation.AffectsAll, Origin: deliberation.OriginCommittee,
		Form: deliberation.JointCommittees, Item: deliberation.AccountsItem, Period: "2026-03",
	}
	require.NoError(t, deliberation.CheckDisclosure(p, m))
	require.NoError(t, deliberation.CheckDisclosureDay(m, deliberation.NewDate(2026, 4, 1)))
	var early *deliberation.Refusal
	require.True(t, errors.As(deliberation.CheckDisclosureDay(m, deliberation.NewDate(2026, 3, 31)), &early))
	require.Equal(t, deliberation.NewDate(2026, 4, 1).Start(), early.Earliest)
	m.Item, m.Period = deliberation.MajorItem, "2026-03-31"
	require.NoError(t, deliberation.CheckDisclosure(p, m))
	require.NoError(t, deliberation.CheckDisclosureDay(m, deliberation.NewDate(2026, 3, 31)), "what happened today may be told today")
	require.Error(t, deliberation.CheckDisclosureDay(m, deliberation.NewDate(2026, 3, 30)))
	for _, wrong := range []deliberation.Matter{{Item: "accounts", Period: "2026-01_2026-03"}, {Item: "gossip", Period: "2026-03"}, {}} {
		m.Item, m.Period = wrong.Item, wrong.Period
		require.Error(t, deliberation.CheckDisclosure(p, m))
	}
	old, err := lib.Pack("urban-2018")
	require.NoError(t, err)
	m.Item, m.Period = "accounts", "2026-03"
	require.ErrorIs(t, deliberation.CheckDisclosure(old, m), deliberation.Refuse(deliberation.RefuseFormNotInPack))
}

func TestWhatIsOwedIsComputed(t *testing.T) {
	day := deliberation.NewDate
	lib, list := catalogue(t, "village-2026")
	known := day(2026, 1, 10)
	states := func(lines []deliberation.DisclosureLine, on deliberation.Date, item deliberation.ItemCode) (said []string) {
		for _, d := range deliberation.DisclosureDuties(list, lib.Calendar(), deliberation.DisclosureRecord{Known: known, Lines: lines}, on) {
			if d.Item.Code == item {
				said = append(said, string(d.Period)+" "+string(d.State))
			}
		}
		return said
	}
	posted := func(item deliberation.ItemCode, p deliberation.Period, on deliberation.Date) deliberation.DisclosureLine {
		return deliberation.DisclosureLine{Process: "p1", Item: item, Period: p, Posted: on, Due: on}
	}
	begun := deliberation.DisclosureLine{Process: "p2", Item: "accounts", Period: "2026-02"}
	undone := deliberation.DisclosureLine{Process: "p3", Item: "accounts", Period: "2026-02", State: deliberation.Ended, Outcome: deliberation.Withdrawn}
	for _, c := range []struct {
		name  string
		lines []deliberation.DisclosureLine
		on    deliberation.Date
		item  deliberation.ItemCode
		want  []string
	}{
		{"January had begun before the first record", nil, day(2026, 2, 20), "accounts", []string{"2026-02 running"}},
		{"February is over", nil, day(2026, 3, 2), "accounts", []string{"2026-02 open"}},
		{"its last day", nil, day(2026, 3, 10), "accounts", []string{"2026-02 open"}},
		{"a day late", nil, day(2026, 3, 11), "accounts", []string{"2026-02 overdue"}},
		{"two months late", nil, day(2026, 4, 20), "accounts", []string{"2026-03 overdue", "2026-02 overdue"}},
		{"being prepared", []deliberation.DisclosureLine{begun}, day(2026, 3, 2), "accounts", []string{"2026-02 preparing"}},
		{"prepared too long", []deliberation.DisclosureLine{begun}, day(2026, 3, 11), "accounts", []string{"2026-02 overdue"}},
		{"taken back", []deliberation.DisclosureLine{undone}, day(2026, 3, 2), "accounts", []string{"2026-02 open"}},
		{"posted", []deliberation.DisclosureLine{posted("accounts", "2026-02", day(2026, 3, 5))}, day(2026, 3, 20), "accounts", []string{"2026-02 posted"}},
		{"the quarter that began before", nil, day(2026, 5, 20), "resolutions", []string{"2026-04_2026-06 running"}},
		{"a quarter late", nil, day(2026, 7, 20), "resolutions", []string{"2026-04_2026-06 overdue"}},
		{"nothing happened", nil, day(2026, 7, 20), "major", []string{" nothing"}},
		{"something happened", []deliberation.DisclosureLine{{Process: "p4", Item: "major", Period: "2026-07-01"}}, day(2026, 7, 13), "major", []string{"2026-07-01 preparing"}},
		{"and was not told in time", []deliberation.DisclosureLine{{Process: "p4", Item: "major", Period: "2026-07-01"}}, day(2026, 7, 14), "major", []string{"2026-07-01 overdue"}},
	} {
		require.Equal(t, c.want, states(c.lines, c.on, c.item), c.name)
	}
	late := deliberation.DisclosureDuties(list, lib.Calendar(), deliberation.DisclosureRecord{Known: known}, day(2026, 3, 14))
	late = deliberation.OverdueDisclosures(late)
	require.True(t, slices.ContainsFunc(late, func(d deliberation.DisclosureDuty) bool { return d.Item.Table && d.Late == 4 }))
}

func TestWhereADisclosureGoesOn(t *testing.T) {
	for _, c := range []struct {
		stage deliberation.Stage
		out   deliberation.Outcome
		next  deliberation.Stage
		more  bool
	}{
		{deliberation.DisclosureDraft, deliberation.Carried, deliberation.DisclosureCheck, true},
		{deliberation.DisclosureCheck, deliberation.Carried, deliberation.DisclosureConfirm, true},
		{deliberation.DisclosureConfirm, deliberation.Carried, deliberation.Disclosing, true},
		{deliberation.DisclosureConfirm, deliberation.Amended, deliberation.DisclosureDraft, true},
		{deliberation.Disclosing, deliberation.Contested, deliberation.DisclosureDraft, true},
		{deliberation.Disclosing, deliberation.Amended, deliberation.DisclosureCheck, true},
		{deliberation.Disclosing, deliberation.Carried, deliberation.Archive, false},
		{deliberation.DisclosureDraft, deliberation.Withdrawn, deliberation.Archive, false},
	} {
		next, more := deliberation.NextOfDisclosure(c.stage, c.out)
		require.Equal(t, c.next, next)
		require.Equal(t, c.more, more)
	}
}
