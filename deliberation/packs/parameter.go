package packs

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/yishi-project/yishi/deliberation"
)

// source is a text that parameters cite: its name and wording, how firmly what
// it says stands, and since when.
type source struct {
	law, version string
	confidence   deliberation.Confidence
	effective    deliberation.Date
}

var confidences = []deliberation.Confidence{
	deliberation.LawText, deliberation.PartyRule, deliberation.LocalPractice,
	deliberation.Analogy, deliberation.Default,
}

var denominators = []deliberation.Denominator{
	deliberation.OfMembers, deliberation.OfDue, deliberation.OfPresent, deliberation.OfEachCommittee,
	deliberation.OfAdults, deliberation.OfHouseholds, deliberation.OfElectors, deliberation.OfVoters,
	deliberation.OfRepresentatives, deliberation.OfGroups, deliberation.OfBallots, deliberation.OfOwnersArea,
	deliberation.OfOwnersHeads, deliberation.OfParticipatingArea, deliberation.OfParticipatingOwners, deliberation.OfCollectiveMembers, deliberation.OfValidForms,
}

func (d document) sources(n *yaml.Node) (map[string]source, error) {
	fs, err := d.fields(n, "sources")
	if err != nil {
		return nil, err
	}
	all := map[string]source{}
	for _, f := range fs {
		s, err := d.source(f)
		if err != nil {
			return nil, err
		}
		all[f.key.Value] = s
	}
	return all, nil
}

func (d document) source(f field) (source, error) {
	var s source
	what := "source " + f.key.Value
	m, err := d.mapping(f.value, what, "law", "version", "confidence", "effective")
	if err != nil {
		return s, err
	}
	for _, k := range []string{"law", "confidence", "effective"} {
		if m[k] == nil {
			return s, d.fail(f.key, "%s: %s is missing", what, k)
		}
	}
	if s.law, err = d.text(m["law"], what+": law"); err != nil {
		return s, err
	}
	if m["version"] != nil {
		if s.version, err = d.text(m["version"], what+": version"); err != nil {
			return s, err
		}
	}
	if s.confidence, err = d.confidence(m["confidence"], what); err != nil {
		return s, err
	}
	s.effective, err = d.date(m["effective"], what+": effective")
	return s, err
}

func (d document) confidence(n *yaml.Node, what string) (deliberation.Confidence, error) {
	v, err := d.text(n, what+": confidence")
	if err != nil {
		return "", err
	}
	if !slices.Contains(confidences, deliberation.Confidence(v)) {
		return "", d.fail(n, "%s: unknown confidence %q", what, v)
	}
	return deliberation.Confidence(v), nil
}

var parameterFields = []string{"majority", "days", "count", "flag", "code", "list", "cite", "confidence", "effective", "pinning", "note"}

func (d document) parameter(f field, known map[string]Key, sources map[string]source, from string) (deliberation.Parameter, error) {
	p := deliberation.Parameter{Key: f.key.Value, Pinning: deliberation.FixedAtStart, From: from}
	key, ok := known[p.Key]
	if !ok {
		return p, d.fail(f.key, "unknown parameter %q; keys.yaml lists those that may be set", p.Key)
	}
	m, err := d.mapping(f.value, p.Key, parameterFields...)
	if err != nil {
		return p, err
	}
	for _, kind := range parameterFields[:6] {
		if m[kind] == nil {
			continue
		}
		if p.Kind != "" {
			return p, d.fail(m[kind], "%s has two values, a %s and a %s", p.Key, p.Kind, kind)
		}
		p.Kind = deliberation.ParameterKind(kind)
	}
	switch p.Kind {
	case "":
		return p, d.fail(f.key, "%s has no value; it is a %s", p.Key, key.Kind)
	case key.Kind:
	default:
		return p, d.fail(f.key, "%s is a %s, not a %s", p.Key, key.Kind, p.Kind)
	}
	if err := d.value(m[string(p.Kind)], &p); err != nil {
		return p, err
	}
	return p, d.standing(f, m, sources, &p)
}

func (d document) value(n *yaml.Node, p *deliberation.Parameter) (err error) {
	switch p.Kind {
	case deliberation.MajorityKind:
		p.Majority, err = d.majority(n, p.Key)
	case deliberation.DaysKind, deliberation.CountKind:
		p.Number, err = d.number(n, p.Key)
	case deliberation.FlagKind:
		p.Flag, err = d.flag(n, p.Key)
	case deliberation.CodeKind:
		p.Code, err = d.text(n, p.Key)
	case deliberation.ListKind:
		p.List, err = d.list(n, p.Key)
	}
	return err
}

// standing reads where the parameter stands in the law, how firmly, and since when.
func (d document) standing(f field, m map[string]*yaml.Node, sources map[string]source, p *deliberation.Parameter) error {
	if m["cite"] == nil {
		return d.fail(f.key, "%s: the citation is missing (cite: SOURCE article)", p.Key)
	}
	cite, err := d.text(m["cite"], p.Key+": cite")
	if err != nil {
		return err
	}
	code, article, _ := strings.Cut(cite, " ")
	s, ok := sources[code]
	if !ok {
		return d.fail(m["cite"], "%s: unknown source %q", p.Key, code)
	}
	p.Basis = deliberation.Basis{
		Citation:   deliberation.Citation{Law: s.law, Version: s.version, Article: strings.TrimSpace(article)},
		Confidence: s.confidence,
	}
	p.Effective = s.effective
	if m["confidence"] != nil {
		if p.Basis.Confidence, err = d.confidence(m["confidence"], p.Key); err != nil {
			return err
		}
	}
	if c := p.Basis.Confidence; article == "" && c != deliberation.Default && c != deliberation.LocalPractice {
		return d.fail(m["cite"], "%s: the citation names no article of %s", p.Key, s.law)
	}
	if m["effective"] != nil {
		if p.Effective, err = d.date(m["effective"], p.Key+": effective"); err != nil {
			return err
		}
	}
	if m["pinning"] != nil {
		v, err := d.text(m["pinning"], p.Key+": pinning")
		if err != nil {
			return err
		}
		p.Pinning = deliberation.Pinning(v)
		if p.Pinning != deliberation.FixedAtStart && p.Pinning != deliberation.LawOfTheDay {
			return d.fail(m["pinning"], "%s: pinning must be fixed_at_start or law_of_the_day, not %q", p.Key, v)
		}
	}
	if m["note"] != nil {
		p.Note, err = d.text(m["note"], p.Key+": note")
	}
	return err
}

var majorityForm = regexp.MustCompile(`^(at_least|more_than) (\d{1,4})/(\d{1,4}) of ([a-z_]+)$`)

func (d document) majority(n *yaml.Node, key string) (*deliberation.Majority, error) {
	s, err := d.text(n, key)
	if err != nil {
		return nil, err
	}
	g := majorityForm.FindStringSubmatch(s)
	if g == nil {
		return nil, d.fail(n, "%s: a majority is written as \"at_least 2/3 of members\" or \"more_than 1/2 of present\", not %q", key, s)
	}
	num, _ := strconv.Atoi(g[2])
	den, _ := strconv.Atoi(g[3])
	m := &deliberation.Majority{
		Comparison: deliberation.Comparison(g[1]),
		Fraction:   deliberation.Fraction{Num: num, Den: den},
		Of:         deliberation.Denominator(g[4]),
	}
	if !m.Fraction.Valid() {
		return nil, d.fail(n, "%s: %s is no share; it must lie above nought and at most at one", key, m.Fraction)
	}
	if m.Comparison == deliberation.MoreThan && num == den {
		return nil, d.fail(n, "%s: more than the whole can never be reached", key)
	}
	if !slices.Contains(denominators, m.Of) {
		return nil, d.fail(n, "%s: unknown denominator %q", key, m.Of)
	}
	return m, nil
}
