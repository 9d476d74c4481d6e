package dossier

import "github.com/yishi-project/yishi/deliberation"

// agents checks the list of agents of each meeting: published before the vote, as it
// was closed, and within the rules (law.md §§9.2, 15.8).
func (e *examination) agents() {
	n := 0
	for _, m := range e.h.meetings {
		rules := e.rulesAt(m.visit.stage)
		allowed := rules.Proxy.Allowed.Value || rules.Substitute.Value
		switch {
		case !allowed && len(m.mandates) > 0:
			e.fail(m.mandates[0].place(), "这种会议不能委托投票", "this meeting knows no voting through others")
			continue
		case allowed && len(m.mandates) == 0 && len(m.polls) > 0:
			e.fail(m.place(), "表决前没有公布委托名单", "the list of agents was not published before the vote")
			continue
		case len(m.mandates) == 0:
			continue
		}
		f := m.mandates[0]
		d, name := value[deliberation.MandatesData](&f), agentsFile(m.id)
		if len(m.mandates) > 1 || d.Meeting != m.id {
			e.fail(f.place(), "委托名单公布了不止一次", "the list of agents was published more than once")
		}
		if len(m.polls) > 0 && m.polls[0].opened != nil && m.polls[0].opened.Index < f.Index {
			e.fail(f.place(), "开始表决以后才公布委托名单", "the list of agents came after the vote began")
		}
		if sum(e.d.files[name]) != d.SHA256 || len(e.d.agents[m.id]) != d.Count {
			e.fail(inFile(name), "委托名单与登记的哈希值不符（第 %d 号记录）", "the list of agents is not the one that was published (entry %d)", f.Index)
		}
		if !same(d.Rule, rules.Proxy.Most) {
			e.fail(f.place(), "委托人数的上限与规则不符", "the cap is not the rule's")
		}
		e.agencies(m, rules)
		n++
	}
	e.summary("%d 份委托名单符合规定", "%d lists of agents within the rules", n)
}

func (e *examination) agencies(m *sitting, rules deliberation.MeetingRules) {
	name, due := agentsFile(m.id), map[deliberation.PersonID]bool{}
	for _, x := range e.d.Rolls[m.id].Members {
		due[x.Person] = true
	}
	principals, held := map[deliberation.PersonID]bool{}, map[deliberation.PersonID]int{}
	for _, a := range e.d.agents[m.id] {
		if principals[a.principal] {
			e.fail(inFile(name), "%.80s 委托了两次", "%.80s gave two mandates", a.principal)
		}
		principals[a.principal] = true
		held[a.agent]++
		if !due[a.principal] || rules.Proxy.Allowed.Value && !due[a.agent] || a.agent == a.principal {
			e.fail(inFile(name), "%.80s 的委托人或受托人不在名册上", "principal or agent of %.80s is not on the roll", a.principal)
		}
	}
	for agent, n := range held {
		if principals[agent] {
			e.fail(inFile(name), "%.80s 受托又转托", "%.80s passes a mandate on", agent)
		}
		if rules.Proxy.Allowed.Value && rules.Proxy.Most.Key != "" && n > rules.Proxy.Most.Count {
			e.fail(inFile(name), "%.80s 受 %d 人委托，上限 %d 人", "%.80s has %d principals, the cap is %d", agent, n, rules.Proxy.Most.Count)
		}
	}
}
