package models_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

func TestFindPersons(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		tree(t, s)
		home := got(s.SaveHousehold(ctx, deliberation.Household{Community: place, Number: "501"}, "clerk"))(t)
		number := identity(deliberation.NewDate(1975, 3, 9), 12)
		lower := identity(deliberation.NewDate(1960, 1, 1), 0)
		for i := 1; lower[17] != 'X'; i++ {
			lower = identity(deliberation.NewDate(1960, 1, 1), i)
		}
		for i, name := range []string{"张小明", "单丹", "曾国藩", "解缙", "欧阳丹", "吕布", rareName, "Anna Li", "张晓敏", "万俟卨"} {
			r := record(name, []string{"第二组", "第十组"}[i%2])
			r.ID = deliberation.PersonID(fmt.Sprintf("p%d", i))
			switch i {
			case 0:
				r.Phone, r.Household = "13812345678", home
			case 1:
				r.Identity = number
			case 5:
				r.Identity = lower
			case 8:
				r.Standing, r.Left = deliberation.Moved, today
			}
			got(s.SaveRecord(ctx, r, "clerk"))(t)
		}
		ok(t, s.Appoint(ctx, deliberation.OfficeHeld{Person: "p0", Community: place, Office: deliberation.Secretary, From: today, Until: today.AddDays(9), Source: "elected"}, "clerk"))
		ok(t, s.Appoint(ctx, deliberation.OfficeHeld{Person: "p0", Community: place, Office: deliberation.Clerk, From: today, Source: "appointed"}, "clerk"))

		for _, c := range []struct {
			name string
			q    deliberation.PersonQuery
			want []string
		}{
			{"all, by pinyin", deliberation.PersonQuery{}, []string{"Anna Li", "吕布", "万俟卨", "欧阳丹", "单丹", rareName, "解缙", "曾国藩", "张小明"}},
			{"part of a name", deliberation.PersonQuery{Text: "丹"}, []string{"欧阳丹", "单丹"}},
			{"beyond the basic plane", deliberation.PersonQuery{Text: "𬱖"}, []string{rareName}},
			{"with a space", deliberation.PersonQuery{Text: " 张 小明 "}, []string{"张小明"}},
			{"initials", deliberation.PersonQuery{Text: "zxm"}, []string{"张小明"}},
			{"initials in capitals", deliberation.PersonQuery{Text: "ZXM"}, []string{"张小明"}},
			{"given name", deliberation.PersonQuery{Text: "xm"}, []string{"张小明"}},
			{"full", deliberation.PersonQuery{Text: "zhangxiaoming"}, []string{"张小明"}},
			{"surname full, given initials", deliberation.PersonQuery{Text: "zhangxm"}, []string{"张小明"}},
			{"not from within a syllable", deliberation.PersonQuery{Text: "ang"}, nil},
			{"surname as it is read: shan", deliberation.PersonQuery{Text: "shandan"}, []string{"单丹"}},
			{"surname as the word is read: dan", deliberation.PersonQuery{Text: "dandan"}, []string{"单丹"}},
			{"zeng", deliberation.PersonQuery{Text: "zengg"}, []string{"曾国藩"}},
			{"xie", deliberation.PersonQuery{Text: "xiejin"}, []string{"解缙"}},
			{"moqi", deliberation.PersonQuery{Text: "moqi"}, []string{"万俟卨"}},
			{"ü as v", deliberation.PersonQuery{Text: "lvbu"}, []string{"吕布"}},
			{"ü as u", deliberation.PersonQuery{Text: "lubu"}, []string{"吕布"}},
			{"Latin", deliberation.PersonQuery{Text: "anna"}, []string{"Anna Li"}},
			{"whole phone", deliberation.PersonQuery{Text: "138 1234 5678"}, []string{"张小明"}},
			{"phone in full-width digits", deliberation.PersonQuery{Text: "１３８１２３４５６７８"}, []string{"张小明"}},
			{"part of a phone", deliberation.PersonQuery{Text: "1381234567"}, nil},
			{"another phone", deliberation.PersonQuery{Text: "13812345679"}, nil},
			{"whole identity number", deliberation.PersonQuery{Text: number}, []string{"单丹"}},
			{"part of a number", deliberation.PersonQuery{Text: number[:17]}, nil},
			{"a small x", deliberation.PersonQuery{Text: lower[:17] + "x"}, []string{"吕布"}},
			{"group", deliberation.PersonQuery{Group: "第十组", Text: "d"}, []string{"单丹"}},
			{"office", deliberation.PersonQuery{Office: deliberation.Secretary, On: today}, []string{"张小明"}},
			{"office, last day", deliberation.PersonQuery{Office: deliberation.Secretary, On: today.AddDays(9)}, []string{"张小明"}},
			{"office, ended", deliberation.PersonQuery{Office: deliberation.Secretary, On: today.AddDays(10)}, nil},
			{"moved away", deliberation.PersonQuery{Standing: deliberation.Moved}, []string{"张晓敏"}},
			{"of another community", deliberation.PersonQuery{Community: "c2", Text: "张"}, nil},
		} {
			t.Run(c.name, func(t *testing.T) {
				if c.q.Community == "" {
					c.q.Community = place
				}
				found, total, err := s.FindPersons(ctx, c.q)
				ok(t, err)
				var names []string
				for _, l := range found {
					names = append(names, l.Name)
				}
				same(t, "found", names, c.want)
				equal(t, "total", total, len(c.want))
			})
		}
		found, total, err := s.FindPersons(ctx, deliberation.PersonQuery{Community: place, On: today, Offset: 8, Limit: 5})
		ok(t, err)
		equal(t, "total", total, 9)
		want := []deliberation.PersonLine{{
			Person:    deliberation.Person{ID: "p0", Community: place, Name: "张小明", Group: "第二组"},
			Household: "501", Standing: deliberation.Present, Offices: []deliberation.Office{deliberation.Secretary, deliberation.Clerk},
		}}
		if d := cmp.Diff(want, found); d != "" {
			t.Fatal(d)
		}
		for _, page := range []struct{ offset, limit, n int }{{0, 3, 3}, {8, 3, 1}, {9, 3, 0}, {0, 0, 9}} {
			found, _, err := s.FindPersons(ctx, deliberation.PersonQuery{Community: place, Offset: page.offset, Limit: page.limit})
			ok(t, err)
			equal(t, fmt.Sprintf("page %+v", page), len(found), page.n)
		}
		_, _, err = s.FindPersons(ctx, deliberation.PersonQuery{Community: "nowhere"})
		refused(t, err, deliberation.RefuseNotFound)
	})
}

// What another server of the same installation changed is found at once, and what
// is no more is not.
func TestFindPersonsSeesWhatOthersChange(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		tree(t, s)
		other := b.open(t)
		find := func(text string) int {
			t.Helper()
			_, total, err := s.FindPersons(ctx, deliberation.PersonQuery{Community: place, Text: text})
			ok(t, err)
			return total
		}
		equal(t, "before", find("zhang"), 0)
		r := record("张三", "")
		r.ID = got(other.SaveRecord(ctx, r, "clerk"))(t)
		equal(t, "added", find("zhang"), 1)
		r.Name, r.Version = "李三", 1
		got(other.SaveRecord(ctx, r, "clerk"))(t)
		equal(t, "renamed", find("zhang"), 0)
		equal(t, "renamed", find("li"), 1)

		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				if i%2 == 0 {
					if _, err := other.SaveRecord(ctx, record("王五", ""), "clerk"); err != nil {
						t.Error(err)
					}
					return
				}
				for range 20 {
					if _, total, err := s.FindPersons(ctx, deliberation.PersonQuery{Community: place, Text: "ls"}); err != nil || total != 1 {
						t.Error(total, err)
					}
				}
			})
		}
		wg.Wait()
		equal(t, "all are found in the end", find("ww"), 4)
	})
}

// BenchmarkFindPersons searches 100,000 made-up persons over 40 communities: warm,
// and opening one community's roster anew each time.
func BenchmarkFindPersons(b *testing.B) {
	const communities, persons = 40, 2500
	s, err := models.Open(b.Context(), models.Config{Driver: models.SQLite, DSN: filepath.Join(b.TempDir(), "yishi.db"), Vault: keys(b, 7)})
	ok(b, err)
	b.Cleanup(func() { _ = s.Close() })
	ok(b, s.Migrate(b.Context()))
	surnames, given := []rune("赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨单曾解仇"), []rune("建国秀英志强桂兰文华玉梅海涛淑珍德明小满春燕大勇雅琴")
	id := func(c int) deliberation.CommunityID { return deliberation.CommunityID(fmt.Sprintf("c%02d", c)) }
	for c := range communities {
		r := deliberation.Roster{Community: deliberation.Community{ID: id(c), Name: fmt.Sprintf("社区%d", c), Kind: deliberation.Urban}}
		for i := range persons {
			n := c*persons + i
			p := deliberation.Person{ID: deliberation.PersonID(fmt.Sprintf("p%06d", n)), Community: r.Community.ID, Group: fmt.Sprintf("第%d组", i%8+1),
				Name: string([]rune{surnames[n*7%len(surnames)], given[n*11%len(given)], given[n/5%len(given)]})}
			home := deliberation.HouseholdID(fmt.Sprintf("h%06d", n/3*3))
			if n%3 == 0 || i == 0 {
				home = deliberation.HouseholdID(fmt.Sprintf("h%06d", n))
				r.Households = append(r.Households, deliberation.Household{ID: home, Community: r.Community.ID, Number: fmt.Sprintf("%d号", n)})
			}
			record := deliberation.PersonRecord{Person: p, Birth: deliberation.NewDate(1950+n%60, 1, 1), Phone: fmt.Sprintf("138%08d", n)}
			if n%3 == 0 {
				record.Household = home
			}
			r.Persons, r.Records = append(r.Persons, p), append(r.Records, record)
			r.Offices = append(r.Offices, deliberation.OfficeHeld{Person: p.ID, Community: p.Community, Office: deliberation.Resident, From: today})
		}
		ok(b, s.LoadRoster(b.Context(), r, "operator"))
	}
	texts := []string{"", "赵", "zj", "zhaoj", "13800000001", "shan", "x"}
	search := func(b *testing.B, s *models.Store, i int) {
		_, _, err := s.FindPersons(b.Context(), deliberation.PersonQuery{Community: id(i % communities), Text: texts[i%len(texts)], Limit: 50})
		ok(b, err)
	}
	b.Run("warm", func(b *testing.B) {
		for c := range communities {
			search(b, s, c)
		}
		times := make([]float64, 0, b.N)
		for i := 0; b.Loop(); i++ {
			from := b.Elapsed()
			search(b, s, i)
			times = append(times, float64((b.Elapsed()-from).Microseconds())/1000)
		}
		b.ReportMetric(percentile(times, 99), "p99-ms")
	})
	b.Run("one community opened", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			b.StopTimer()
			ok(b, s.ChangePlace(b.Context(), groupOf(b, s, id(0), i), "operator")) // its roster_version moves
			b.StartTimer()
			search(b, s, 0)
		}
	})
}

func groupOf(b *testing.B, s *models.Store, c deliberation.CommunityID, i int) deliberation.Place {
	b.Helper()
	list, err := s.Below(b.Context(), c)
	ok(b, err)
	p := list[len(list)-1]
	p.Name = fmt.Sprintf("第%d00组", i%2+1)
	return p
}

func percentile(times []float64, p int) float64 {
	slices.Sort(times)
	return times[min(len(times)-1, len(times)*p/100)]
}
