package dossier

import (
	"slices"

	"github.com/yishi-project/yishi/deliberation"
)

// sheets checks the paper of each poll: that it adds up, was read by two people,
// signed by a third who is not the chair, and went into the count as it was read.
func (e *examination) sheets() {
	n := 0
	for _, m := range e.polls() {
		p := m.poll
		closed := value[deliberation.CountData](p.closed)
		if p.casting == nil {
			if closed.Paper != nil || closed.PaperSHA256 != "" {
				e.fail(p.closed.place(), "计入了纸质选票，却没有停止投票、开始计票的记录", "paper was counted, though casting never ended for a count")
			}
			continue
		}
		n++
		e.holders(m)
		if p.closed == nil {
			continue // void, or the process was stopped while the paper was being counted
		}
		paper, found := e.d.sheets[p.id]
		if !found {
			continue // said of the file already
		}
		if sum(e.d.files[sheetsFile(p.id)]) != closed.PaperSHA256 {
			e.fail(inFile(sheetsFile(p.id)), "纸质选票的清点与登记的哈希值不符（第 %d 号记录）", "the count of the paper is not the one that was certified (entry %d)", p.closed.Index)
		}
		if adds := paper.Reconcile(!e.secret(p.id)); closed.Paper == nil || !same(*closed.Paper, adds) || len(adds.Faults) > 0 {
			e.fail(p.closed.place(), "纸质选票的核对与重新计算不符，或者对不上", "the paper does not add up, or not as registered")
		}
		if p.closed.Index < p.casting.Index || p.closed.At.Before(p.casting.At) {
			e.fail(p.closed.place(), "停止投票以前就确认了计票结果", "certified before the casting ended")
		}
		e.cosignature(m, paper, closed)
	}
	e.summary("%d 次表决的纸质选票核对一致", "the paper of %d polls adds up", n)
}

// holders checks who held a sheet when the casting ended: voters, each once, as many
// as were out, and nobody who voted on the web besides.
func (e *examination) holders(m vote) {
	id, name := m.poll.id, holdersFile(m.poll.id)
	holders, voters := e.d.holders[id], e.d.voters[id]
	issued, out := 0, 0
	for _, s := range e.d.sheets[id].Stations {
		issued += s.Issued
		out += s.Outstanding()
	}
	if issued != value[deliberation.CastingData](m.poll.casting).Issued {
		e.fail(m.poll.casting.place(), "登记发出 %d 张，清点为 %d 张", "%d sheets issued are registered, the count has %d", value[deliberation.CastingData](m.poll.casting).Issued, issued)
	}
	if out != len(holders) || len(slices.Compact(slices.Clone(holders))) != len(holders) {
		e.fail(inFile(name), "领票名单 %d 人，应为 %d 人", "%d hold a sheet, %d should", len(holders), out)
	}
	for _, h := range holders {
		if !slices.Contains(voters, h) {
			e.fail(inFile(name), "%.80s 领了选票，却不在参加表决名单中", "%.80s holds a sheet and is not among the voters", h)
		}
	}
	if n := len(e.d.receipts[id]) + len(holders); e.secret(id) && n > len(voters) {
		e.fail(inFile(name), "网上和纸质共 %d 人，多于可投票的 %d 人", "%d voted or hold a sheet, of %d voters", n, len(voters))
	}
}

func (e *examination) cosignature(m vote, paper deliberation.PaperCount, closed deliberation.CountData) {
	p := m.poll
	if len(p.cosigned) == 0 {
		e.fail(p.closed.place(), "没有监票人签字", "no scrutineer signed the count")
		return
	}
	last := p.cosigned[len(p.cosigned)-1]
	switch {
	case value[deliberation.SignedData](&last).Paper.SHA256 != closed.PaperSHA256:
		e.fail(last.place(), "监票人签署的不是确认的计票", "the scrutineer signed another count than was certified")
	case last.Index < p.casting.Index || last.Index > p.closed.Index:
		e.fail(last.place(), "监票人签字的先后顺序有误", "the scrutineer signed out of order")
	case last.Actor == "" || last.Actor == p.closed.Actor || last.Actor == m.chair():
		e.fail(last.place(), "监票人不能是主持人", "the scrutineer chaired the meeting")
	case slices.Contains(paper.Counters(), last.Actor):
		e.fail(last.place(), "监票人不能参加录入", "the scrutineer read the ballots in")
	}
	e.mayDo(&last, deliberation.CosignCount)
	e.mayDo(p.closed, deliberation.CertifyCount)
}

// sheetLines gives what was read of each person's sheet in a recorded poll.
func (e *examination) sheetLines(p *ballot) map[deliberation.PersonID]deliberation.Choice {
	lines := map[deliberation.PersonID]deliberation.Choice{}
	form := e.form(p)
	for _, b := range e.d.sheets[p.id].Bundles {
		if read, agreed := b.Agreed(); agreed && b.Person != "" {
			lines[b.Person] = deliberation.Choice(form.SheetLine(read))
		}
	}
	return lines
}
