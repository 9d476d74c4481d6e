package deliberation

import (
	"fmt"
	"sort"
)

// CommunityKind says under which organic law a place lives.
type CommunityKind string

const (
	// Village is 村.
	Village CommunityKind = "village"
	// Urban is 社区.
	Urban CommunityKind = "urban"
)

// ParameterKind is the shape of a parameter's value.
type ParameterKind string

// The shapes.
const (
	MajorityKind ParameterKind = "majority"
	DaysKind     ParameterKind = "days"
	CountKind    ParameterKind = "count"
	FlagKind     ParameterKind = "flag"
	CodeKind     ParameterKind = "code"
	ListKind     ParameterKind = "list"
)

// Parameter is one number of the law, with the place it stands in and how firmly.
type Parameter struct {
	Key  string        `json:"key"`
	Kind ParameterKind `json:"kind"`

	Majority *Majority `json:"majority,omitempty"`
	// Number is days, or a count in persons, households, years or months as the key says.
	Number int      `json:"number,omitempty"`
	Flag   bool     `json:"flag,omitempty"`
	Code   string   `json:"code,omitempty"`
	List   []string `json:"list,omitempty"`

	Basis     Basis   `json:"basis"`
	Pinning   Pinning `json:"pinning"`
	Effective Date    `json:"effective"`
	// Note is a remark in Chinese for people: what the text leaves open, what was decided.
	Note string `json:"note,omitempty"`
	// From names the pack or overlay that set the value.
	From string `json:"from"`
}

// Pack is a set of rules of one kind of place and one period of law. A pack
// never changes once it is published; a new one is added.
type Pack struct {
	ID      string        `json:"id"`
	Version string        `json:"version"`
	Kind    CommunityKind `json:"kind"`
	TitleZH string        `json:"title_zh"`
	TitleEN string        `json:"title_en"`
	// From and Until bound the start dates of the processes the pack is for; Until is zero while it is in force.
	From  Date `json:"from"`
	Until Date `json:"until"`
	// Overlays names the local additions that were laid over the national text, in order.
	Overlays   []string             `json:"overlays,omitempty"`
	Parameters map[string]Parameter `json:"parameters"`
	// Hash is the SHA-256, in hex, of the canonical form.
	Hash string `json:"-"`
}

// Ref pins the pack.
func (p Pack) Ref() PackRef { return PackRef{ID: p.ID, Version: p.Version, Hash: p.Hash} }

// Keys gives the keys of all parameters in order.
func (p Pack) Keys() []string {
	keys := make([]string, 0, len(p.Parameters))
	for k := range p.Parameters {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// Has reports whether the pack knows the parameter.
func (p Pack) Has(key string) bool { _, ok := p.Parameters[key]; return ok }

// MajorityRule gives a threshold. An unknown key or another shape is an error
// that names the pack and the key.
func (p Pack) MajorityRule(key string) (MajorityRule, error) {
	q, err := p.get(key, MajorityKind)
	if err != nil {
		return MajorityRule{}, err
	}
	return MajorityRule{Key: key, Majority: *q.Majority, Basis: q.Basis}, nil
}

// DaysRule gives a number of days.
func (p Pack) DaysRule(key string) (DaysRule, error) {
	q, err := p.get(key, DaysKind)
	if err != nil {
		return DaysRule{}, err
	}
	return DaysRule{Key: key, Days: q.Number, Basis: q.Basis, Pinning: q.Pinning}, nil
}

// FlagRule gives a yes or no.
func (p Pack) FlagRule(key string) (FlagRule, error) {
	q, err := p.get(key, FlagKind)
	if err != nil {
		return FlagRule{}, err
	}
	return FlagRule{Key: key, Value: q.Flag, Basis: q.Basis}, nil
}

// CountRule gives a number of persons, months or the like, as the key says.
func (p Pack) CountRule(key string) (CountRule, error) {
	q, err := p.get(key, CountKind)
	if err != nil {
		return CountRule{}, err
	}
	return CountRule{Key: key, Count: q.Number, Basis: q.Basis}, nil
}

// CodeRule gives a code.
func (p Pack) CodeRule(key string) (CodeRule, error) {
	q, err := p.get(key, CodeKind)
	if err != nil {
		return CodeRule{}, err
	}
	return CodeRule{Key: key, Code: q.Code, Basis: q.Basis}, nil
}

func (p Pack) get(key string, kind ParameterKind) (Parameter, error) {
	q, ok := p.Parameters[key]
	if !ok {
		return q, fmt.Errorf("rule pack %s: no parameter %q", p.ID, key)
	}
	if q.Kind != kind {
		return q, fmt.Errorf("rule pack %s: parameter %q is a %s, not a %s", p.ID, key, q.Kind, kind)
	}
	return q, nil
}
