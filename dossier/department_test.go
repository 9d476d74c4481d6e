package dossier

import (
	"testing"
	"time"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
)

// ratingOf is the facts of a rating of two, of whom one replied in time and one late:
// what the check of ratings reads of a dossier.
type ratingOf struct {
	names   []string
	texts   []string
	list    deliberation.RatedListData
	motions []deliberation.Motion
	notice  deliberation.NoticeData
	count   deliberation.CountData
	rated   []deliberation.RatedData
	acts    []deliberation.RatingActData
	at      []time.Time
	office  []deliberation.Office
	filed   bool
}

func aRating(t *testing.T, rules deliberation.DepartmentRules, calendar deliberation.Calendar) *ratingOf {
	t.Helper()
	held := deliberation.NewDate(2026, 3, 20)
	told := held.AddDays(5)
	due := calendar.Deadline(told, rules.ReplyDays.Days).Date.End()
	y := &ratingOf{names: []string{"供电所", "<b>水务</b>"}, notice: deliberation.NoticeData{Starts: held.At(9, 0)}, count: deliberation.CountData{Meeting: "m1"}, filed: true}
	for i, votes := range [][]int{{9, 1, 0}, {1, 1, 7}} {
		id, ref := deliberation.DepartmentAt(i), deliberation.PaperRef{ID: deliberation.PaperID("sheet-" + string(deliberation.DepartmentAt(i)))}
		y.texts = append(y.texts, deliberation.DepartmentSheet(y.names[i], rules))
		y.list.Departments = append(y.list.Departments, deliberation.RatedSheet{ID: id, Sheet: ref})
		y.motions = append(y.motions, deliberation.Motion{ID: "o-" + string(id), Paper: ref, Voting: deliberation.SecretVoting, Options: rules.Options(), Seats: 1})
		q := deliberation.QuestionCount{Question: deliberation.QuestionID("o-" + string(id))}
		for k, g := range rules.Grades.List {
			q.Votes = append(q.Votes, deliberation.OptionCount{Option: g, Votes: votes[k]})
			q.Ballots += votes[k]
		}
		y.count.Questions = append(y.count.Questions, q)
		result, err := rules.Rate(q)
		if err != nil {
			t.Fatal(err)
		}
		y.rated = append(y.rated, deliberation.RatedData{Meeting: "m1", Motion: string(q.Question), Department: id, Held: held, Result: result})
	}
	act := func(k deliberation.ActKind, id deliberation.DepartmentID, at time.Time, office deliberation.Office, late bool) {
		d := deliberation.RatingActData{Act: k, Department: id, Days: rules.ReplyDays, Due: due, Late: late}
		if k != "" {
			d.Paper = deliberation.PaperRef{ID: "a"}
		}
		y.acts, y.at, y.office = append(y.acts, d), append(y.at, at), append(y.office, office)
	}
	act(deliberation.ForwardRatings, "d1", told.At(9, 0), deliberation.Clerk, false)
	act(deliberation.ForwardRatings, "d2", told.At(10, 0), deliberation.Clerk, false)
	act(deliberation.ReplyToRating, "d1", due.Add(-time.Hour), deliberation.Guide, false)
	act("", "d2", due, "", false)
	act(deliberation.ReplyToRating, "d2", due.Add(time.Hour), deliberation.Clerk, true)
	return y
}

// drop leaves out one of the acts.
func (y *ratingOf) drop(i int) {
	y.acts, y.at, y.office = append(y.acts[:i:i], y.acts[i+1:]...), append(y.at[:i:i], y.at[i+1:]...), append(y.office[:i:i], y.office[i+1:]...)
}

// faults are what the check of ratings finds.
func (y *ratingOf) faults(rules deliberation.DepartmentRules, calendar deliberation.Calendar) []Check {
	e := &examination{
		rate: &rules, d: Data{files: contents{}, Calendar: calendar},
		h: &history{started: &deliberation.StartedData{}, ended: &deliberation.OutcomeData{Outcome: deliberation.Carried}},
	}
	e.d.Case.Matter.Departments = y.names
	for i, s := range y.list.Departments {
		e.d.files[paperStem(s.Sheet.ID)+".txt"] = []byte(y.texts[i])
	}
	add := func(subject string, at time.Time, office deliberation.Office, v any) {
		f := Fact{Value: v}
		f.Subject, f.Office, f.At = subject, office, at
		e.d.Facts = append(e.d.Facts, f)
	}
	held := y.notice.Starts
	add("x", held, "", &y.list)
	for _, m := range y.motions {
		add(m.ID, held, "", &deliberation.MotionData{Motion: m})
	}
	add("m1", held, "", &y.notice)
	add("p1", held, "", &y.count)
	for i := range y.rated {
		add(string(y.rated[i].Department), held, "", &y.rated[i])
	}
	for i := range y.acts {
		add(string(y.acts[i].Department), y.at[i], y.office[i], &y.acts[i])
	}
	if y.filed {
		f := Fact{Value: &deliberation.PaperData{}}
		f.Office = deliberation.Clerk
		e.h.filed = append(e.h.filed, f)
	}
	e.check("rating", e.rating)
	return e.Faults()
}

func TestRatingsAreComputedAgain(t *testing.T) {
	lib, err := packs.Load()
	if err != nil {
		t.Fatal(err)
	}
	p, err := lib.Pack("urban-2026")
	if err != nil {
		t.Fatal(err)
	}
	rules, err := deliberation.DepartmentRulesOf(p)
	if err != nil {
		t.Fatal(err)
	}
	calendar := lib.Calendar()
	if f := aRating(t, rules, calendar).faults(rules, calendar); len(f) > 0 {
		t.Fatalf("an honest rating: %+v", f)
	}
	silent := aRating(t, rules, calendar)
	silent.drop(4)
	if f := silent.faults(rules, calendar); len(f) > 0 {
		t.Fatalf("a department that never replied: %+v", f)
	}
	for name, lie := range map[string]func(y *ratingOf){
		"a better result":             func(y *ratingOf) { y.rated[1].Result.Votes[0].Votes = 7 },
		"shares that are not":         func(y *ratingOf) { y.rated[1].Result.Permille[2]++ },
		"counts that do not add up":   func(y *ratingOf) { y.count.Questions[1].Ballots++ },
		"rated twice":                 func(y *ratingOf) { y.rated = append(y.rated, y.rated[0]) },
		"rated by another's question": func(y *ratingOf) { y.rated[1].Motion = y.rated[0].Motion },
		"another day":                 func(y *ratingOf) { y.rated[0].Held = y.rated[0].Held.AddDays(1) },
		"never rated":                 func(y *ratingOf) { y.rated = y.rated[:1]; y.acts, y.at, y.office = nil, nil, nil },
		"a department left out":       func(y *ratingOf) { y.list.Departments = y.list.Departments[:1] },
		"another name on the sheet":   func(y *ratingOf) { y.texts[0] = deliberation.DepartmentSheet("城管", rules) },
		"no list":                     func(y *ratingOf) { y.list.Departments, y.names = nil, nil },
		"grades that were not asked":  func(y *ratingOf) { y.motions[0].Options = y.motions[0].Options[:2] },
		"a show of hands":             func(y *ratingOf) { y.motions[0].Voting = deliberation.HandsVoting },
		"never told":                  func(y *ratingOf) { y.drop(0) },
		"a reply before it was told":  func(y *ratingOf) { y.acts[0], y.acts[2] = y.acts[2], y.acts[0] },
		"a reply twice":               func(y *ratingOf) { y.acts[3] = y.acts[2] },
		"entered by a resident":       func(y *ratingOf) { y.office[2] = deliberation.Resident },
		"a shorter limit":             func(y *ratingOf) { y.acts[0].Due = y.acts[0].Due.AddDate(0, 0, -9) },
		"other days":                  func(y *ratingOf) { y.acts[2].Days.Days = 60 },
		"late, but not said so":       func(y *ratingOf) { y.acts[4].Late = false },
		"late, and not told on":       func(y *ratingOf) { y.drop(3) },
		"silent before the limit":     func(y *ratingOf) { y.at[3] = y.at[3].Add(-time.Hour) },
		"silence left out":            func(y *ratingOf) { y.drop(4); y.drop(3) },
		"not sent to the county":      func(y *ratingOf) { y.filed = false },
	} {
		y := aRating(t, rules, calendar)
		lie(y)
		if len(y.faults(rules, calendar)) == 0 {
			t.Errorf("%s: not found", name)
		}
	}
}
