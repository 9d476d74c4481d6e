package dossier

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/yishi-project/yishi/deliberation"
)

// agency is one line of agents/MEETING.txt: who votes for whom 委托.
type agency struct{ principal, agent deliberation.PersonID }

func sheetsFile(p deliberation.PollID) string  { return sheetsDir + safeName(string(p)) + ".json" }
func holdersFile(p deliberation.PollID) string { return sheetsDir + safeName(string(p)) + ".txt" }
func agentsFile(m deliberation.MeetingID) string {
	return agentsDir + safeName(string(m)) + ".txt"
}

// sheets writes the paper of a poll: what was counted, byte by byte as its hash was
// taken, and who held a sheet when the casting ended.
func (g *gathering) sheets(id deliberation.PollID) error {
	n, err := g.Source.PaperCount(g.ctx, id)
	if err != nil {
		return fmt.Errorf("paper of %s: %w", id, err)
	}
	if g.out[sheetsFile(id)], err = json.Marshal(n); err != nil {
		return err
	}
	for _, id := range n.Counters() {
		g.person(id)
	}
	list, err := g.Source.PaperList(g.ctx, id)
	if err != nil {
		return fmt.Errorf("paper of %s: %w", id, err)
	}
	var holders []deliberation.PersonID
	for _, p := range list {
		if p.HandedBack.IsZero() {
			holders = append(holders, p.Person)
		}
	}
	g.out[holdersFile(id)] = rollText(holders)
	return nil
}

// agents writes the list of agents of a meeting as it was published.
func (g *gathering) agents(id deliberation.MeetingID) error {
	list, err := g.Source.PublishedMandates(g.ctx, id)
	if err != nil {
		return fmt.Errorf("mandates of %s: %w", id, err)
	}
	var lines []string
	for _, m := range list {
		g.person(m.Principal)
		g.person(m.Agent)
		lines = append(lines, string(m.Principal)+" "+string(m.Agent))
	}
	g.out[agentsFile(id)] = lineText(lines)
	return nil
}

func (r *reader) sheets(id deliberation.PollID) {
	name := sheetsFile(id)
	b, ok := r.c[name]
	if !ok {
		r.fail(inFile(name), "缺少该文件", "the file is missing")
		return
	}
	var n deliberation.PaperCount
	if err := strict(b, &n); err != nil || !sound(n) {
		r.fail(inFile(name), "不是预期的数据格式", "does not hold the data it should")
		return
	}
	r.d.sheets[id] = n
	name = holdersFile(id)
	if b, ok = r.c[name]; !ok {
		r.fail(inFile(name), "缺少该文件", "the file is missing")
	}
	holders := []deliberation.PersonID{}
	for line := range bytes.Lines(b) {
		holders = append(holders, deliberation.PersonID(bytes.TrimSuffix(line, []byte("\n"))))
	}
	r.d.holders[id] = holders
}

// sound refuses numbers that no count of sheets can have, so that sums cannot overflow.
func sound(n deliberation.PaperCount) bool {
	ok := true
	take := func(counts ...int) {
		for _, c := range counts {
			ok = ok && c >= 0 && c <= maxCount
		}
	}
	for _, s := range n.Stations {
		take(s.Issued, s.Exchanged, s.HandedBack)
		if s.Recovered != nil {
			take(*s.Recovered)
		}
	}
	for _, b := range n.Bundles {
		for _, c := range b.Counts {
			take(c.Sheets, c.Yes, c.No, c.Abstain, c.Spoiled)
			for _, q := range c.Questions {
				take(q.Ballots, q.Blank, q.Spoiled)
				for _, v := range q.Votes {
					take(v.Votes)
				}
			}
		}
	}
	return ok
}

// maxCount is more than any community counts.
const maxCount = 10_000_000

func (r *reader) agents(id deliberation.MeetingID) {
	name := agentsFile(id)
	b, ok := r.c[name]
	if !ok {
		r.fail(inFile(name), "缺少该文件", "the file is missing")
		return
	}
	list := []agency{}
	for line := range strings.Lines(string(b)) {
		principal, agent, found := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if !found {
			r.fail(inFile(name), "有一行无法读取", "a line cannot be read")
			continue
		}
		list = append(list, agency{deliberation.PersonID(principal), deliberation.PersonID(agent)})
	}
	r.d.agents[id] = list
}
