package browser

import (
	"testing"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/demo"
)

// TestPages goes through one process with a browser for each part, stopping the
// play where people look at a page.
func TestPages(t *testing.T) {
	needBrowser(t)
	t.Parallel()
	w := newTown(t, (*demo.Play).Run)
	part := func(name string, f func(*town)) { t.Run(name, func(t *testing.T) { f(w.on(t)) }) }

	part("anybody", (*town).anybodyReads)
	w.reach("notice") // of the Party members' meeting
	part("secretary", (*town).secretaryLooks)
	part("start", (*town).secretaryStarts)
	w.release()
	w.reach("notice") // of the representatives' conference
	part("check-in", (*town).representativesCheckIn)
	w.release()
	w.reach("poll")
	part("vote without scripts", (*town).votesWithoutScripts)
	part("vote by keyboard", (*town).votesByKeyboard)
	part("vote page", (*town).voteIsAccessible)
	part("supervise", (*town).supervisorAsks)
	part("refused", (*town).supervisedAreRefused)
	w.release()
	w.reach("posting")
	part("ballots", (*town).ballotsCount)
	part("board", (*town).residentReads)
	part("print", (*town).secretaryPrints)
	part("acknowledge", (*town).supervisorAcknowledges)
}

// mine gives the representatives who are left to the browser.
func (w *town) mine() []deliberation.PersonID {
	return w.cast.Representatives[len(w.cast.Representatives)-ours:]
}

// path gives the address of the play's process.
func (w *town) path() string { return "/processes/" + string(w.read().ID) }
