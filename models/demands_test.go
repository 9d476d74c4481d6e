package models_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

const wanted = deliberation.ProcessID("demand1")

var (
	signingEnds = today.AddDays(30).End()
	sheet       = deliberation.PaperRef{ID: "sheet1", Kind: deliberation.PaperDemand, SHA256: "aa"}
)

func neighbour(i int) deliberation.PersonID { return deliberation.PersonID(fmt.Sprintf("n%02d", i)) }

// demanded is a community of twenty adult residents, two of them of one name, with a
// child and somebody who lives elsewhere, and a joint demand that gathers signatures.
func demanded(t *testing.T, s *models.Store, offices ...deliberation.Office) {
	t.Helper()
	r := roster(3)
	since := deliberation.NewDate(2024, 1, 1)
	for i := range 20 {
		p := deliberation.Person{ID: neighbour(i), Community: place, Name: fmt.Sprintf("邻居%d", i), Group: "第一组"}
		switch i {
		case 18, 19:
			p.Name, p.Group = "王伟", fmt.Sprintf("第%d组", i)
		}
		r.Persons = append(r.Persons, p)
		r.Offices = append(r.Offices, deliberation.OfficeHeld{Person: p.ID, Community: place, Office: deliberation.Resident, From: since})
	}
	child := deliberation.Person{ID: "child", Community: place, Name: "小明", Group: "第一组"}
	r.Persons = append(r.Persons, child)
	r.Records = append(r.Records, deliberation.PersonRecord{Person: child, Birth: today.AddYears(-17), Standing: deliberation.Present, Version: 1})
	ok(t, s.LoadRoster(t.Context(), r, "operator"))
	other := deliberation.Roster{
		Community: deliberation.Community{ID: "c2", Name: "别处社区", Kind: deliberation.Urban},
		Persons:   []deliberation.Person{{ID: "elsewhere", Community: "c2", Name: "远方客", Group: "第一组"}},
		Offices:   []deliberation.OfficeHeld{{Person: "elsewhere", Community: "c2", Office: deliberation.Resident, From: since}},
	}
	ok(t, s.LoadRoster(t.Context(), other, "operator"))
	p := sampleProcess(wanted, "请召开居民会议")
	p.Kind, p.Matter.Demanded, p.Matter.Form = deliberation.DemandKind, deliberation.DemandAssembly, deliberation.Assembly
	ok(t, s.CreateProcess(t.Context(), p))
	state(t, s, deliberation.Running)
	if len(offices) == 0 {
		offices = []deliberation.Office{deliberation.Resident, deliberation.HouseholdHead, deliberation.Representative}
	}
	ok(t, s.OpenSigning(t.Context(), wanted, offices, signingEnds))
	ok(t, s.OpenSigning(t.Context(), wanted, nil, signingEnds.Add(time.Hour))) // a second call changes nothing
}

func state(t *testing.T, s *models.Store, state deliberation.State) {
	t.Helper()
	c := deliberation.Change{Key: string(wanted) + "/" + string(state), Process: wanted, At: noon, Status: &deliberation.Status{Stage: deliberation.Signing, State: state}}
	got(s.Apply(t.Context(), c))(t)
}

func refusedWith(t *testing.T, err error, code deliberation.RefusalCode) {
	t.Helper()
	if !errors.Is(err, deliberation.Refuse(code)) {
		t.Errorf("wanted the refusal %s and got %v", code, err)
	}
}

// One person, one signature, over web and paper (U-NEW 第二十六条第二款: 十分之一以上的居民).
func TestAPersonSignsOnceByWhateverChannel(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		demanded(t, s)
		ctx := t.Context()
		ok(t, s.Sign(ctx, wanted, neighbour(0), noon))
		refusedWith(t, s.Sign(ctx, wanted, neighbour(0), noon), deliberation.RefuseTwice)
		entered, problems, err := s.EnterSignatures(ctx, wanted, sheet, []deliberation.SheetRow{{Name: "邻居0"}, {Name: "邻居1"}, {Name: "邻居1"}}, both, noon)
		ok(t, err)
		equal(t, "entered", entered, 1)
		equal(t, "problems", fmt.Sprint(problems), "[{1 twice} {3 twice}]")
		refusedWith(t, s.Sign(ctx, wanted, neighbour(1), noon), deliberation.RefuseTwice)

		ok(t, s.Unsign(ctx, wanted, neighbour(0), noon))
		refusedWith(t, s.Unsign(ctx, wanted, neighbour(0), noon), deliberation.RefuseNotFound)
		equal(t, "has signed", got(s.HasSigned(ctx, wanted, neighbour(0)))(t), false)
		ok(t, s.Sign(ctx, wanted, neighbour(0), noon))
		n := got(s.CountSigned(ctx, wanted, today))(t)
		equal(t, "web", n.Web, 1)
		equal(t, "paper", n.Paper, 1)
	})
}

// What a person took back no sheet brings back, entered again or for the first time:
// they sign anew themselves.
func TestASheetBringsNoSignatureBack(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		demanded(t, s)
		ctx := t.Context()
		for _, name := range []string{"邻居0", "邻居1"} {
			_, _, err := s.EnterSignatures(ctx, wanted, sheet, []deliberation.SheetRow{{Name: name}}, both, noon)
			ok(t, err)
		}
		ok(t, s.Unsign(ctx, wanted, neighbour(0), noon))
		entered, problems, err := s.EnterSignatures(ctx, wanted, sheet, []deliberation.SheetRow{{Name: "邻居0"}, {Name: "邻居1"}}, both, noon)
		ok(t, err)
		equal(t, "entered", entered, 0)
		equal(t, "problems", fmt.Sprint(problems), "[{1 taken_back} {2 twice}]")
		equal(t, "has signed", got(s.HasSigned(ctx, wanted, neighbour(0)))(t), false)
		ok(t, s.Sign(ctx, wanted, neighbour(0), noon))
		equal(t, "has signed", got(s.HasSigned(ctx, wanted, neighbour(0)))(t), true)
	})
}

// Both channels at the same moment leave one signature.
func TestWebAndPaperAtTheSameMomentAreOneSignature(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		demanded(t, s)
		ctx := t.Context()
		var wg sync.WaitGroup
		var mu sync.Mutex
		taken := 0
		won := func(yes bool) {
			mu.Lock()
			defer mu.Unlock()
			if yes {
				taken++
			}
		}
		for i := range 10 {
			who, name := neighbour(i), fmt.Sprintf("邻居%d", i)
			wg.Go(func() {
				err := s.Sign(ctx, wanted, who, noon)
				if err != nil {
					refusedWith(t, err, deliberation.RefuseTwice)
				}
				won(err == nil)
			})
			wg.Go(func() {
				entered, _, err := s.EnterSignatures(ctx, wanted, sheet, []deliberation.SheetRow{{Name: name}}, both, noon)
				if err != nil {
					t.Error(err)
				}
				won(entered == 1)
			})
		}
		wg.Wait()
		equal(t, "signatures taken", taken, 10)
		n := got(s.CloseSigning(ctx, wanted, noon))(t)
		equal(t, "signatures counted", n.All(), 10)
	})
}

// No signature falls between: what was acknowledged is counted.
func TestTheCountHoldsEverySignatureThatWasTaken(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		demanded(t, s)
		ctx := t.Context()
		var wg sync.WaitGroup
		var mu sync.Mutex
		taken := 0
		for i := range 18 {
			wg.Go(func() {
				err := s.Sign(ctx, wanted, neighbour(i), noon)
				if err != nil {
					refusedWith(t, err, deliberation.RefuseTooLate)
					return
				}
				mu.Lock()
				defer mu.Unlock()
				taken++
			})
		}
		var n deliberation.SignatureCount
		wg.Go(func() {
			var err error
			if n, err = s.CloseSigning(ctx, wanted, noon); err != nil {
				t.Error(err)
			}
		})
		wg.Wait()
		equal(t, "signatures counted", n.All(), taken)
		again := got(s.CloseSigning(ctx, wanted, noon.Add(time.Hour)))(t)
		equal(t, "a second close", fmt.Sprint(again), fmt.Sprint(n))
	})
}

func TestWhoMayNotSign(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		demanded(t, s)
		ctx := t.Context()
		refusedWith(t, s.Sign(ctx, wanted, "elsewhere", noon), deliberation.RefuseNotOnRoll) // of another community
		refusedWith(t, s.Sign(ctx, wanted, "child", noon), deliberation.RefuseNotOnRoll)     // under eighteen
		refusedWith(t, s.Sign(ctx, wanted, "comm2", noon), deliberation.RefuseNotOnRoll)     // holds no office that counts
		refusedWith(t, s.Sign(ctx, "unknown", neighbour(1), noon), deliberation.RefuseNotFound)
		refusedWith(t, s.Sign(ctx, wanted, neighbour(1), signingEnds), deliberation.RefuseTooLate)
		_, _, err := s.EnterSignatures(ctx, wanted, sheet, []deliberation.SheetRow{{Name: "邻居3"}}, both, signingEnds)
		refusedWith(t, err, deliberation.RefuseTooLate)

		rows := []deliberation.SheetRow{{Name: "远方客"}, {Name: "小明"}, {Name: "没有此人"}, {Name: "王伟"}, {Name: "王伟", Home: "第18组"}, {Name: " "}, {Name: "王五"}, {Name: "a\x00b"}, {Name: "邻居2", Home: "第九组"}}
		entered, problems, err := s.EnterSignatures(ctx, wanted, sheet, rows, both, noon)
		ok(t, err)
		equal(t, "entered", entered, 1)
		equal(t, "problems", fmt.Sprint(problems), "[{1 unknown} {2 under_age} {3 unknown} {4 ambiguous} {6 required} {7 not_on_roll} {8 unknown} {9 unknown}]")

		ok(t, s.Sign(ctx, wanted, neighbour(1), noon))
		got(s.CloseSigning(ctx, wanted, noon))(t)
		refusedWith(t, s.Sign(ctx, wanted, neighbour(2), noon), deliberation.RefuseTooLate)
		refusedWith(t, s.Unsign(ctx, wanted, neighbour(1), noon), deliberation.RefuseTooLate)
	})
}

func TestNobodySignsADemandThatHasEnded(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		demanded(t, s)
		state(t, s, deliberation.Ended)
		refusedWith(t, s.Sign(t.Context(), wanted, neighbour(1), noon), deliberation.RefuseEnded)
	})
}

// A signature counts if its person is on the roll of the day of the close.
func TestASignatureOfSomebodyWhoIsNoLongerOnTheRollDoesNotCount(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		demanded(t, s)
		ctx := t.Context()
		for i := range 3 {
			ok(t, s.Sign(ctx, wanted, neighbour(i), noon))
		}
		ok(t, s.Sign(ctx, wanted, rep(0), noon)) // a representative who is no resident: on that roll only
		raw := b.raw(t)
		for _, sql := range []string{
			"UPDATE persons SET standing = 'moved', left_day = '2026-12-02' WHERE id = 'n01'",
			"UPDATE offices SET until_day = '2026-12-02' WHERE person = 'n02'",
		} {
			_, err := raw.Exec(sql)
			ok(t, err)
		}
		n := got(s.CloseSigning(ctx, wanted, today.AddDays(5).At(9, 0)))(t)
		equal(t, "outside", fmt.Sprint(n.Outside), "[{moved 1} {no_office 1}]")
		equal(t, "all", n.All(), 4)
		rolls := map[deliberation.Office]deliberation.SignatureRoll{}
		for _, r := range n.Rolls {
			rolls[r.Office] = r
		}
		equal(t, "residents signed", rolls[deliberation.Resident].Signed, 1)
		equal(t, "representatives", fmt.Sprint(rolls[deliberation.Representative].Signed, rolls[deliberation.Representative].Due), "1 3")
		frozen := got(s.SigningRolls(ctx, wanted))(t)
		equal(t, "roll of residents", len(frozen[deliberation.Resident]), rolls[deliberation.Resident].Due)
		if slices.Contains(frozen[deliberation.Resident], neighbour(1)) {
			t.Error("who moved away is on the frozen roll")
		}
		list := got(s.Signatures(ctx, wanted))(t)
		equal(t, "signatures", len(list), 4)
	})
}

// 业主 are those of the estate, however many units they have (物业管理条例 第十三条).
func TestOwnersOfTheEstateSign(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		demanded(t, s)
		raw := b.raw(t)
		for _, sql := range []string{
			"INSERT INTO estates (id, community, name) VALUES ('e1', 'c1', '滨江花园')",
			"INSERT INTO units (id, estate, building, number, number_lookup, owner, area) VALUES ('u1', 'e1', '1栋', 'x', '1', 'n00', 9000)",
			"INSERT INTO units (id, estate, building, number, number_lookup, owner, area) VALUES ('u2', 'e1', '1栋', 'x', '2', 'n00', 9000)",
			"INSERT INTO units (id, estate, building, number, number_lookup, owner, area) VALUES ('u3', 'e1', '1栋', 'x', '3', 'n01', 9000)",
		} {
			_, err := raw.Exec(sql)
			ok(t, err)
		}
		ctx, id := t.Context(), deliberation.ProcessID("demand2")
		p := sampleProcess(id, "请召开业主大会")
		p.Kind, p.Matter.Demanded, p.Matter.Form, p.Matter.Estate = deliberation.DemandKind, deliberation.DemandOwnersMeeting, deliberation.OwnersMeeting, "e1"
		ok(t, s.CreateProcess(ctx, p))
		ok(t, s.OpenSigning(ctx, id, []deliberation.Office{deliberation.Owner}, signingEnds))
		ok(t, s.Sign(ctx, id, neighbour(0), noon))
		refusedWith(t, s.Sign(ctx, id, neighbour(5), noon), deliberation.RefuseNotOnRoll)
		n := got(s.CloseSigning(ctx, id, noon))(t)
		equal(t, "owners", fmt.Sprint(n.Rolls[0].Signed, n.Rolls[0].Due), "1 2")
	})
}
